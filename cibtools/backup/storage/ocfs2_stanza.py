"""The stanzas of OCFS2's cluster.conf, before any question of what they mean."""

from __future__ import annotations

from msgspec import Struct, field

from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.side_text import Line, SideText
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Span


class Stanza(Struct, frozen=True):
    """A header and the parameters below it."""

    kind: str
    """What the header says: `node`, `cluster`, `heartbeat`."""
    header: Span
    span: Span
    """From the header to the last parameter."""
    settings: dict[str, Option]
    """Parameters by name; the last one of a name counts."""


class _Reading(Struct):
    """The stanzas so far: kind, header, parameters and end of each."""

    text: SideText
    kinds: list[str] = field(default_factory=list)
    headers: list[Span] = field(default_factory=list)
    settings: list[dict[str, Option]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    blanks_told: bool = False

    def complain(self, variant: str, message: str, span: Span, related: tuple[Span, ...] = ()) -> None:
        self.text.problems.append(Problem(variant, message, span, related))


def stanzas_of(text: SideText) -> tuple[Stanza, ...]:
    """Take a file apart; what does not fit is told as problems of the text."""
    reading = _Reading(text)
    for line in text.lines:
        said = line.text.partition("#")[0].rstrip()
        if said:
            _read(reading, line, said)
    return tuple(
        Stanza(kind, header, Span(header.start, end), settings)
        for kind, header, settings, end in zip(
            reading.kinds, reading.headers, reading.settings, reading.ends, strict=True
        )
    )


def _read(reading: _Reading, line: Line, said: str) -> None:
    start = len(said) - len(said.lstrip())
    span = reading.text.span(line.start + start, line.start + len(said))
    if said.endswith(":") and "=" not in said:
        if start:
            reading.complain("indented", "the header does not begin its line", span)
        reading.kinds.append(said[start:-1].strip())
        reading.headers.append(span)
        reading.settings.append({})
        reading.ends.append(span.end)
    elif "=" not in said:
        reading.complain("malformed", "the line is neither a header such as node: nor a parameter with its value", span)
    elif not reading.kinds:
        reading.complain("malformed", "the parameter belongs to no stanza", span)
    else:
        reading.ends[-1] = span.end
        _setting(reading, line, said, span)


def _setting(reading: _Reading, line: Line, said: str, span: Span) -> None:
    blanks = said[: len(said) - len(said.lstrip())]
    if not blanks:
        reading.complain("not-indented", "no tabulator stands before the parameter", span)
    elif "\t" not in blanks and not reading.blanks_told:
        reading.blanks_told = True
        reading.complain("blanks", "parameters are indented by blanks, not by a tabulator", span)
    name, _, rest = said.partition("=")
    name, value = name.strip(), rest.strip()
    if not value:
        reading.complain("no-value", f"{name} has no value", span)
        return
    start = line.start + len(said) - len(rest.lstrip())
    option = reading.text.option(start, start + len(value), value)
    first = reading.settings[-1].get(name)
    if first:
        reading.complain("twice", f"{name} is given twice in one stanza", option.span, (first.span,))
    reading.settings[-1][name] = option
