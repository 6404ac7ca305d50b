"""The text of an xm file as Python shall see it, with the way back from Python's positions to bytes of the file.

Python counts columns in UTF-8 bytes of a line while files may be Latin-1, carry a byte order mark or end their lines
with CR LF; and text pasted from a mail or a web page needs its quotes and blanks put right before Python can read it.
Every repair replaces one character by one, so that positions stay true.
"""

from __future__ import annotations

import ast
import re
import warnings
from bisect import bisect_right
from functools import cache

from cibtools.backup.record.source import Source, Span

_LINE_END = re.compile(r"\r\n|\r|\n")
_SURROGATES = re.compile("[\ud800-\udfff]")
_STRAIGHT = {"“": '"', "”": '"', "„": '"', "‟": '"', "‘": "'", "’": "'", "‚": "'", "‛": "'"}
_LEFT_OUT = r"^[ \t]*(?:[-–—]+snip[-–—]+|\.{3,}|…|\[(?:\.{3}|…)\])[ \t]*$"


_LONG = "|".join(
    rf"{quote * 3}[^\\{quote}]*(?:(?:\\.|{quote}(?!{quote * 2}))[^\\{quote}]*)*{quote * 3}" for quote in "\"'"
)
_DOUBLE = r"\"(?:[^\"\\\r\n]|\\(?:\r\n|.))*\""
_SINGLE = r"'(?:[^'\\\r\n]|\\(?:\r\n|.))*'"
_VALUE_ENDS = r"(?=[ \t]*(?:[],)}#+%\r\n]|$))"


STRINGS = frozenset(("string", "long", "endless", "torn"))
"""Kinds of token that are strings, whole or not."""


@cache
def tokens(*, long_strings: bool = True) -> re.Pattern[str]:
    """Compile the pattern for what has to be known to find the ends of strings, brackets and statements.

    A long string without an end is `endless` and takes the rest of the text. Every other alternative is bounded by its
    line and nothing is looked at twice, so that no file takes more than linear time.
    """
    long = rf"|(?P<long>{_LONG})|(?P<endless>\"\"\".*|'''.*)" if long_strings else ""
    return re.compile(
        rf"(?P<comment>\#[^\r\n]*){long}|(?P<string>{_DOUBLE}|{_SINGLE})"
        r"|(?P<open>[\[({])|(?P<close>[\])}])|(?P<joined>\\(?:\r\n|\r|\n))|(?P<end>\r\n|\r|\n)"
        r"|(?P<torn>[\"'][^\r\n]*)",
        re.DOTALL,
    )


@cache
def _curly_strings() -> re.Pattern[str]:
    """Compile the pattern for comments, proper strings, strings in curly quotes, and stray curly quotes."""
    return re.compile(
        rf"\#[^\r\n]*|{_LONG}|\"\"\".*|'''.*"
        r"|\"(?:[^\"\\\r\n“”]|\\.)*\"|'(?:[^'\\\r\n‘’]|\\.)*'"
        rf"|(?P<mixed>\"[^\"“”\r\n]*[”“]{_VALUE_ENDS}|[“”„‟][^\"“”„‟\r\n]*[\"“”‟]"
        rf"|'[^'‘’\r\n]*[’‘]{_VALUE_ENDS}|[‘’‚‛][^'‘’‚‛\r\n]*['‘’‛])"
        rf"|{_DOUBLE}|{_SINGLE}|(?P<stray>[“”„‟‘’‚‛])|[\"'][^\r\n]*",
        re.DOTALL,
    )


