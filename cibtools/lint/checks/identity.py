"""Ids that two objects share, that are missing, or that cannot be one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.document import Document
from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.vocabulary.grammar import FREE_IDS, REFERENCES, grammar
from cibtools.lint.record.finding import Hit, Note, Severity

_OWNERS = frozenset(
    {
        *RESOURCE_TAGS,
        "bundle",
        "template",
        "node",
        "cluster_property_set",
        "rsc_location",
        "rsc_order",
        "rsc_colocation",
        "rsc_ticket",
    }
)
"""Elements that are the same object wherever a file repeats them."""


class _Bearer(Struct, frozen=True):
    """An element with an id, and the nearest object around it."""

    element: etree._Element
    document: Document
    owner: tuple[str, str]


def duplicates(cluster: Cluster) -> Iterator[Hit]:
    """Yield each id that several elements have, at the second of them."""
    groups: dict[str, list[_Bearer]] = {}
    for bearer in _bearers(cluster):
        groups.setdefault(bearer.element.get("id", ""), []).append(bearer)
    for bearers in groups.values():
        if len(bearers) > 1:
            yield from _duplicates_of(cluster, bearers)
    yield from _unames(cluster)


def _duplicates_of(cluster: Cluster, bearers: list[_Bearer]) -> Iterator[Hit]:
    """Elements with one id: in Pacemaker each further one is a mistake, in heartbeat 2.1 each further one of a tag."""
    by_tag: dict[str, list[_Bearer]] = {}
    for bearer in bearers:
        pacemaker = cluster.dialect_of(bearer.document).is_pacemaker
        if not pacemaker or bearer.element.tag not in FREE_IDS:
            by_tag.setdefault("" if pacemaker else str(bearer.element.tag), []).append(bearer)
    clean = True
    for same in by_tag.values():
        later = [bearer for bearer in same[1:] if _collide(same[0], bearer)]
        if later:
            clean = False
            yield _duplicate(cluster, same[0], later, "same-tag")
    firsts = [same[0] for same in by_tag.values()]
    later = [bearer for bearer in firsts[1:] if _collide(firsts[0], bearer)]
    if clean and later:
        yield _duplicate(cluster, firsts[0], later, "cross-tag")


def _bearers(cluster: Cluster) -> Iterator[_Bearer]:
    """All elements with an id of their own, objects in use before fragments."""
    for top in cluster.assembly.configured:
        document = cluster.document_of(top)
        for element in top.iter("*"):
            if element.get("id") and element.tag not in REFERENCES:
                yield _Bearer(element, document, _owner(element))


def _owner(element: etree._Element) -> tuple[str, str]:
    found: etree._Element | None = element
    while found is not None:
        if found.tag in _OWNERS:
            return str(found.tag), found.get("id", "")
        found = found.getparent()
    return "", ""


def _collide(earlier: _Bearer, later: _Bearer) -> bool:
    """True unless a second file repeats the object: old copies of a snippet lie beside new ones in every backup."""
    if earlier.document is later.document:
        return True
    return (
        later.element.tag not in _OWNERS and earlier.owner != later.owner and bool(earlier.owner[1] and later.owner[1])
    )


def _duplicate(cluster: Cluster, first: _Bearer, later: list[_Bearer], variant: str) -> Hit:
    second = later[0]
    identity, dialect = second.element.get("id", ""), cluster.dialect_of(second.document)
    refused = f"{dialect.title} refuses the whole CIB"
    values = {
        "id": identity,
        "first": _in_owner(first),
        "second": _in_owner(second),
        "more": f" and {len(later) - 1} more" if len(later) > 1 else "",
        "effect": refused if dialect.is_pacemaker else "the cluster gives all but one of them random new ids",
    }
    notes = (
        Note(cluster.place(first.element, "id"), "the id is first used here"),
        *(Note(cluster.place(bearer.element, "id"), "and here") for bearer in later[1:]),
    )
    return Hit(cluster.place(second.element, "id"), values, variant, notes, subject=identity, mutual=True)


def _in_owner(bearer: _Bearer) -> str:
    tag, identity = bearer.owner
    inside = identity and bearer.element.tag != tag
    return f"{bearer.element.tag} in {tag} '{identity}'" if inside else str(bearer.element.tag)


def _unames(cluster: Cluster) -> Iterator[Hit]:
    seen: dict[str, etree._Element] = {}
    for element in cluster.objects("nodes"):
        uname = element.get("uname", "")
        earlier = seen.setdefault(uname.lower(), element)
        if uname and element.tag == "node" and earlier is not element:
            note = Note(cluster.place(earlier, "uname"), "the name is first used here")
            values = {"uname": uname, "id": element.get("id", ""), "other": earlier.get("id", "")}
            yield Hit(cluster.place(element, "uname"), values, "uname", (note,), subject=uname, mutual=True)


# --- ids that cannot be one -------------------------------------------------------------------------------------------

_RESOURCES = frozenset(RESOURCE_TAGS)
_NCNAME = re.compile(r"[^\W\d][\w.\-·]*\Z")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f]")
_DOCUMENTED_LENGTH = 64
"""Characters of a resource id that the crm-1.0 DTD promises."""
_BUFFER_LENGTH = 124
"""The LRM copies the id and the number of the clone instance into 128 bytes."""


def invalid(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield an element whose id is missing or cannot be one in its dialect."""
    dialect = cluster.dialect_of(cluster.document_of(element))
    known = grammar(dialect).get(str(element.tag))
    if known is None or element.tag in REFERENCES:
        return
    identity = element.get("id", "")
    if not identity:
        if "id" in known.required and "id-ref" not in element.attrib:
            yield _invalid(cluster, element, "missing", dialect)
    elif dialect.is_pacemaker:
        if "id" in known.attributes and element.tag not in FREE_IDS and not _NCNAME.match(identity):
            yield _invalid(cluster, element, "colon" if ":" in identity else "syntax", dialect)
    else:
        yield from _invalid_in_heartbeat(cluster, element, identity)


def _invalid_in_heartbeat(cluster: Cluster, element: etree._Element, identity: str) -> Iterator[Hit]:
    """Only resources are picky: clone instances are named child:0, child:1…, and the LRM has a buffer of fixed size."""
    resource = element.tag in _RESOURCES
    if _BLANK.search(identity):
        yield _invalid(cluster, element, "syntax", Dialect.HB2)
    elif resource and ":" in identity:
        yield _invalid(cluster, element, "colon", Dialect.HB2)
    elif resource and len(identity) > _DOCUMENTED_LENGTH:
        yield _invalid(cluster, element, "length", Dialect.HB2)


def _invalid(cluster: Cluster, element: etree._Element, variant: str, dialect: Dialect) -> Hit:
    identity, name = element.get("id", ""), element.get("name", "")
    fits = len(identity) <= _BUFFER_LENGTH
    if dialect.is_pacemaker:
        effect = f"the schema of {dialect.title} refuses it"
    elif variant == "missing":
        effect = "the cluster makes up another one at every load"
    elif variant == "length":
        effect = "64 is what the cluster promises to handle" if fits else "the LRM cuts it off and mixes up instances"
    else:
        effect = "the scheduler names instances so" if variant == "colon" else "tools and log files cannot name it"
    owner = f"{element.tag} '{name}'" if name else f"<{element.tag}>"
    values = {"tag": element.tag, "id": identity, "owner": owner, "length": len(identity), "effect": effect}
    severity = Severity.WARNING if variant == "length" and fits else None
    return Hit(cluster.place(element, "id"), values, variant, severity=severity, subject=identity or owner)
