"""The text of a side file as its parser shall see it, with the way back from characters to bytes of the file.

Printing and pasting replace blanks, quotes and dashes by others that no program accepts. Each repair puts one character
in place of one, so that positions stay true, and is told as a problem.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from msgspec import Struct

from cibtools.backup.lines.directive import Directive, Option
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.secret import MASK, Secret
from cibtools.backup.record.source import Source, Span

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LEFT_OUT = re.compile(r"\s*(?:[-–—]+snip[-–—]+|\.{3,}|…|\[(?:\.{3}|…)\])\s*", re.IGNORECASE)
_WORD = re.compile(r"[^ \t\f\v]+")
_REPAIRS = (
    ("no-break-space", "\N{NO-BREAK SPACE}", " ", "a no-break space stands where a blank belongs"),
    ("curly-quote", "“”„‟", '"', "a typographic quote stands where a straight one belongs"),
    ("curly-quote", "‘’‚‛", "'", "a typographic quote stands where a straight one belongs"),
    ("dash", "–—", "-", "a dash stands where a hyphen belongs"),
)
LOST = frozenset(variant for variant, *_ in _REPAIRS) | {"lost-blank"}
"""Variants of problems that a repair put right: the program itself does not read the file so."""


class Line(Struct, frozen=True):
    """One line without its line end."""

    number: int
    """From 1."""
    start: int
    """Index of its first character in the text."""
    text: str


class SideText:
    """A text and its lines; markers of what was left out are made blank."""

    def __init__(self, source: Source, comment: str = "#") -> None:
        self.source = source
        self.problems: list[Problem] = []
        """What had to be repaired, the first place of each kind."""
        self.lines: tuple[Line, ...] = tuple(self._repaired(_lines(source.text), comment))

    @property
    def text(self) -> str:
        """The repaired text, as long as that of the source, with a line feed for each line end."""
        pieces: list[str] = []
        at = 0
        for line in self.lines:
            pieces += ["\n" * (line.start - at), line.text]
            at = line.start + len(line.text)
        return "".join([*pieces, "\n" * (len(self.source.text) - at)])

    def _repaired(self, lines: Iterator[Line], comment: str) -> Iterator[Line]:
        for line in lines:
            if _LEFT_OUT.fullmatch(line.text):
                yield Line(line.number, line.start, " " * len(line.text))
            elif line.text.isascii():
                yield line
            else:
                yield self._with_plain_characters(line, comment)

    def _with_plain_characters(self, line: Line, comment: str) -> Line:
        said, mark, rest = line.text.partition(comment) if comment else (line.text, "", "")
        for variant, characters, plain, message in _REPAIRS:
            at = min((place for char in characters if (place := said.find(char)) >= 0), default=-1)
            if at < 0:
                continue
            if all(problem.variant != variant for problem in self.problems):
                self.problems.append(Problem(variant, message, self.span(line.start + at, line.start + at + 1)))
            said = said.translate(dict.fromkeys(map(ord, characters), plain))
        return Line(line.number, line.start, said + mark + rest)

    @cached_property
    def _offsets(self) -> list[int] | None:
        """The byte at which each character starts; None if each has one byte."""
        source = self.source
        if len(source.text) == len(source.data) - len(source.bom):
            return None
        sizes = (1 if char < "\x80" and not wide else len(char.encode(source.encoding, "replace"))
                 for wide in (source.encoding.startswith("utf-16"),) for char in source.text)  # fmt: skip
        return list(accumulate(sizes, initial=len(source.bom)))

    def span(self, start: int, end: int) -> Span:
        """The bytes of some characters."""
        offsets, last = self._offsets, len(self.source.data)
        if offsets is None:
            return Span(start + len(self.source.bom), end + len(self.source.bom))
        return Span(min(offsets[start], last), min(offsets[end], last))

    def option(self, start: int, end: int, text: str, *, secret: bool = False) -> Option:
        """A word that stands at some characters; a secret one is wrapped."""
        return Option(MASK, self.span(start, end), Secret(text)) if secret else Option(text, self.span(start, end))

    def words(self, line: Line, start: int = 0, end: int | None = None) -> tuple[Option, ...]:
        """The words of a part of a line, split at blanks."""
        found = _WORD.finditer(line.text, start, len(line.text) if end is None else end)
        return tuple(self.option(line.start + word.start(), line.start + word.end(), word[0]) for word in found)

    def directive(self, line: Line, end: int | None = None) -> Directive | None:
        """A line as a name and its words; None if it says nothing."""
        words = self.words(line, 0, end)
        if not words:
            return None
        span = Span(words[0].span.start, words[-1].span.end)
        return Directive(words[0].text, words[1:], line.number, span)


def _lines(text: str) -> Iterator[Line]:
    for number, found in enumerate(_LINE.finditer(text), 1):
        # The last match is empty where the text ends in a line end.
        if found[0]:
            yield Line(number, found.start(), found[0].rstrip("\r\n"))
