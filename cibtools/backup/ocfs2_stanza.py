"""The stanzas of OCFS2's cluster.conf, before any question of what they mean."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cibtools.backup.hacf_line import Option
from cibtools.backup.problem import Problem
from cibtools.backup.side_text import Line, SideText
from cibtools.backup.source import Span


@dataclass(frozen=True, slots=True)
class Stanza:
    """A header and the parameters below it."""

    kind: str
    """What the header says: `node`, `cluster`, `heartbeat`."""
    header: Span
    span: Span
    """From the header to the last parameter."""
    settings: dict[str, Option]
    """Parameters by name; the last one of a name counts."""


def stanzas_of(text: SideText) -> tuple[Stanza, ...]:
    """Take a file apart; what does not fit is told as problems of the text."""
    found: list[Stanza] = []
    for line in text.lines:
        said = line.text.partition("#")[0].rstrip()
        start = len(said) - len(said.lstrip())
        if not said:
            continue
        span = text.span(line.start + start, line.start + len(said))
        if said.endswith(":") and "=" not in said:
            if start:
                text.problems.append(Problem("indented", "the header does not begin its line", span))
            found.append(Stanza(said[start:-1].strip(), span, span, {}))
        elif "=" not in said:
            message = "the line is neither a header such as node: nor a parameter with its value"
            text.problems.append(Problem("malformed", message, span))
        elif not found:
            text.problems.append(Problem("malformed", "the parameter belongs to no stanza", span))
        else:
            found[-1] = _with_setting(found[-1], text, line, said, span)
    return tuple(found)


def _with_setting(stanza: Stanza, text: SideText, line: Line, said: str, span: Span) -> Stanza:
    blanks = said[: len(said) - len(said.lstrip())]
    if not blanks:
        text.problems.append(Problem("not-indented", "no tabulator stands before the parameter", span))
    elif "\t" not in blanks and all(problem.variant != "blanks" for problem in text.problems):
        text.problems.append(Problem("blanks", "parameters are indented by blanks, not by a tabulator", span))
    name, _, rest = said.partition("=")
    name, value = name.strip(), rest.strip()
    start = len(said) - len(rest.lstrip())
    option = text.option(line.start + start, line.start + start + len(value), value)
    if not value:
        text.problems.append(Problem("no-value", f"{name} has no value", span))
        return replace(stanza, span=Span(stanza.span.start, span.end))
    first = stanza.settings.get(name)
    if first:
        text.problems.append(Problem("twice", f"{name} is given twice in one stanza", option.span, (first.span,)))
    return replace(stanza, span=Span(stanza.span.start, span.end), settings=stanza.settings | {name: option})
