"""The encoding that an xm file declares, and the bytes beyond ASCII that it holds: what Python makes of both.

PEP 263: Python 2.4, as SLES 10 has it, warns of such bytes without a coding line; Python 2.5 and later, which every
later release has, refuse the file. A coding line that does not fit is refused by all of them.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source, Span

_CODING = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_LINES = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_UTF8_BOM = b"\xef\xbb\xbf"
_BEYOND = re.compile(rb"[\x80-\xff]")
_SAID_FREELY = re.compile(r"(utf-8|latin-1|iso-8859-1|iso-latin-1)(?:-.*)?$")
"""Names that Python's reader takes with any ending, as Emacs writes `utf-8-unix`."""


def coding_problems(source: Source, *, straight: bool) -> Iterator[Problem]:
    """Find what Python has against the bytes of a file; `straight` is False if quotes or blanks had to be put right."""
    if source.bom and source.bom != _UTF8_BOM:
        message = f"it is written in {source.encoding}, which Python does not read"
        yield Problem("bad-coding", message, Span(0, len(source.bom)))
        return
    data = source.data
    declared = _declared(data)
    beyond = _BEYOND.search(data, len(source.bom))
    if declared is None:
        if beyond and not source.bom and straight:
            line = source.line_of(beyond.start())
            message = f"line {line} holds bytes beyond ASCII, and no coding line says which encoding they are in"
            yield Problem("no-coding", message, Span(beyond.start(), beyond.start() + 1))
        return
    name, span = declared
    plain = _SAID_FREELY.sub(r"\1", name.lower().replace("_", "-"))
    try:
        codec = codecs.lookup(plain)
        data.decode(plain)
    except (LookupError, UnicodeError, ValueError):
        known = _is_known(plain)
        what = "which the file is not written in" if known else "an encoding that Python does not know"
        yield Problem("bad-coding", f"its coding line says {name}, {what}", span)
        return
    if source.bom and codec.name not in ("utf-8", "utf-8-sig"):
        yield Problem("bad-coding", f"its coding line says {name}, and the mark at its start says utf-8", span)


def _declared(data: bytes) -> tuple[str, Span] | None:
    """The encoding that one of the first two lines declares."""
    for line in list(_LINES.finditer(data))[:2] if data else ():
        found = _CODING.match(
            data, line.start() + (3 if data.startswith(_UTF8_BOM) and not line.start() else 0), line.end()
        )
        if found:
            return found[1].decode("ascii", "replace"), Span(found.start(1), found.end(1))
    return None


def _is_known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        return False
    return True
