"""M100 to M102 and M104: ids that XML allows, each once, all others as they were."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from cibtools.backup.dialect import Dialect
from cibtools.cluster.grammar import FREE_IDS, grammar
from cibtools.migrate.answers import Answers
from cibtools.migrate.change import ChangeKind, Note
from cibtools.migrate.draft import RESOURCE_TAGS, SET_TAGS, Draft
from cibtools.migrate.edit import add_attribute, decide, drop_attribute, rewrite, shown
from cibtools.migrate.identity import Names, are_plain, legal_id
from cibtools.migrate.reference import REFERRING

BOOTSTRAP = "cib-bootstrap-options"
"""The one id with a meaning: properties of this set come first. It is never renamed (M104)."""
_LACKING = etree.XPath(".//*[not(normalize-space(@id))]")
_NOT_FREE = " and ".join(f"not(parent::{tag})" for tag in sorted(FREE_IDS))
_TYPED_IDS = etree.XPath(f".//@id[{_NOT_FREE}]", smart_strings=False)
_CLAIM_ORDER = (RESOURCE_TAGS, tuple(REFERRING), SET_TAGS, ("op", "operations"), ("rule",))
_RANKS = {tag: rank for rank, tags in enumerate(_CLAIM_ORDER) for tag in tags}
_REPAIRED = "an id has to be an XML name"
_TAKEN = "an id has to be the only one in the whole document"


def supply_ids(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M102: give an id to what has none or an empty one.

    Source: pacemaker-1.0 RelaxNG, which wants one on these elements; 2.1 did without. Trigger: no id, or only blanks.
    Changes: an id made of what is around it, and free; a resource without one cannot be migrated.
    """
    lacking = _elements(_LACKING(draft.configuration))
    wanting = [found for found in lacking if found.tag in _need_ids() and found.get("id-ref") is None]
    # An id is optional on `operations`, but an empty one is not.
    for found in lacking:
        if found.tag == "operations" and "id" in found.attrib:
            yield drop_attribute("M102", found, "id", "an empty id is none, and operations need none")
    names = Names(set(_typed_ids(draft))) if wanting else None
    for found in wanting:
        assert names is not None
        if found.tag in RESOURCE_TAGS:
            yield decide(
                "M102", found, f"{found.tag} without an id: nothing can refer to it, and 2.1 ignored it.",
                ("give it an id in the input, or take it out there",), inhibits=True,
            )  # fmt: skip
            continue
        identity = names.find(legal_id(_made_of_context(found)), str(found.tag))
        reason = "an id is required, and made of what it belongs to"
        if "id" in found.attrib:
            yield rewrite("M102", found, "id", identity, reason)
        else:
            yield add_attribute("M102", found, "id", identity, reason)


@lru_cache(maxsize=1)
def _need_ids() -> frozenset[str]:
    """Tags of the new syntax that must have an id which is an XML ID."""
    return frozenset(tag for tag, known in grammar(Dialect.P10).items() if "id" in known.required) - FREE_IDS


def _elements(found: object) -> list[etree._Element]:
    return [element for element in found if isinstance(element, etree._Element)] if isinstance(found, list) else []


def _typed_ids(draft: Draft) -> list[str]:
    """Every id of the configuration that has to be an XML ID, as often as it is used."""
    found = _TYPED_IDS(draft.configuration)
    return [str(identity) for identity in found] if isinstance(found, list) else []


def _made_of_context(element: etree._Element) -> str:
    owner = _owner_id(element, past="operations" if element.tag == "op" else "lifetime")
    match element.tag:
        case "nvpair":
            return f"{owner}-{element.get('name', '')}"
        case "op":
            return f"{owner}-{element.get('name', '')}-{element.get('interval', '0')}"
        case "expression" | "date_expression":
            return f"{owner}-expression"
        case "rsc_location" | "rsc_order" | "rsc_colocation" as tag:
            return "-".join([tag, *(element.get(name, "") for name in REFERRING[tag] if element.get(name))])
        case tag:
            return f"{owner}-{tag}"


def _owner_id(element: etree._Element, past: str) -> str:
    """The id of the element above, not looking at `past`; sections have none, but a name."""
    above = next((found for found in element.iterancestors("*") if found.tag != past), None)
    return "cib" if above is None else above.get("id") or str(above.tag)


def settle_ids(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M100, M101: make every id an XML name that nothing else in the document has.

    Source: pacemaker-1.0 RelaxNG (`xsd:ID`); 2.1 took any text, and wanted it unique among elements of one tag only.
    Trigger: a character that no XML name may have; the id of an element that claims it earlier: resources first, then
    constraints, sets, operations, rules and the rest, what steps made after what was there. Changes: that id only. A
    repaired id never takes one that stands elsewhere.
    """
    present = _typed_ids(draft)
    if are_plain(present) and len(set(present)) == len(present):
        return
    claimants = sorted(
        (found for found in draft.iter("*") if found.get("id") and found.tag not in FREE_IDS),
        key=lambda found: _claim_rank(draft, found),
    )
    names = Names({found.get("id", "") for found in claimants if found not in draft.created})
    for found in claimants:
        old = found.get("id", "")
        wanted = legal_id(old)
        legal = wanted == old
        if legal and names.claim(old):
            continue
        new = names.find(wanted, str(found.tag))
        draft.former_ids[found] = old
        found.set("id", new)
        step, reason = ("M101", _TAKEN) if legal else ("M100", _REPAIRED)
        yield Note(step, ChangeKind.RENAMED, found, "id", shown("id", old), shown("id", new), reason)


def _claim_rank(draft: Draft, element: etree._Element) -> tuple[bool, bool, int]:
    bootstrap = element.tag == "cluster_property_set" and element.get("id") == BOOTSTRAP
    return (not bootstrap, element in draft.created, _RANKS.get(str(element.tag), len(_CLAIM_ORDER)))
