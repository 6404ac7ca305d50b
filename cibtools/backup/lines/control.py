"""Characters that no text holds on purpose, taken out of a side file before its parser sees it.

What a side file says reaches XML, shells and terminals: a control character must not get that far. Blanks of the same
width stand in its place, so that positions stay true.
"""

from __future__ import annotations

import re

from cibtools.backup.record.kind import Defect
from cibtools.backup.record.source import Source, Span

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xef\xbf[\xbe\xbf]")
_CONTROL_TEXT = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\ufffe\\uffff]")
_BLANKS = b"\x0b\x0c"
"""Blanks to every program of the time, and to no XML."""


def without_controls(source: Source) -> tuple[Source, tuple[Defect, ...]]:
    """A side file with blanks for control characters, and the first place as a defect; itself if it has none."""
    if source.encoding.startswith("utf-16"):
        return _wide(source)
    found = list(_CONTROL.finditer(source.data))
    if not found:
        return source, ()
    plain = _CONTROL.sub(lambda match: b" " * len(match[0]), source.data)
    told = next((match for match in found if match[0] not in _BLANKS), None)
    return Source(source.path, plain, source.encoding), _defect(Span(*told.span())) if told else ()


def _wide(source: Source) -> tuple[Source, tuple[Defect, ...]]:
    first = _CONTROL_TEXT.search(source.text)
    if first is None:
        return source, ()
    start = len(source.bom) + len(source.text[: first.start()].encode(source.encoding, "replace"))
    plain = source.bom + _CONTROL_TEXT.sub(" ", source.text).encode(source.encoding, "replace")
    return Source(source.path, plain, source.encoding), _defect(Span(start, start + 2))


def _defect(span: Span) -> tuple[Defect, ...]:
    return (Defect("repaired", "a control character stands in the file", span, "read as if it were a blank"),)