class XmText:
    """The text of one xm file and the byte offset of each of its characters."""

    def __init__(self, source: Source) -> None:
        encoding = source.encoding
        self._errors = "surrogateescape" if encoding in ("utf-8", "latin-1") else "replace"
        self._encoding = encoding
        self._exact = source.data[len(source.bom) :].decode(encoding, self._errors)
        self._first = len(source.bom)
        self._size = len(source.data)
        self._ascii = self._exact.isascii() and encoding in ("utf-8", "latin-1")
        self._line_starts = [0, *(end.end() for end in _LINE_END.finditer(self._exact))]
        self._byte_starts = self._line_starts if self._ascii else self._count_bytes()
        self.text = self._exact if self._ascii else _SURROGATES.sub("\ufffd", self._exact)
        """The text without byte order mark, to be given to Python; repairs change it in place."""
        self.curly: tuple[Span, ...] = ()
        """The curly quotes that were made straight."""
        self.blanks: tuple[Span, ...] = ()
        """The no-break spaces outside strings that were made blanks."""

    def _count_bytes(self) -> list[int]:
        """Byte offset, from the byte order mark on, of each line's first character."""
        starts, total = [0], 0
        for start, end in zip(self._line_starts, self._line_starts[1:], strict=False):
            total += len(self._exact[start:end].encode(self._encoding, self._errors))
            starts.append(total)
        return starts

    def byte(self, index: int) -> int:
        """Byte offset in the file of the character at an index of the text."""
        if self._ascii:
            return min(self._first + index, self._size)
        line = bisect_right(self._line_starts, index) - 1
        part = self._exact[self._line_starts[line] : index].encode(self._encoding, self._errors)
        return min(self._first + self._byte_starts[line] + len(part), self._size)

    def index(self, line: int, column: int) -> int:
        """Index in the text of a place as Python gives it: line from 1, column in UTF-8 bytes from 0."""
        start = self._line_starts[min(line, len(self._line_starts)) - 1]
        if self._ascii:
            return min(start + column, len(self.text))
        end = self._line_starts[line] if line < len(self._line_starts) else len(self.text)
        return start + len(self.text[start:end].encode()[:column].decode("utf-8", "ignore"))

    def line_of(self, index: int) -> int:
        """Number of the line, from 1, that holds the character at an index."""
        return bisect_right(self._line_starts, index)

    def span(self, start: int, end: int) -> Span:
        """Bytes of the file between two indices of the text."""
        return Span(self.byte(start), self.byte(end))

    def blank_out_excerpt_marks(self) -> None:
        """Make `-snip-` lines and their like blank: Python chokes on them."""
        self.text = re.sub(_LEFT_OUT, lambda mark: " " * len(mark[0]), self.text, flags=re.IGNORECASE | re.MULTILINE)

    def straighten(self) -> bool:
        """Repair curly quotes that delimit strings, and no-break spaces between tokens; tell whether there were any."""
        curly: list[int] = []
        blanks: list[int] = []
        characters = list(self.text)
        at = 0
        for found in _curly_strings().finditer(self.text):
            blanks += [index for index in range(at, found.start()) if characters[index] == "\xa0"]
            at = found.end()
            if found["mixed"] or found["stray"]:
                curly += self._make_straight(characters, found)
        blanks += [index for index in range(at, len(characters)) if characters[index] == "\xa0"]
        for index in blanks:
            characters[index] = " "
        self.text = "".join(characters)
        self.curly = self._spans_of(curly)
        self.blanks = self._spans_of(blanks)
        return bool(curly or blanks)

    def _spans_of(self, indices: list[int]) -> tuple[Span, ...]:
        """Bytes of single characters, in order; a line may hold thousands of them, so none is counted twice."""
        spans: list[Span] = []
        at, offset = 0, self._first
        for index in indices:
            offset += len(self._exact[at:index].encode(self._encoding, self._errors))
            at = index + 1
            end = offset + len(self._exact[index].encode(self._encoding, self._errors))
            spans.append(Span(min(offset, self._size), min(end, self._size)))
            offset = end
        return tuple(spans)

    @staticmethod
    def _make_straight(characters: list[str], found: re.Match[str]) -> list[int]:
        """Make both ends of a string straight and alike; return the indices of the curly ones."""
        first, last = found.start(), found.end() - 1
        quote = _STRAIGHT.get(characters[first], characters[first])
        changed = [index for index in sorted({first, last}) if characters[index] in _STRAIGHT]
        for index in changed:
            characters[index] = quote
        return changed


def deepest_bracket(text: str) -> int:
    """How deep the brackets of a text nest."""
    depth = deepest = 0
    for found in tokens().finditer(text):
        if found.lastgroup == "open":
            depth += 1
            deepest = max(deepest, depth)
        elif found.lastgroup == "close":
            depth = max(0, depth - 1)
    return deepest


def parse_quietly(code: str) -> list[ast.stmt] | None:
    """Parse code without a word on standard error; None if it is no Python 3, or more than its parser can take."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(code).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
