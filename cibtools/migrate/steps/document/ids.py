"""M100 to M102 and M104: ids that XML allows, each once, all others as they were."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.grammar import FREE_IDS, grammar
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import RESOURCE_TAGS, SET_TAGS, Draft
from cibtools.migrate.draft.identity import Names, are_plain, legal_id
from cibtools.migrate.draft.reference import REFERRING
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add_attribute, decide, drop_attribute, rewrite, shown

BOOTSTRAP = "cib-bootstrap-options"
"""The one id with a meaning: properties of this set come first. It is never renamed (M104)."""
_CLAIM_ORDER = (RESOURCE_TAGS, tuple(REFERRING), SET_TAGS, ("op", "operations"), ("rule",))
_RANKS = {tag: rank for rank, tags in enumerate(_CLAIM_ORDER) for tag in tags}


def settle_ids(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M100: make every id a legal XML name. M101: make every id unique. M102: write ids that are missing.

    Source: pacemaker-1.0 RelaxNG (`xsd:ID`); 2.1 took any text or none, and wanted it unique among elements of one tag
    only. Trigger: a character that no XML name may have; the id of an element that claims it earlier: resources first,
    then constraints, sets, operations, rules and the rest, what steps made after what was there; no id where one is
    required. Changes: that id only. A repaired or supplied id never takes one that stands elsewhere. A resource without
    an id cannot be migrated.
    """
    elements = _typed(draft)
    ids = [element.get("id") for element in elements]
    present = [identity for identity in ids if identity]
    if len(present) != len(ids):
        lacking = [element for element, identity in zip(elements, ids, strict=True) if not (identity or "").strip()]
    else:
        lacking = []
    wanting = [element for element in lacking if element.tag in _need_ids() and "id-ref" not in element.attrib]
    distinct = set(present)
    names = Names(distinct)
    if len(distinct) != len(present) or not are_plain(present):
        names = Names({found.get("id", "") for found in elements if found not in draft.created})
        yield from _repair(draft, elements, names)
    yield from _supply(wanting, names)
    for element in lacking:
        if "id" in element.attrib and element.tag == "operations":
            yield drop_attribute("M102", element, "id", "an empty id is none, and operations need none")


def _typed(draft: Draft) -> list[etree._Element]:
    """The elements of the configuration whose id, if they have one, has to be an XML ID."""
    found: list[etree._Element] = []
    for section in draft.configuration.iterchildren("*"):
        if section.tag == "nodes":
            for node in section.iterchildren("node"):
                found += node.iterdescendants("*")
        else:
            found += section.iter("*")
    return found


def _repair(draft: Draft, elements: list[etree._Element], names: Names) -> Iterator[Note]:
    claimants = sorted(
        (found for found in elements if found.get("id", "").strip() and found.tag not in FREE_IDS),
        key=lambda found: _claim_rank(draft, found),
    )
    for found in claimants:
        old = found.get("id", "")
        wanted = legal_id(old)
        legal = wanted == old
        if legal and names.claim(old):
            continue
        new = names.find(wanted, str(found.tag))
        draft.former_ids[found] = old
        found.set("id", new)
        step, reason = (
            ("M101", "an id has to be the only one in the whole document")
            if legal
            else ("M100", "an id has to be an XML name")
        )
        yield Note(step, ChangeKind.RENAMED, found, "id", shown("id", old), shown("id", new), reason)


def _claim_rank(draft: Draft, element: etree._Element) -> tuple[bool, bool, int]:
    bootstrap = element.tag == "cluster_property_set" and element.get("id") == BOOTSTRAP
    return (not bootstrap, element in draft.created, _RANKS.get(str(element.tag), len(_CLAIM_ORDER)))


def _supply(wanting: list[etree._Element], names: Names) -> Iterator[Note]:
    for found in wanting:
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
