"""The differences of two clusters for a terminal: one line each, in the words of an administrator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from cibtools.cluster.compare.difference import Comparison, Difference, DifferenceKind
from cibtools.report.difference.words import name_of, place_words, quoted
from cibtools.report.shared.printable import counted, visible
from cibtools.report.shared.style import Piece, Style, paint, plain

SUFFIX = ".txt"

ONLY = {DifferenceKind.ONLY_OLD: "only in OLD", DifferenceKind.ONLY_NEW: "only in NEW"}
"""How a thing is told that one side lacks."""
_STYLE = {DifferenceKind.ONLY_OLD: Style.ERROR, DifferenceKind.ONLY_NEW: Style.GOOD}


def render(found: Comparison, old: str, new: str, *, color: bool = False) -> str:
    """The differences by section with their places, then how many there are."""
    return paint(_pieces(found, old, new), color=color)


def where(found: Difference, old: str, new: str) -> str:
    """The places on both sides, as far as a side has one: `OLD 12`, or with the file if the side is a directory."""
    sides = (("OLD", old, found.old), ("NEW", new, found.new))
    return ", ".join(f"{side} {place_words(given, place)}" for side, given, place in sides if place is not None)


def _pieces(found: Comparison, old: str, new: str) -> Iterator[Piece]:
    if not found.differences:
        yield Style.GOOD, "no difference"
        yield plain(f" in {', '.join(found.sections)}\n")
        return
    yield plain(f"OLD {visible(old)}\nNEW {visible(new)}\n")
    section = ""
    for difference in found.differences:
        if difference.section != section:
            section = difference.section
            yield Style.STRONG, f"\n{visible(section)}\n"
        yield from _line_of(difference, old, new)
    counts = Counter(difference.section for difference in found.differences)
    listed = ", ".join(f"{visible(name)} {count}" for name, count in counts.items())
    yield plain(f"\n{counted(len(found.differences), 'difference')}: {listed}\n")


def _line_of(found: Difference, old: str, new: str) -> Iterator[Piece]:
    only = ONLY.get(found.kind)
    if only:
        yield plain(f"  {name_of(found)} ")
        yield _STYLE[found.kind], only
        if found.detail:
            yield plain(f" ({visible(found.detail)})")
    else:
        yield plain(f"  {name_of(found)}: {quoted(found.before)} -> {quoted(found.after)}")
    places = where(found, old, new)
    if places:
        yield Style.DIM, f"  [{places}]"
    yield plain("\n")
