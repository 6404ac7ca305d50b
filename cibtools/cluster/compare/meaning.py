"""What an element of a CIB means to the engine, in a form that two CIBs can be compared by.

Ids of option sets, nvpairs and operations are handles for tools and mean nothing, until a reference uses one: then it
means what it refers to. The order of siblings means something only where the engine reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lxml import etree

from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.value import parse_boolean, parse_score, parse_time
from cibtools.cluster.vocabulary.grammar import REFERENCES

Meaning = tuple[object, ...]
Rivals = dict[tuple[str, str], tuple[tuple[Meaning, etree._Element], ...]]
"""By kind of set and name of option: what each nvpair of that name means, and the nvpair, the strongest first."""

_WRAPPERS = ("attributes", "operations")
_TIMES = ("interval", "timeout", "start-delay", "start_delay")
_SWITCHES = ("symmetrical", "sequential", "enabled", "disabled", "require-all")
_PLAIN_SCORE = re.compile(r"[+-]?(?:\d{1,18}|INFINITY)$")
"""Scores that every engine reads alike: one in small letters or of more digits is 0 for some."""
_FIRST_SET = "cib-bootstrap-options"
"""The id of the set of cluster options that goes before all others. Source: `cluster_option` of all engines."""
_MEMBERS = 4
"""The place of the members in a content."""
_ORDERED = {
    "group": "primitive",
    "resource_set": "resource_ref",
    "rsc_order": "resource_set",
    "rsc_colocation": "resource_set",
    "rsc_ticket": "resource_set",
    "rsc_location": "resource_set",
}
"""Elements in which the order of certain children counts."""


def parts(element: etree._Element | None) -> Iterator[etree._Element]:
    """What belongs to an element and nothing else: wrappers dissolved, without resources and names of resources."""
    for child in () if element is None else element.iterchildren("*"):
        if child.tag in _WRAPPERS and child.get("id-ref") is None:
            yield from parts(child)
        elif child.tag not in RESOURCE_TAGS and child.tag != "resource_ref":
            yield child


def members(element: etree._Element | None) -> list[etree._Element]:
    """The children whose order counts."""
    return [] if element is None else list(element.iterchildren(_ORDERED.get(str(element.tag), "none")))


def value(element: etree._Element, name: str, *, follow: bool = True) -> str:
    """What an attribute means, so that `60` and `60s`, or `INFINITY` and `1000000`, are the same.

    Without `follow` a reference is its text: references within what a reference stands for may lead in a circle.
    """
    text = element.get(name, "")
    found: float | None = None
    if name == "score":
        found = parse_score(text) if _PLAIN_SCORE.match(text) else None
    elif name in _TIMES and element.tag == "op":
        found = parse_time(text)
    elif name in _SWITCHES:
        found = parse_boolean(text) if text == text.strip() else None
    elif name == "id-ref" and follow and (target := referent(element)) is not None:
        return f"{name}:{content(target, follow=False)}"
    return text if found is None else f"{name}:{found}"


def referent(element: etree._Element) -> etree._Element | None:
    """The element that an `id-ref` stands for: one of the same tag, which refers to nothing itself."""
    found = _named(element.getroottree().getroot()).get((str(element.tag), element.get("id-ref", "")))
    return found if found is not None and "id-ref" not in found.attrib else None


@lru_cache(maxsize=4)
def _named(root: etree._Element) -> dict[tuple[str, str], etree._Element]:
    """The elements of a document by tag and id; a comparison changes none of them."""
    found = ((str(element.tag), element.get("id"), element) for element in reversed([*root.iter("*")]))
    return {(tag, identity): element for tag, identity, element in found if identity}


def content(element: etree._Element, *, follow: bool = True) -> Meaning:
    """All that an element means apart from its id, in a form that can be compared and sorted."""
    inside = [content(child, follow=follow) for child in parts(element)]
    ordered = members(element)
    return (
        str(element.tag),
        tuple(sorted((str(name), value(element, str(name), follow=follow)) for name in element.attrib if name != "id")),
        element.get("id", "") if element.tag in REFERENCES else "",
        tuple(inside if ordered else sorted(inside)),
        _names(element, ordered),
        tuple(sorted((key, tuple(said for said, _ in rivals)) for key, rivals in contested(parts(element)).items())),
    )


def _names(element: etree._Element, ordered: list[etree._Element]) -> tuple[str, ...]:
    """The ids of members; sorted where their order means nothing."""
    names = [child.get("id", "") for child in ordered if child.tag != "resource_set"]
    return tuple(sorted(names) if unordered(element) else names)


def unordered(element: etree._Element) -> bool:
    """True for a set of resources that are independent of each other.

    With kind=Serialize even those of a set that is not sequential start in the order of the file, as crm_simulate
    shows.
    """
    home = element.getparent()
    serialized = home is not None and home.get("kind", "").lower() == "serialize"
    return element.tag == "resource_set" and parse_boolean(element.get("sequential")) is False and not serialized


def meaning_inside(element: etree._Element) -> Meaning:
    """What an element means, without the resources that are its members."""
    found = content(element)
    return found if element.tag not in RESOURCE_TAGS else (*found[:_MEMBERS], *found[_MEMBERS + 1 :])


def contested(siblings: Iterable[etree._Element]) -> Rivals:
    """The options that several nvpairs of some sets set, in the order in which the engine looks at them.

    Sets of one kind are read by score, the larger first, then in the order of the file. Source: sort_pairs and
    populate_hash of the policy engines.
    """
    sets: dict[str, list[etree._Element]] = {}
    for element in siblings:
        if any(part.tag == "nvpair" for part in parts(element)):
            sets.setdefault(str(element.tag), []).append(element)
    found: dict[tuple[str, str], list[tuple[Meaning, etree._Element]]] = {}
    for tag, each in sets.items():
        for nvset in sorted(each, key=_rank):
            conditions = tuple(content(part) for part in parts(nvset) if part.tag != "nvpair")
            for pair in (part for part in parts(nvset) if part.tag == "nvpair"):
                found.setdefault((tag, pair.get("name", "")), []).append(((*_said(pair), conditions), pair))
    return {key: tuple(rivals) for key, rivals in found.items() if len({said for said, _ in rivals}) > 1}


def _said(pair: etree._Element) -> Meaning:
    return (pair.get("value") is not None, pair.get("value", ""), value(pair, "id-ref", follow=False))


def _rank(nvset: etree._Element) -> tuple[bool, int]:
    first = nvset.tag == "cluster_property_set" and nvset.get("id") == _FIRST_SET
    return (not first, -(parse_score(nvset.get("score")) or 0))
