"""Hardened XML reading: no network, no DTD, no entities; known damage is repaired and said, everything else refused.

Backups of CIBs are pasted, cut and mailed. Several root elements in a row are normal (`cibadmin` fragments saved one
after the other); a missing closing quote or typographic quotes are not, but what was meant can still be told.
"""

from __future__ import annotations

import codecs
import re
from functools import cached_property

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.positions import PositionIndex
from cibtools.backup.cib.repair import Patch, PatchMap, apply_patches, cause_of, repairs
from cibtools.backup.record.kind import Defect
from cibtools.backup.record.source import Source, Span

_WRAPPER = "cibtools-fragments"
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")
_DECLARED_ENCODING = re.compile(r"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_HEAD = 1024
_LATIN = "iso8859-1"
"""Latin-1 as Python, libxml2 and expat all call it."""


class XmlTree:
    """The parsed elements of one file and where each of them stands in the bytes as read."""

    def __init__(self, source: Source, top: etree._Element, patches: tuple[Patch, ...], encoding: str) -> None:
        self.source = source
        self._top = top
        self._patches = patches
        self._encoding = encoding

    @property
    def roots(self) -> tuple[etree._Element, ...]:
        """The root elements; more than one if the file holds several in a row."""
        if self._top.tag != _WRAPPER:
            return (self._top,)
        return tuple(self._top.iterchildren("*"))

    @property
    def top(self) -> etree._Element:
        """The element above all others; for several roots one that is not in the file."""
        return self._top

    @cached_property
    def _positions(self) -> PositionIndex:
        return PositionIndex(apply_patches(self.source.data, self._patches), self._encoding, [self._top])

    @cached_property
    def _way_back(self) -> PatchMap:
        return PatchMap(self._patches)

    def _original(self, span: Span) -> Span:
        if not self._patches:
            return span
        return Span(self._way_back.original(span.start), self._way_back.original(span.end))

    def span(self, element: etree._Element) -> Span:
        """The whole element."""
        return self._original(self._positions.element(element))

    def start_tag_span(self, element: etree._Element) -> Span:
        """The start tag."""
        return self._original(self._positions.start_tag(element))

    def value_span(self, element: etree._Element, attribute: str) -> Span | None:
        """The value of an attribute without its quotes; None if it has no such attribute."""
        found = self._positions.attribute(element, attribute)
        return self._original(found[1]) if found else None

    def attribute_span(self, element: etree._Element, attribute: str) -> Span | None:
        """An attribute with its name and quotes; None if it has no such attribute."""
        found = self._positions.attribute(element, attribute)
        return self._original(found[0]) if found else None


class XmlResult(Struct, frozen=True):
    """What became of one XML file: a tree, or none and a fatal defect that says why."""

    tree: XmlTree | None
    defects: tuple[Defect, ...] = ()


def read_xml(source: Source) -> XmlResult:
    """Parse the bytes of one file, repairing only the damage that `xml_repair` knows."""
    encoding, defects = _encoding(source)
    refused = _entity_declaration(source, encoding) or _nul_byte(source, encoding)
    if refused:
        return XmlResult(None, (refused,))
    defects += _blanks_before_declaration(source)
    lead = _leading_blanks(source)
    top, error = _parse(source.data, lead, encoding)
    if top is not None:
        return XmlResult(XmlTree(source, top, lead, encoding), defects)
    assert error is not None
    wrapping = _wrapping(source, lead)
    top, _ = _parse(source.data, wrapping, encoding)
    if top is not None and len(top) and not _has_text(top):
        return XmlResult(XmlTree(source, top, wrapping, encoding), defects)
    return _repaired(source, encoding, defects, error)


def _repaired(source: Source, encoding: str, defects: tuple[Defect, ...], error: etree.XMLSyntaxError) -> XmlResult:
    found = repairs(source, error.lineno or 1)
    patches = tuple(sorted({patch for repair in found for patch in repair.patches}, key=lambda patch: patch.start))
    for extra in ((), _wrapping(source, ())):
        both = tuple(sorted((*patches, *extra), key=lambda patch: (patch.start, patch.end)))
        top, _ = _parse(source.data, both, encoding) if found else (None, None)
        if top is not None and (not extra or len(top)):
            said = tuple(
                Defect("repaired", repair.message, repair.span, f"read as if {repair.reading}") for repair in found
            )
            return XmlResult(XmlTree(source, top, both, encoding), defects + said)
    line, column = error.position
    span = source.span_at(line, max(1, column))
    message, hint = cause_of(source, error.msg or "not well-formed", line)
    return XmlResult(None, (*defects, Defect("damaged", message, span, hint, fatal=True)))


def _parse(
    data: bytes, patches: tuple[Patch, ...], encoding: str
) -> tuple[etree._Element | None, etree.XMLSyntaxError | None]:
    # The encoding is passed on only where the file itself does not say it rightly.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        encoding=None if encoding.startswith("utf-16") else encoding,
    )
    try:
        return etree.fromstring(apply_patches(data, patches), parser), None
    except etree.XMLSyntaxError as error:
        return None, error


