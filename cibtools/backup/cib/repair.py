"""Repair of the damage that backups of CIBs really show, as byte patches, and the naming of the rest.

A repair is tried only after a strict parse has failed, never changes the file, and is always reported. The list is what
web copies, mail programs and terminals do to XML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cibtools.backup.record.secret import MASK, mask_text
from cibtools.backup.record.source import Source, Span

_UNCLOSED = re.compile(rb"""=\s*"([^"<>]*?)(\s*/?>)""")
_CURLY = re.compile("[\u201c\u201d\u201e\u2033]|[\u2018\u2019]")
_NO_BREAK = re.compile("\u00a0")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SNIP = re.compile(rb"(?m)^[ \t]*(?:-+ ?snip ?-+|\.{3,}|\[\.\.\.\])[ \t]*\r?$")
_MARKUP = re.compile(rb"<\?xml|<[A-Za-z_!]")
_PARSER_PLACE = re.compile(r"(, line \d+, column \d+)?\.?$")
_PROMPT = re.compile(r"^\S+:~? ?[#>] ")
_TRUNCATED = (
    "Premature end",
    "EndTag: '</' not found",
    "Couldn't find end of Start Tag",
    "not terminated",
    "AttValue: ' expected",
)


@dataclass(frozen=True, slots=True)
class Patch:
    """Replace the bytes from start to end, for parsing only."""

    start: int
    end: int
    replacement: bytes


@dataclass(frozen=True, slots=True)
class Repair:
    """One kind of damage, all its places, and how it is read instead."""

    message: str
    reading: str
    span: Span
    """The first place."""
    patches: tuple[Patch, ...]


def apply_patches(data: bytes, patches: Iterable[Patch]) -> bytes:
    """Return data with disjoint, sorted patches applied."""
    parts, done = [], 0
    for patch in patches:
        parts += [data[done : patch.start], patch.replacement]
        done = patch.end
    return b"".join([*parts, data[done:]])


def original_offset(offset: int, patches: Iterable[Patch]) -> int:
    """Map an offset in patched bytes back; a place inside a replacement becomes the place that was replaced."""
    shift = 0
    for patch in patches:
        if offset < patch.start + shift:
            break
        end = patch.start + shift + len(patch.replacement)
        if offset < end:
            return patch.start
        shift += len(patch.replacement) - (patch.end - patch.start)
    return offset - shift


def repairs(source: Source, error_line: int) -> tuple[Repair, ...]:
    """All known damage in a file that does not parse, with disjoint patches."""
    if source.encoding.startswith("utf-16"):
        return ()
    found: list[Repair] = []
    taken: set[int] = set()
    for make in (_leading_text, _excerpt_marks, _control_characters, _typographic, _unclosed_attribute):
        for repair in make(source, error_line):
            patches = tuple(patch for patch in repair.patches if patch.start not in taken)
            taken.update(offset for patch in patches for offset in range(patch.start, max(patch.end, patch.start + 1)))
            if patches:
                found.append(Repair(repair.message, repair.reading, repair.span, patches))
    return tuple(found)


def _leading_text(source: Source, _error_line: int) -> Iterator[Repair]:
    match = _MARKUP.search(source.data)
    start = len(source.bom)
    if match and source.data[start : match.start()].strip():
        yield Repair(
            "there is text before the first element",
            "the document began at the first element",
            Span(start, match.start()),
            (Patch(0, match.start(), b""),),
        )


def _excerpt_marks(source: Source, _error_line: int) -> Iterator[Repair]:
    first = _MARKUP.search(source.data)
    places = [match for match in _SNIP.finditer(source.data) if first and match.start() > first.start()]
    if places:
        yield Repair(
            "a line says that something was cut out",
            "the line were not there",
            Span(*places[0].span()),
            tuple(Patch(match.start(), match.end(), b"") for match in places),
        )


def _control_characters(source: Source, _error_line: int) -> Iterator[Repair]:
    places = list(_CONTROL.finditer(source.data))
    if places:
        yield Repair(
            "control characters are not allowed in XML",
            "they were not there",
            Span(*places[0].span()),
            tuple(Patch(match.start(), match.end(), b"") for match in places),
        )


def _typographic(source: Source, _error_line: int) -> Iterator[Repair]:
    """Curly quotes that delimit a value, and no-break spaces inside a tag; in text they would do no harm."""
    quotes = re.compile(
        '(?<==)\\s*([\u201c\u201d\u201e\u2033\u2018\u2019])([^<>"\u201c\u201d\u2033\u2018\u2019]*)([\u201c\u201d\u2033\u2018\u2019"])'
    )
    text = source.data.decode(source.encoding, "replace")
    patches = [
        Patch(_bytes(text, at, source), _bytes(text, at + 1, source), b'"')
        for match in quotes.finditer(text)
        for at in (match.start(1), match.start(3))
        if text[at] != '"'
    ]
    if patches:
        yield Repair(
            "typographic quotes stand where \" or ' must",
            'they were "',
            Span(patches[0].start, patches[0].end),
            tuple(patches),
        )
    spaces = [
        Patch(_bytes(text, match.start(), source), _bytes(text, match.end(), source), b" ")
        for match in _NO_BREAK.finditer(text)
        if text.rfind("<", 0, match.start()) > text.rfind(">", 0, match.start())
    ]
    if spaces:
        yield Repair(
            "no-break spaces stand between attributes",
            "they were blanks",
            Span(spaces[0].start, spaces[0].end),
            tuple(spaces),
        )


def _bytes(text: str, index: int, source: Source) -> int:
    return len(text[:index].encode(source.encoding, "replace"))


def _unclosed_attribute(source: Source, error_line: int) -> Iterator[Repair]:
    """`value="1.2/>`: the closing quote is missing. The parser notices at the next quote, on this line or the next."""
    for number in range(max(1, error_line - 2), min(error_line, source.line_count) + 1):
        line = source.line_span(number)
        for match in _UNCLOSED.finditer(source.data, line.start, line.end):
            if source.data[match.end() : line.end].count(b'"') % 2 == 0:
                span = Span(match.start() + 1, match.end())
                start = max(0, source.data.rfind(b"<", 0, match.start()))
                tag = source.data[start : match.end()].decode(source.encoding, "replace")
                value = match[1].decode(source.encoding, "replace") if mask_text(tag) == tag else MASK
                yield Repair(
                    f'the attribute value "{value} has no closing quote',
                    f'it were "{value}"',
                    span,
                    (Patch(match.start(2), match.start(2), b'"'),),
                )
                return


def cause_of(source: Source, parser_text: str, line: int) -> tuple[str, str]:
    """Name the likely cause of damage that cannot be repaired: the message and what to do."""
    text = source.line_text(min(line, source.line_count)) if source.data else ""
    last = source.line_of(max(0, len(source.data.rstrip()) - 1))
    ends = source.data.rstrip()[-1:]
    if line >= last and (ends != b">" or any(mark in parser_text for mark in _TRUNCATED)):
        return "the file ends inside an element", "it was cut off: take the backup again (`cibadmin -Q`)"
    if _CURLY.search(text):
        return "typographic quotes stand where \" or ' must", "replace them by plain quotes"
    if _PROMPT.search(text):
        return "a shell prompt stands among the XML", "remove the line"
    if "Excessive depth" in parser_text:
        return "elements are nested deeper than any CIB", "this is no backup of a cluster"
    return (
        f"not well-formed ({_PARSER_PLACE.sub('', parser_text)})",
        "mend the XML here; `xmllint --noout FILE` shows the same place",
    )
