"""Byte positions of elements and attributes, found by a second pass with expat when something is to be shown or edited.

lxml knows no columns, gives the line where a start tag *ends*, and loses count past line 65,535. Expat reports the byte
offset of every tag, in the same order as `root.iter('*')`; within a start tag a small scanner finds the attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from xml.parsers import expat

from lxml import etree

from cibtools.backup.record.source import Span

_TAG = re.compile(rb"""[^"'>]*(?:(?:"[^"]*"|'[^']*')[^"'>]*)*>""")
"""From anywhere in a tag outside of quotes to its end."""
_MARKUP = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"""
    r"""|<!DOCTYPE(?:[^\[>"']++|"[^"]*"|'[^']*')*+(?:\[(?:<!--.*?-->|[^\]"'<]++|"[^"]*"|'[^']*'|<)*+\]\s*)?>"""
    r"""|(?P<tag><[^>"']*+(?:(?:"[^"]*"|'[^']*')[^>"']*+)*+>)""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""([^\s=<>"'/]+)\s*=\s*("[^"]*"|'[^']*')""")


class PositionIndex:
    """Where every element of one parsed text stands; offsets are those of the bytes that were parsed."""

    def __init__(self, data: bytes, encoding: str, roots: Iterable[etree._Element]) -> None:
        self._data = data
        self._encoding = encoding
        # The start tag that was last looked into: one with thousands of attributes is asked for each of them.
        self._last: etree._Element | None = None
        self._base = 0
        self._attributes: dict[str, re.Match[str]] = {}
        self._offsets: Sequence[int] = ()
        starts, ends = _tag_offsets(data, encoding)
        elements = [element for root in roots for element in root.iter("*")]
        self._spans = {element: (start, end) for element, start, end in zip(elements, starts, ends, strict=True)}

    def element(self, element: etree._Element) -> Span:
        """From the `<` of the start tag to the `>` of the end tag."""
        start, end = self._spans[element]
        opened = self._close(start)
        if opened == end and self._data[start:end].replace(b"\0", b"").endswith(b"/>"):
            return Span(start, end)
        return Span(start, self._close(end))

    def start_tag(self, element: etree._Element) -> Span:
        """The start tag with its brackets."""
        start = self._spans[element][0]
        return Span(start, self._close(start))

    def _tag_text(self, element: etree._Element) -> tuple[int, str]:
        span = self.start_tag(element)
        return span.start, self._data[span.start : span.end].decode(self._encoding, "replace")

    def attribute(self, element: etree._Element, name: str) -> tuple[Span, Span] | None:
        """The attribute with its name and quotes, and its value alone; None if the start tag has none of that name."""
        if element is not self._last:
            base, text = self._tag_text(element)
            self._last, self._base, self._offsets = element, base, self._offsets_in(text)
            self._attributes = {match[1]: match for match in reversed([*_ATTRIBUTE.finditer(text)])}
        match = self._attributes.get(name)
        if match is None:
            return None
        return (
            self._span(match.start(), match.end()),
            self._span(match.start(2) + 1, match.end(2) - 1),
        )

    def _span(self, start: int, end: int) -> Span:
        """The bytes of some characters of the tag that was last looked into."""
        return Span(self._base + self._offsets[start], self._base + self._offsets[end])

    def _offsets_in(self, text: str) -> Sequence[int]:
        """The byte at which each character of a tag starts, counted from its first."""
        if text.isascii() and not self._encoding.startswith("utf-16"):
            return range(len(text) + 1)
        return [*accumulate((len(char.encode(self._encoding, "replace")) for char in text), initial=0)]

    def _close(self, start: int) -> int:
        """Offset behind the `>` that ends the tag at start; a `>` inside a quoted value does not count."""
        if not self._encoding.startswith("utf-16"):
            match = _TAG.match(self._data, start)
            return match.end() if match else len(self._data)
        quote: bytes | None = None
        for position in range(start, len(self._data), 2):
            byte = self._data[position : position + 2].strip(b"\0")
            if quote:
                quote = None if byte == quote else quote
            elif byte in (b'"', b"'"):
                quote = byte
            elif byte == b">":
                return position + 2
        return len(self._data)


def _tag_offsets(data: bytes, encoding: str) -> tuple[list[int], list[int]]:
    """Offsets of start tags in document order and, in the same order, of the tags that end the elements."""
    try:
        return _parsed_offsets(data, encoding)
    except (expat.ExpatError, LookupError, ValueError):
        # libxml2 took the text. Expat knows names as the fourth edition of XML 1.0 had them, and fewer encodings.
        return _scanned_offsets(data, encoding)


def _parsed_offsets(data: bytes, encoding: str) -> tuple[list[int], list[int]]:
    parser = expat.ParserCreate(None if encoding.startswith("utf-16") else encoding)
    starts: list[int] = []
    ends: list[int] = []
    open_elements: list[int] = []

    def start(_name: str, _attributes: dict[str, str]) -> None:
        open_elements.append(len(starts))
        starts.append(parser.CurrentByteIndex)
        ends.append(0)

    def end(_name: str) -> None:
        # The offset of `</name>`, or the offset behind an empty-element tag.
        ends[open_elements.pop()] = parser.CurrentByteIndex

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(data, True)
    return starts, ends


def _scanned_offsets(data: bytes, encoding: str) -> tuple[list[int], list[int]]:
    """The same of a text that is known to be well-formed, found with expressions."""
    text = data.decode(encoding, "replace")
    starts: list[int] = []
    ends: list[int] = []
    open_elements: list[int] = []
    at = offset = 0
    for match in _MARKUP.finditer(text):
        if match["tag"] is None:
            continue
        offset += len(text[at : match.start()].encode(encoding, "replace"))
        at = match.start()
        if match["tag"].startswith("</"):
            ends[open_elements.pop()] = offset
            continue
        starts.append(offset)
        if match["tag"].endswith("/>"):
            ends.append(offset + len(match["tag"].encode(encoding, "replace")))
        else:
            open_elements.append(len(ends))
            ends.append(0)
    return starts, ends
