"""Differences side by side: what each side says, what that means, and where it stands; pages and tickets share them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect, detect_dialect
from cibtools.cluster.compare.difference import Comparison, Difference, DifferenceKind
from cibtools.cluster.model.constraints import build_colocations, build_location, build_orders
from cibtools.cluster.model.place import Place
from cibtools.cluster.value import parse_time, show_time
from cibtools.report.cluster.words import colocation_words, location_words, order_words
from cibtools.report.difference.words import name_of, place_words, quoted

_TIMES = ("timeout", "interval", "start-delay", "start_delay")


class Cell(Struct, frozen=True):
    """What one side says."""

    text: str
    """The value as it is written, `not set`, the attributes of what only this side has, or nothing."""
    literal: bool
    """True for a value as it is written."""
    meaning: str
    """The same in words, as far as there are any."""
    place: str
    """The file and the line; empty if this side has nothing of it."""


class Row(Struct, frozen=True):
    """One difference."""

    what: str
    state: str
    """`changed`, `only in OLD`, `only in NEW` or `in another order`."""
    old: Cell
    new: Cell


STATES = {
    DifferenceKind.CHANGED: "changed",
    DifferenceKind.ONLY_OLD: "only in OLD",
    DifferenceKind.ONLY_NEW: "only in NEW",
    DifferenceKind.REORDERED: "in another order",
}
"""How a page calls each kind."""


def by_section(found: Comparison, old: str, new: str) -> dict[str, list[Row]]:
    """Return the rows of each section, in the order in which the sections come up first."""
    sections: dict[str, list[Row]] = {}
    for one in found.differences:
        sections.setdefault(one.section, []).append(_row(one, old, new))
    return sections


def _row(one: Difference, old: str, new: str) -> Row:
    cells = (
        _cell(one, one.before, one.old, old, DifferenceKind.ONLY_OLD),
        _cell(one, one.after, one.new, new, DifferenceKind.ONLY_NEW),
    )
    return Row(name_of(one), STATES[one.kind], *cells)


def _cell(one: Difference, value: str | None, place: Place | None, given: str, alone: DifferenceKind) -> Cell:
    where = place_words(given, place) if place else ""
    if one.kind in (DifferenceKind.ONLY_OLD, DifferenceKind.ONLY_NEW):
        if one.kind is not alone:
            return Cell("", False, "", where)
        return Cell(one.detail or "there", False, _constraint(one, place), where)
    return Cell(quoted(value), value is not None, _duration(one, value) or _constraint(one, place), where)


def _duration(one: Difference, value: str | None) -> str:
    """Say a time with its unit, unless it is written like that."""
    time = parse_time(value) if one.aspect in _TIMES else None
    words = "" if time is None else show_time(time)
    return words if words != value else ""


def _constraint(one: Difference, place: Place | None) -> str:
    """Say the constraint at a place; a document of either dialect says by its attributes which it is."""
    element = place.element if place and one.subject != "ids" else None
    while element is not None and element.tag not in _WORDS:
        element = element.getparent()
    return "; ".join(dict.fromkeys(_WORDS[str(element.tag)](element))) if element is not None else ""


def _orders(element: etree._Element) -> Iterator[str]:
    root = element.getroottree().getroot()
    # Only an order without a score depends on more than itself: on what it names, and on the release.
    whole = not {"score", "kind"} & {*element.attrib}
    dialect = detect_dialect([root]).dialect if whole else None
    clones = {found.get("id", ""): True for found in root.iter("clone", "master", "master_slave")} if whole else {}
    return map(order_words, build_orders(element, dialect or _dialect(element), clones))


def _colocations(element: etree._Element) -> Iterator[str]:
    return map(colocation_words, build_colocations(element, _dialect(element)))


def _dialect(element: etree._Element) -> Dialect:
    return Dialect.HB2 if "from" in element.attrib else Dialect.P10


def _locations(element: etree._Element) -> Iterator[str]:
    return iter(location_words(build_location(element)))


_WORDS: dict[str, Callable[[etree._Element], Iterator[str]]] = {
    "rsc_order": _orders,
    "rsc_colocation": _colocations,
    "rsc_location": _locations,
}
"""What says a constraint in words."""
