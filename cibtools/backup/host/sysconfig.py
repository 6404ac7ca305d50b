"""Reading files below /etc/sysconfig: shell assignments, of which o2cb's are understood.

Nothing is expanded or run. What only a shell could tell is unknown, and an unknown timeout is not the default one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.record.boolean import SCRIPTS
from cibtools.backup.record.fact import ABSENT, Fact, Known, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.secret import Secret, is_secret_name, mask_text
from cibtools.backup.record.source import Source, Span

_STATEMENT = re.compile(
    r"[ \t]*(?:(?P<comment>\#[^\n]*)|(?:export[ \t]+)?(?P<name>[A-Za-z_]\w*)=|(?P<other>[^\s][^\n]*))?", re.ASCII
)
_PIECE = re.compile(
    r"'(?P<single>[^']*)'|\"(?P<double>(?:[^\"\\]|\\.)*)\"|(?P<bare>(?:[^\s;#'\"\\]|\\.|(?<!\s)#)+)|(?P<torn>['\"][^\n]*)",
    re.DOTALL,
)
_EXPANDED = re.compile(r"[$`]")


class Assignment(Struct, frozen=True):
    """One `NAME=value`."""

    name: str
    value: Fact[str]
    """Unknown if the shell would have to expand it; dots in place of a secret."""
    option: Option
    """The value as it stands in the file, without its quotes if it has only one pair."""
    span: Span
    """From the name to the end of the value."""


class Sysconfig(Struct, frozen=True, eq=False):
    """What a file of shell assignments says; the last of a name counts."""

    assignments: tuple[Assignment, ...]
    """All of them, in order."""
    problems: tuple[Problem, ...]
    """Variants: `twice`, `statement` for what is no assignment, `trailing` for words behind a value, `torn-string`,
    `no-break-space`, `curly-quote`, `dash`; for o2cb also `invalid-value`, `unknown`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: a shell does not read the file so."""
        return any(problem.variant in LOST for problem in self.problems)

    def word(self, name: str) -> Fact[str]:
        """The value in force of a name."""
        return next((found.value for found in reversed(self.assignments) if found.name == name), ABSENT)

    def number(self, name: str) -> Fact[int]:
        """The value in force of a name as a number."""
        fact = self.word(name)
        if not isinstance(fact, Known):
            return fact
        if not re.fullmatch(r"[0-9]{1,9}", fact.value):
            return Unknown(f"'{fact.value}' is no number", fact.span)
        return Known(int(fact.value), fact.span)

    def switch(self, name: str) -> Fact[bool]:
        """The value in force of a name as yes or no."""
        fact = self.word(name)
        if not isinstance(fact, Known):
            return fact
        on = SCRIPTS.read(fact.value)
        return Unknown(f"'{fact.value}' is neither true nor false", fact.span) if on is None else Known(on, fact.span)


def parse_sysconfig(source: Source) -> Sysconfig:
    """Read a file of assignments; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    assignments = tuple(_assignments(text))
    seen: dict[str, Span] = {}
    for found in assignments:
        first = seen.setdefault(found.name, found.span)
        if first is not found.span:
            message = f"{found.name} is given twice; the last one counts"
            text.problems.append(Problem("twice", message, found.span, (first,)))
    return Sysconfig(assignments, tuple(sorted(text.problems, key=lambda problem: problem.span)))


def _assignments(text: SideText) -> Iterator[Assignment]:
    whole = text.text
    at = 0
    while at < len(whole):
        found = _STATEMENT.match(whole, at)
        assert found is not None
        at = found.end()
        if found["name"]:
            at, assignment = _assignment(text, whole, found.start("name"), at)
            yield assignment
            at = _after_value(text, whole, at)
        elif found["other"]:
            span = text.span(*found.span("other"))
            text.problems.append(
                Problem("statement", "the line does not assign anything; a shell runs it as a command", span)
            )
        at += 1


def _assignment(text: SideText, whole: str, name_at: int, start: int) -> tuple[int, Assignment]:
    """Read a value, which may be put together from several quoted and bare pieces."""
    name = whole[name_at : start - 1]
    at, pieces, unknown, torn = start, [], False, False
    while piece := _PIECE.match(whole, at):
        at = piece.end()
        if piece.lastgroup == "torn":
            torn = True
            text.problems.append(Problem("torn-string", "the string is never closed", text.span(*piece.span())))
            pieces.append(piece[0][1:])
            continue
        raw = piece[piece.lastgroup or 0]
        unknown = unknown or (piece.lastgroup != "single" and _EXPANDED.search(raw) is not None)
        pieces.append(raw if piece.lastgroup == "single" else re.sub(r"\\(.)", r"\1", raw, flags=re.DOTALL))
    value = "".join(pieces)
    quoted = whole[start] == whole[at - 1] and whole[start] in "'\"" and len(pieces) == 1 if at > start + 1 else False
    option = _option(text, name, value, (start + 1, at - 1) if quoted else (start, at))
    span = text.span(name_at, at)
    if torn:
        return at, Assignment(name, Unknown("the string is never closed", option.span), option, span)
    if unknown:
        return at, Assignment(name, Unknown("only a shell can expand it", option.span), option, span)
    return at, Assignment(name, Known(option.text, option.span), option, span)


def _option(text: SideText, name: str, value: str, extent: tuple[int, int]) -> Option:
    if is_secret_name(name):
        return text.option(*extent, value, secret=True)
    masked = mask_text(value)
    return Option(masked, text.span(*extent), Secret(value) if masked != value else None)


def _after_value(text: SideText, whole: str, at: int) -> int:
    """Step over the rest of the line, or up to the next statement on it."""
    end = whole.find("\n", at)
    end = len(whole) if end < 0 else end
    rest = whole[at:end]
    said = rest.partition("#")[0].strip() if rest[:1] in " \t#" else rest.strip()
    if said.startswith(";"):
        return at + rest.index(";")
    if said:
        begin = at + len(rest) - len(rest.lstrip())
        message = "more words follow the value; a shell would take them for a command"
        text.problems.append(Problem("trailing", message, text.span(begin, begin + len(said))))
    return end
