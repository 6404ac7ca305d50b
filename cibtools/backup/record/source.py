"""Sources and places: the bytes of one file, byte spans in it, and lines and columns for people.

Everything that points at a file does so with a `Span` of byte offsets into the file *as it was read*, so that an edit
can leave every other byte alone. Lines and columns are worked out only when something is shown.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from msgspec import Struct

from cibtools.location import Location

_LINE_END = re.compile(rb"\r\n|\r|\n")
_COUNT_AGAIN = 1024
"""So many bytes are counted again rather than remembered."""
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Span(Struct, frozen=True, order=True):
    """Byte offsets into `Source.data`, the end exclusive."""

    start: int
    end: int


class Source:
    """The bytes of one file under the name the user knows it by; equality is identity."""

    def __init__(self, path: str, data: bytes, encoding: str | None = None) -> None:
        self.path = path
        """The path as given or found below a given directory, with `/`; `<stdin>` for standard input."""
        self.data = data
        """The bytes as read, decompressed if the file was compressed."""
        self._encoding = encoding
        self._counted: dict[int, list[tuple[int, int]]] = {}
        """Offsets in a line and their columns, counted once: a CIB may be one line of megabytes."""
        self._line: tuple[int, Span, str | None] = (0, Span(0, 0), None)
        """The line that was last asked for: its number, its bytes and its text."""

    @cached_property
    def bom(self) -> bytes:
        """The byte order mark at the start, or nothing."""
        return next((bom for bom, _ in _BOMS if self.data.startswith(bom)), b"")

    @cached_property
    def encoding(self) -> str:
        """Codec name: the BOM decides, else what the reader declared, else UTF-8 if it decodes, else Latin-1."""
        for bom, name in _BOMS:
            if self.data.startswith(bom):
                return name
        if self._encoding:
            return self._encoding
        return "utf-8" if self.first_bad_utf8 is None else "latin-1"

    @cached_property
    def first_bad_utf8(self) -> int | None:
        """Byte offset of the first byte that is not UTF-8, or None."""
        try:
            self.data.decode("utf-8")
        except UnicodeDecodeError as error:
            return error.start
        return None

    @cached_property
    def text(self) -> str:
        """The text without its BOM; bytes that do not decode become U+FFFD."""
        return self.data[len(self.bom) :].decode(self.encoding, "replace")

    @property
    def _wide(self) -> bool:
        return self.encoding.startswith("utf-16")

    @cached_property
    def _line_starts(self) -> list[int]:
        """Byte offset of each line's first byte."""
        if not self._wide:
            return [len(self.bom), *(match.end() for match in _LINE_END.finditer(self.data))]
        starts, offset = [len(self.bom)], len(self.bom)
        for line in re.split("(\r\n|\r|\n)", self.text):
            offset += len(line.encode(self.encoding, "replace"))
            if line in ("\r\n", "\r", "\n"):
                starts.append(offset)
        return starts

    @property
    def line_count(self) -> int:
        """How many lines the file has; a file that ends in a line end has no further, empty line."""
        starts = self._line_starts
        return len(starts) - (1 if len(starts) > 1 and starts[-1] >= len(self.data) else 0)

    def line_of(self, offset: int) -> int:
        """Number of the line that holds the byte at offset, from 1."""
        return max(1, bisect_right(self._line_starts, offset))

    def line_span(self, number: int) -> Span:
        """Bytes of one line without its line end."""
        if number != self._line[0]:
            self._line = (number, self._span_of_line(number), None)
        return self._line[1]

    def _span_of_line(self, number: int) -> Span:
        starts = self._line_starts
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.data)
        if self._wide:
            line = self.data[start:end].decode(self.encoding, "replace").rstrip("\r\n")
            return Span(start, start + len(line.encode(self.encoding, "replace")))
        return Span(start, start + len(self.data[start:end].rstrip(b"\r\n")))

    def line_text(self, number: int) -> str:
        """One line, counted from 1, without its line end."""
        span = self.line_span(number)
        text = self._line[2]
        if text is None:
            text = self.data[span.start : span.end].decode(self.encoding, "replace")
            self._line = (number, span, text)
        return text

    @cached_property
    def _one_byte_each(self) -> bool:
        """True if every character takes one byte."""
        return not self._wide and (self.encoding == "latin-1" or self.data.isascii())

    def _column(self, line: int, offset: int) -> int:
        start = self._line_starts[line - 1]
        if self._one_byte_each:
            return max(0, offset - start) + 1
        known = self._counted.setdefault(line, [(start, 1)])
        index = bisect_right(known, (offset, 1 << 62)) - 1
        if index < 0:
            return 1
        at, column = known[index]
        column += len(self.data[at:offset].decode(self.encoding, "replace"))
        if offset - at > _COUNT_AGAIN:
            known.insert(index + 1, (offset, column))
        return column

    def span_at(self, line: int, column: int) -> Span:
        """The character at a line and column, counted from 1; drawn back into the file if it lies outside."""
        span = self.line_span(min(max(line, 1), self.line_count))
        text = self.data[span.start : span.end].decode(self.encoding, "replace")
        start = span.start + len(text[: max(column, 1) - 1].encode(self.encoding, "replace"))
        return Span(min(start, span.end), min(start + 1, max(span.end, start)))

    def location(self, span: Span) -> Location:
        """Lines and columns of a span; an end past the file is drawn back to its end."""
        start = min(max(span.start, len(self.bom)), len(self.data))
        end = min(max(span.end, start), len(self.data))
        line, end_line = self.line_of(start), self.line_of(end)
        return Location(self.path, line, self._column(line, start), end_line, self._column(end_line, end))
