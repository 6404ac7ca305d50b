"""Source frames: lines of a file with their numbers, and carets under what a finding is about.

Whatever the file holds, the frame is safe to show: secrets are masked, control characters are pictures, and a line of
any length is cut down to the part that matters. Carets stay right through all of that.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from cibtools.backup.record.secret import MASK
from cibtools.backup.record.source import Source
from cibtools.location import Location
from cibtools.report.shared.printable import TAB, columns, is_plain, visible, visible_char, wrap
from cibtools.report.shared.style import Piece, Style

_SHOWN_LINES = 3
"""So many lines of a longer place are shown."""
_LINE_END = 1 << 30
_FAR = 4
"""Places on a line that are more than so many widths apart are not shown together."""
_LEAST = 24
"""Columns of source that are shown even if the terminal is narrower."""


class Mark(NamedTuple):
    """Something to underline, and what to say about it."""

    place: Location
    label: str = ""
    style: Style = Style.NOTE
    char: str = "-"


class _Underline(NamedTuple):
    """The part of a mark that lies on one line, in characters from 0."""

    start: int
    end: int
    mark: Mark
    last: bool
    """True on the last line of the mark, which carries the label."""


class Frame:
    """The marked lines of one source."""

    def __init__(
        self, source: Source, marks: Sequence[Mark], secrets: Sequence[Location], gutter: int, width: int
    ) -> None:
        self.source = source
        self.marks = marks
        self.secrets = secrets
        self.gutter = gutter
        self.room = max(_LEAST, width - gutter - 3)

    def draw(self) -> Iterator[Piece]:
        """Yield the frame line by line, each with its line end."""
        yield from self._margin()
        yield Style.PLAIN, "\n"
        by_line: dict[int, list[_Underline]] = {}
        for mark in self.marks:
            for number, underline in _underlines(self.source, mark):
                by_line.setdefault(number, []).append(underline)
        previous = 0
        for number in sorted(by_line):
            if previous and number > previous + 2:
                yield Style.GUTTER, "...\n"
            elif previous and number == previous + 2:
                yield from self._row(number - 1, [])
            for together in self._fitting(number, by_line[number]):
                yield from self._row(number, together)
            previous = number
        if any(_last_line(self.source, mark.place) > previous for mark in self.marks):
            yield Style.GUTTER, "...\n"

    def _margin(self, number: str = "", text: str = "|") -> Iterator[Piece]:
        yield Style.GUTTER, f"{number:>{self.gutter}} {text}"

    def _fitting(self, number: int, underlines: list[_Underline]) -> Iterator[list[_Underline]]:
        """Split what is marked on one line into groups that are seen together."""
        group: list[_Underline] = []
        for found in sorted(underlines, key=lambda underline: (underline.start, underline.end)):
            if group and not self._fit(number, [*group, found]):
                yield group
                group = []
            group.append(found)
        yield group

    def _fit(self, number: int, underlines: list[_Underline]) -> bool:
        """True if what is marked on a line is seen together; what is far apart is not even measured."""
        start, end = underlines[0].start, max(found.end for found in underlines)
        if end - start > _FAR * self.room:
            return False
        line = self._line(number, underlines)
        return line.column(end) - line.column(start) <= self.room - 2

    def _line(self, number: int, underlines: list[_Underline]) -> _Line:
        return _Line(self.source.line_text(number), number, self.secrets, underlines, self.room)

    def _row(self, number: int, underlines: list[_Underline]) -> Iterator[Piece]:
        """One line of source and what is drawn below it."""
        line = self._line(number, underlines)
        yield from self._margin(str(number))
        shown = line.shown.rstrip()
        yield Style.PLAIN, f" {shown}\n" if shown else "\n"
        if not underlines:
            return
        drawn = [(*line.extent(found.start, found.end), found) for found in underlines]
        yield from self._margin()
        yield Style.PLAIN, " "
        yield from _carets([(start, end, found.mark) for start, end, found in drawn])
        notes = [(start, end, found.mark) for start, end, found in drawn if found.last and found.mark.label]
        rightmost = max(end for _, end, _ in drawn)
        beside = next((note for note in notes if note[1] == rightmost and self._fits(rightmost, note[2])), None)
        yield (beside[2].style, f" {visible(beside[2].label)}\n") if beside else (Style.PLAIN, "\n")
        for start, _, mark in sorted((note for note in notes if note is not beside), key=lambda note: -note[0]):
            yield from self._below(start, mark)

    def _fits(self, column: int, mark: Mark) -> bool:
        """True if there is room for a label behind a column."""
        return column + 1 + columns(visible(mark.label)) <= self.room

    def _below(self, start: int, mark: Mark) -> Iterator[Piece]:
        """A label on lines of its own, moved to the left as far as it needs."""
        label = visible(mark.label)
        indent = max(0, min(start, self.room - columns(label)))
        for part in wrap(label, self.room):
            yield from self._margin()
            yield mark.style, f" {' ' * indent}{part}\n"


def gutter_of(places: Iterable[Location]) -> int:
    """The width of the line numbers that frames of these places need."""
    return max([2, *(len(str(min(place.end_line, place.line + _SHOWN_LINES - 1))) for place in places)])


def _last_line(source: Source, place: Location) -> int:
    """The last line on which something of a place stands; one that ends with a line end ends before it."""
    last = place.end_line - 1 if place.end_column == 1 and place.end_line > place.line else place.end_line
    return min(last, source.line_count)


def _underlines(source: Source, mark: Mark) -> Iterator[tuple[int, _Underline]]:
    place = mark.place
    last = _last_line(source, place)
    stop = min(last, place.line + _SHOWN_LINES - 1)
    for number in range(place.line, max(stop, place.line) + 1):
        text = source.line_text(number)
        start = place.column - 1 if number == place.line else len(text) - len(text.lstrip())
        end = place.end_column - 1 if number == place.end_line else len(text.rstrip())
        yield number, _Underline(start, max(end, start), mark, number >= stop)


def _carets(drawn: Iterable[tuple[int, int, Mark]]) -> Iterator[Piece]:
    """The carets of all marks on a line; where marks overlap, the finding's own lies on top."""
    cells: dict[int, tuple[Style, str]] = {}
    for start, end, mark in sorted(drawn, key=lambda found: found[2].char == "^"):
        for column in range(start, end):
            cells[column] = (mark.style, mark.char)
    row = (cells.get(column, (Style.PLAIN, " ")) for column in range(max(cells) + 1))
    for (style, char), equal in groupby(row):
        yield style, char * len(list(equal))


