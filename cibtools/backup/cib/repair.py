"""Repair of the damage that backups of CIBs really show, as byte patches, and the naming of the rest.

A repair is tried only after a strict parse has failed, never changes the file, and is always reported. The list is what
web copies, mail programs and terminals do to XML.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from cibtools.backup.record.secret import MASK, mask_text
from cibtools.backup.record.source import Source, Span

_UNCLOSED = re.compile(rb"""=\s*+"([^"<>]*+)>""")
_CURLY = re.compile("[\u201c\u201d\u201e\u2033]|[\u2018\u2019]")
_CURLY_VALUE = re.compile(
    '=\\s*+([\u201c\u201d\u201e\u2033\u2018\u2019])[^<>"\u201c\u201d\u2033\u2018\u2019]*+([\u201c\u201d\u2033\u2018\u2019"])'
)
"""A value between curly quotes, or one curly and one straight."""
_NO_BREAK = re.compile("\u00a0")
_TAG_WITH_BLANKS = re.compile("<[^<>]*")
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


class Patch(Struct, frozen=True):
    """Replace the bytes from start to end, for parsing only."""

    start: int
    end: int
    replacement: bytes


class Repair(Struct, frozen=True):
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


class PatchMap:
    """The way back from offsets in patched bytes."""

    def __init__(self, patches: Iterable[Patch]) -> None:
        self._patches = tuple(patches)
        shift = 0
        self._starts: list[int] = []
        """Where each replacement starts in the patched bytes."""
        for patch in self._patches:
            self._starts.append(patch.start + shift)
            shift += len(patch.replacement) - (patch.end - patch.start)

    def original(self, offset: int) -> int:
        """Map an offset back; a place inside a replacement becomes the place that was replaced."""
        index = bisect_right(self._starts, offset) - 1
        if index < 0:
            return offset
        patch, start = self._patches[index], self._starts[index]
        end = start + len(patch.replacement)
        return patch.start if offset < end else patch.end + offset - end


def repairs(source: Source, error_line: int) -> tuple[Repair, ...]:
    """All known damage in a file that does not parse, with disjoint patches."""
    if source.encoding.startswith("utf-16"):
        return ()
    found: list[Repair] = []
    taken: list[Patch] = []
    for make in (_leading_text, _excerpt_marks, _control_characters, _typographic, _unclosed_attribute):
        for repair in make(source, error_line):
            patches = tuple(_apart(repair.patches, taken))
            taken = sorted((*taken, *patches), key=lambda patch: patch.start)
            if patches:
                found.append(Repair(repair.message, repair.reading, repair.span, patches))
    return tuple(found)


def _apart(patches: Iterable[Patch], taken: list[Patch]) -> Iterator[Patch]:
    """The patches that do not touch what an earlier repair replaces."""
    starts = [patch.start for patch in taken]
    for patch in patches:
        before = taken[index] if (index := bisect_right(starts, patch.start) - 1) >= 0 else None
        if before is None or patch.start >= max(before.end, before.start + 1):
            yield patch


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
    text = source.data.decode(source.encoding, "replace")
    quotes = [at for match in _CURLY_VALUE.finditer(text) for at in match.span(1)[:1] + match.span(2)[:1]]
    yield from _replaced(
        source,
        text,
        [at for at in quotes if text[at] != '"'],
        b'"',
        ("typographic quotes stand where \" or ' must", 'they were "'),
    )
    blanks = [tag.start() + at.start() for tag in _TAG_WITH_BLANKS.finditer(text) for at in _NO_BREAK.finditer(tag[0])]
    yield from _replaced(source, text, blanks, b" ", ("no-break spaces stand between attributes", "they were blanks"))


def _replaced(
    source: Source, text: str, places: Iterable[int], replacement: bytes, words: tuple[str, str]
) -> Iterator[Repair]:
    """A repair of single characters of the text, given in order."""
    patches: list[Patch] = []
    done = offset = 0
    for at in places:
        offset += len(text[done:at].encode(source.encoding, "replace"))
        size = len(text[at].encode(source.encoding, "replace"))
        patches.append(Patch(offset, offset + size, replacement))
        done = at
    if patches:
        yield Repair(*words, Span(patches[0].start, patches[0].end), tuple(patches))


def _unclosed_attribute(source: Source, error_line: int) -> Iterator[Repair]:
    """`value="1.2/>`: the closing quote is missing. The parser notices at the next quote, on this line or the next."""
    for number in range(max(1, error_line - 2), min(error_line, source.line_count) + 1):
        line = source.line_span(number)
        quotes, counted = source.data.count(b'"', line.start, line.end), line.start
        for match in _UNCLOSED.finditer(source.data, line.start, line.end):
            quotes -= source.data.count(b'"', counted, match.end())
            counted = match.end()
            if quotes % 2 == 0:
                written = match[1].removesuffix(b"/").rstrip()
                end = match.start(1) + len(written)
                start = max(0, source.data.rfind(b"<", 0, match.start()))
                tag = source.data[start : match.end()].decode(source.encoding, "replace")
                value = written.decode(source.encoding, "replace") if mask_text(tag) == tag else MASK
                yield Repair(
                    f'the attribute value "{value} has no closing quote',
                    f'it were "{value}"',
                    Span(match.start() + 1, match.end()),
                    (Patch(end, end, b'"'),),
                )
                return


def cause_of(source: Source, parser_text: str, line: int) -> tuple[str, str]:
    """Name the likely cause of damage that cannot be repaired: the message and what to do."""
    text = source.line_text(min(line, source.line_count)) if source.data else ""
    last = source.line_of(max(0, len(source.data.rstrip()) - 1))
    ends = source.data.rstrip()[-1:]
    behind = "Extra content" in parser_text
    if not behind and line >= last and (ends != b">" or any(mark in parser_text for mark in _TRUNCATED)):
        return "the file ends inside an element", "it was cut off: take the backup again (`cibadmin -Q`)"
    if _CURLY.search(text):
        return "typographic quotes stand where \" or ' must", "replace them by plain quotes"
    if _PROMPT.search(text):
        return "a shell prompt stands among the XML", "remove the line"
    if behind:
        return "something stands behind the end of the XML", "remove what follows the last end tag"
    if "Excessive depth" in parser_text:
        return "elements are nested deeper than any CIB", "this is no backup of a cluster"
    return (
        f"not well-formed ({_PARSER_PLACE.sub('', parser_text)})",
        "mend the XML here; `xmllint --noout FILE` shows the same place",
    )
