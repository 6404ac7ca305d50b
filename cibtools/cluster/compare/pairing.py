"""Which element of one CIB is which of another: by id, and where ids are anonymous by what the element says.

Ids of resources, constraints and nodes are names that people use. Those of option sets, nvpairs, operations and rules
are handles for tools: two tools give the same option different ones, and old CIBs have none at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from lxml import etree

from cibtools.backup.cib.dialect import SETS
from cibtools.cluster.compare.meaning import content, value

Pair = tuple[etree._Element | None, etree._Element | None]
"""An element of OLD and the one of NEW that is the same thing; None where there is none."""
_Naming = Callable[[etree._Element], object]


def pair_parts(old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[Pair]:
    """Pair what belongs to one object: the same content, else the same name or id, else the only one of its kind."""
    return _paired(old, new, (content, _name, _kind))


def pair_objects(old: Sequence[etree._Element], new: Sequence[etree._Element]) -> list[Pair]:
    """Pair the objects of a section: by id; those left over by what they say, for ids that were changed."""
    return _paired(old, new, (_identity, _uname, content, _only_set))


def _paired(old: Sequence[etree._Element], new: Sequence[etree._Element], namings: Sequence[_Naming]) -> list[Pair]:
    """Pairs in the order of OLD, then what only NEW has; of several of one name the first meets the first."""
    partner: dict[int, int] = {}
    left = list(range(len(new)))
    for naming in namings:
        waiting: dict[object, deque[int]] = {}
        for index in left:
            waiting.setdefault(naming(new[index]), deque()).append(index)
        for index, element in enumerate(old):
            if index not in partner and (key := naming(element)) is not None and waiting.get(key):
                partner[index] = waiting[key].popleft()
        taken = set(partner.values())
        left = [index for index in left if index not in taken]
    both: list[Pair] = [
        (element, new[partner[index]] if index in partner else None) for index, element in enumerate(old)
    ]
    return [*both, *((None, new[index]) for index in left)]


def _identity(element: etree._Element) -> object:
    identity = element.get("id")
    return identity or None


def _uname(element: etree._Element) -> object:
    return element.get("uname") if element.tag == "node" else None


def _only_set(element: etree._Element) -> object:
    return element.tag if element.tag in SETS else None


def _name(element: etree._Element) -> object:
    match element.tag:
        case "nvpair":
            return "nvpair", element.get("name") or element.get("id-ref") or ""
        case "op":
            return "op", element.get("name"), value(element, "interval"), element.get("role")
        case tag:
            identity = element.get("id")
            return (tag, identity) if identity else None


def _kind(element: etree._Element) -> object:
    """The last resort: the first meets the first. Another option is another option, whatever its place."""
    match element.tag:
        case "nvpair":
            return None
        case "op":
            return "op", element.get("name")
        case tag:
            return tag