class _Line:
    """One line as it is shown: masked, expanded, and cut to the room there is around what is marked."""

    def __init__(
        self, text: str, number: int, secrets: Sequence[Location], underlines: Sequence[_Underline], room: int
    ) -> None:
        first = min((found.start for found in underlines), default=0)
        last = max((found.end for found in underlines), default=0)
        # Whole CIBs on one line exist; only what can come into the window is looked at.
        last = min(last, first + _FAR * room)
        self.skipped = max(0, first - room)
        more = last + room < len(text)
        hidden = _hidden(secrets, number, self.skipped, last + room)
        cells = _cells(text[self.skipped : last + room], self.skipped, hidden)
        self.starts = list(accumulate(map(columns, cells), initial=0))
        self.left, right = 0, self.starts[-1]
        if right > room or more or self.skipped:
            self.left, right = self._window(self.column(first), self.column(last), room)
        cut_off = bool(self.skipped or self.left)
        self.shift = 1 if cut_off else 0
        self.shown = "".join(self._cut(cells, self.left, right))
        self.shown = f"{'…' if cut_off else ''}{self.shown}{'…' if more or right < self.starts[-1] else ''}"

    def column(self, index: int) -> int:
        """The column at which a character starts in the line before it is cut."""
        return self.starts[min(max(index - self.skipped, 0), len(self.starts) - 1)]

    def extent(self, start: int, end: int) -> tuple[int, int]:
        """First and last column (exclusive) of some characters as shown; at least one column."""
        first = max(0, self.column(start) - self.left + self.shift)
        limit = max(columns(self.shown), first + 1)
        return first, min(max(first + 1, self.column(end) - self.left + self.shift), limit)

    def _window(self, first: int, last: int, room: int) -> tuple[int, int]:
        """Columns to show, two of them spared for the signs that something is cut off."""
        inner = room - 2
        if last <= inner and not self.skipped:
            return 0, inner
        left = max(0, first - max(0, min(inner // 3, inner - (last - first))))
        left = min(left, max(0, self.starts[-1] - inner))
        return left, min(left + inner, self.starts[-1])

    def _cut(self, cells: Sequence[str], left: int, right: int) -> Iterator[str]:
        for cell, start, end in zip(cells, self.starts, self.starts[1:], strict=False):
            if start >= left and end <= right:
                yield cell
            elif start < right and end > left:
                yield " " * (min(end, right) - max(start, left))


def _hidden(secrets: Sequence[Location], number: int, left: int, right: int) -> list[tuple[int, int]]:
    """The secrets on a part of a line, in characters from 0; `secrets` are in order and do not touch."""
    hidden = []
    first = bisect_right(secrets, (number, left + 1), key=lambda place: (place.end_line, place.end_column))
    for place in (secrets[index] for index in range(first, len(secrets))):
        if (place.line, place.column - 1) >= (number, right):
            break
        start = place.column - 1 if place.line == number else 0
        hidden.append((start, place.end_column - 1 if place.end_line == number else _LINE_END))
    return hidden


def _cells(text: str, offset: int, hidden: Sequence[tuple[int, int]]) -> list[str]:
    """What each character of a line looks like: the first one of a secret is the mask, its others are nothing."""
    if not hidden and is_plain(text):
        return list(text)
    cells: list[str] = []
    column, masked = 0, False
    ahead = iter([*hidden, (_LINE_END, _LINE_END)])
    start, end = next(ahead)
    for index, char in enumerate(text, offset):
        while index >= end:
            start, end = next(ahead)
        if start <= index:
            cell = "" if masked else MASK
            masked = True
        else:
            masked = False
            cell = " " * (TAB - column % TAB) if char == "\t" else visible_char(char)
        column += columns(cell)
        cells.append(cell)
    return cells