def _encoding(source: Source) -> tuple[str, tuple[Defect, ...]]:
    """The encoding to parse with, and what is odd about the one that is declared."""
    if source.bom:
        return source.encoding, ()
    if source.data[:2] in (b"<\0", b"\0<"):
        return ("utf-16-le" if source.data[:1] == b"<" else "utf-16-be"), ()
    match = _DECLARED_ENCODING.search(source.data[:_HEAD].decode("latin-1"))
    name = match[1] if match else "utf-8"
    try:
        codec = codecs.lookup(name).name
        etree.XMLParser(encoding=codec)  # libxml2 knows other encodings than Python, and some by other names
        if codec != "utf-8" and len(bytes(range(256)).decode(codec, "replace")) != 256:
            raise LookupError(name)  # expat knows UTF-8, UTF-16 and the one-byte encodings
        source.data.decode(codec)
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        return _LATIN, (_odd_encoding(source, f"the bytes are not {name}", start),)
    except (LookupError, ValueError):
        codec = "utf-8" if source.encoding == "utf-8" else _LATIN
        return codec, (_odd_encoding(source, f'the encoding "{name}" is not supported', 0),)
    return codec, ()


def _odd_encoding(source: Source, message: str, offset: int) -> Defect:
    line = source.line_of(offset)
    reading = "UTF-8" if source.encoding == "utf-8" else "Latin-1"
    return Defect("repaired", message, Span(offset, source.line_span(line).end), f"read as if it were {reading}")


def _entity_declaration(source: Source, encoding: str) -> Defect | None:
    # The mark as this file would spell it: in UTF-16 the bytes between its letters hide it.
    offset = source.data.find("<!ENTITY".encode(encoding if encoding.startswith("utf-16") else "ascii"))
    if offset < 0:
        return None
    return Defect(
        "entities",
        "the document declares entities, which are never loaded",
        Span(min(offset, len(source.data)), min(offset + 8, len(source.data))),
        "write the text itself in place of each entity and remove the <!ENTITY …> declarations",
        fatal=True,
    )


def _nul_byte(source: Source, encoding: str) -> Defect | None:
    # libxml2 drops them in silence, and with them the sign that the file system lost a part of the file.
    offset = -1 if encoding.startswith("utf-16") else source.data.find(b"\0")
    if offset < 0:
        return None
    return Defect("damaged", "a NUL byte, which no XML holds", Span(offset, offset + 1), "take the backup again", True)


def _leading_blanks(source: Source) -> tuple[Patch, ...]:
    """Blanks before an XML declaration are common where output was pasted; libxml2 refuses them."""
    start = len(source.bom) if source.bom == b"\xef\xbb\xbf" else 0
    rest = source.data[start:]
    blanks = len(rest) - len(rest.lstrip(b" \t\r\n"))
    return (Patch(0, start + blanks, b""),) if start or blanks else ()


def _blanks_before_declaration(source: Source) -> tuple[Defect, ...]:
    """An XML declaration stands at the very beginning or nowhere: no tool of the cluster reads the file otherwise."""
    start = len(source.bom)
    text = source.data[start : start + _HEAD].decode(source.encoding, "replace")
    match = _DECLARATION.match(text)
    if match is None or not text[0].isspace():
        return ()
    blanks = len(text[: len(text) - len(text.lstrip())].encode(source.encoding))
    message = "there are blanks or empty lines before the XML declaration"
    return (Defect("repaired", message, Span(start, start + blanks), "read as if they were not there"),)


def _wrapping(source: Source, lead: tuple[Patch, ...]) -> tuple[Patch, ...]:
    """Put an element around several roots, in the place of the XML declaration if there is one."""
    start = lead[0].end if lead else 0
    match = _DECLARATION.match(source.data[start : start + _HEAD].decode("latin-1"))
    end = start + (match.end() if match else 0)
    size = len(source.data)
    return (Patch(0, end, f"<{_WRAPPER}>".encode()), Patch(size, size, f"</{_WRAPPER}>".encode()))


def _has_text(top: etree._Element) -> bool:
    parts = [top.text, *(child.tail for child in top)]
    return any(part and part.strip() for part in parts)
