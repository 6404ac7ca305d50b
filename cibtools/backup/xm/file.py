"""Reading xm files: the domU configuration that `xm create` would run as Python 2, read without running any of it.

Only what can be told for certain becomes a fact; what depends on the run is unknown, and unknown is never taken for
absent. The statements are followed by `xm_script`, the entries of its lists are taken apart by `xm_device`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from cibtools.backup.record.fact import ABSENT, Fact, Known, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.secret import Secret, is_secret_name
from cibtools.backup.record.source import Source, Span
from cibtools.backup.sniff.classify import is_excerpt
from cibtools.backup.xm.check import problems_of
from cibtools.backup.xm.coding import coding_problems
from cibtools.backup.xm.device import Disk, Entries, Vfb, Vif, disks_of, vfbs_of, vifs_of
from cibtools.backup.xm.piece import Long, Piece, Unicode
from cibtools.backup.xm.script import Script, Step
from cibtools.backup.xm.text import XmText, deepest_bracket

__all__ = ["Assignment", "Disk", "Value", "Vfb", "Vif", "XmConfig", "XmProblem", "parse_xm"]

XmProblem = Problem
SIZE_LIMIT = 256 * 1024
DEPTH_LIMIT = 32
_NAME_LINE = re.compile(r"[ \t]*name(?:[ \t]|=|$)")

Value = str | int | float | bool | Secret | tuple["Value", ...] | None
"""A value as the file gives it; lists are tuples here, and `Assignment.ignored_by_xm` tells a real tuple."""


class Assignment(Struct, frozen=True):
    """One name set, changed or deleted by one statement."""

    name: str
    fact: Fact[Value]
    """The value after the statement; absent after `del`."""
    span: Span
    """The whole statement."""
    ignored_by_xm: bool = False
    """True for a value that xm skips in silence: a tuple, True, False, None, a long or a unicode string."""


class XmConfig(Struct, frozen=True, eq=False):
    """What one xm file says."""

    assignments: tuple[Assignment, ...] = ()
    """Every name every statement sets, in order; the last one of a name counts."""
    disks: tuple[Disk, ...] = ()
    """The entries of the disk list that are known."""
    disks_known: bool = True
    """False if the list or an entry of it is unknown; true if the file has no list."""
    vifs: tuple[Vif, ...] = ()
    vifs_known: bool = True
    vfb: tuple[Vfb, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Variants of XEN101: `syntax`, `curly-quotes` (all of them in `related`), `no-disk`, `bad-disk`, `no-name`,
    `no-memory`, `ignored-type`, `unknown-value`; and `bad-vif`, `xl-mode`, `no-coding`, `bad-coding`."""
    repaired: bool = False
    """True if the file could be read only after its quotes or blanks were put right: xm cannot read it."""
    gap: Unknown | None = None
    """Why a name that is not assigned may be set all the same; None if absence can be trusted."""
    name_lines: tuple[str, ...] = ()
    """The lines that the cluster agent takes for the name, each cut down as its shell code does."""

    def fact(self, name: str) -> Fact[Value]:
        """The value of a name as xm takes it: what xm ignores is absent."""
        last = next((item for item in reversed(self.assignments) if item.name == name), None)
        if last is None:
            return self.gap or ABSENT
        return ABSENT if last.ignored_by_xm else last.fact

    def text(self, name: str) -> Fact[str]:
        """The value of a name that holds a string."""
        fact = self.fact(name)
        if not isinstance(fact, Known):
            return fact
        return Known(fact.value, fact.span) if isinstance(fact.value, str) else Unknown("it is no string", fact.span)

    def number(self, name: str) -> Fact[int | float]:
        """The value of a name that holds a number; a string of digits will do, as it does for xend."""
        fact = self.fact(name)
        if not isinstance(fact, Known):
            return fact
        value = fact.value
        if isinstance(value, str) and len(value) < 20 and value.strip().isascii() and value.strip().isdigit():
            value = int(value)
        return Known(value, fact.span) if isinstance(value, int | float) else Unknown("it is no number", fact.span)

    def agent_name(self, dialect_old: bool) -> str | None:
        """The domain name that the cluster agent cuts out of the file with shell tools.

        The agent of heartbeat 2.1 takes whatever it finds, several lines or nothing included. Later agents drop a name
        with a blank or `%` and take the resource's id instead: None.
        """
        found = "\n".join(self.name_lines).rstrip("\n")
        if dialect_old:
            return found
        return None if not found or re.search(r"[\s%]", found) else found


def parse_xm(source: Source) -> XmConfig:
    """Read an xm file; whatever is wrong with it becomes a problem of the result."""
    whole = Span(0, len(source.data))
    if len(source.data) > SIZE_LIMIT:
        return _unread(f"the file has more than {SIZE_LIMIT // 1024} KiB", whole)
    text = XmText(source)
    excerpt = is_excerpt(source)
    if excerpt:
        text.blank_out_excerpt_marks()
    if sum(map(text.text.count, "([{")) > DEPTH_LIMIT and deepest_bracket(text.text) > DEPTH_LIMIT:
        return _unread(f"its brackets nest deeper than {DEPTH_LIMIT}", whole)
    script = _follow(text)
    gap = script.gap or (Unknown("parts of the file are left out", Span(0, 0)) if excerpt else None)
    latest = {step.name: step for step in script.steps}
    lists = {name: _entries(latest.get(name), gap) for name in ("disk", "vif", "vfb")}
    disks = disks_of(lists["disk"][0], text)
    return XmConfig(
        tuple(_assignment(step) for step in script.steps),
        disks,
        lists["disk"][1],
        vifs_of(lists["vif"][0], text),
        lists["vif"][1],
        vfbs_of(lists["vfb"][0]),
        (
            *coding_problems(source, straight=not (text.curly or text.blanks)),
            *problems_of(text, script, latest, disks, gap),
        ),
        bool(text.curly or text.blanks),
        gap,
        _name_lines(source),
    )


def _unread(reason: str, span: Span) -> XmConfig:
    """The result for a file that is not looked into."""
    return XmConfig(
        disks_known=False,
        vifs_known=False,
        problems=(Problem("syntax", reason, Span(0, 0)),),
        gap=Unknown(reason, span),
    )


def _follow(text: XmText) -> Script:
    """Follow the statements; if Python cannot parse them, once more with quotes and blanks put right."""
    script = Script(text)
    script.follow()
    if script.parsed or not text.straighten():
        return script
    script = Script(text)
    script.follow()
    return script


def _entries(step: Step | None, gap: Unknown | None) -> tuple[Entries, bool]:
    """The entries of a list and whether they are all known."""
    outcome = step.outcome if step else gap
    if isinstance(outcome, Unknown):
        return (), False
    if outcome is None or not isinstance(outcome.value, list):
        return (), True
    return outcome.value, not any(isinstance(entry, Unknown) for entry in outcome.value)


def _assignment(step: Step) -> Assignment:
    outcome = step.outcome
    if outcome is None:
        return Assignment(step.name, ABSENT, step.span)
    if isinstance(outcome, Unknown):
        return Assignment(step.name, outcome, step.span)
    doubt = _doubt(outcome)
    fact: Fact[Value] = doubt or Known(_value(outcome, secret=is_secret_name(step.name)), outcome.span)
    return Assignment(step.name, fact, step.span, is_ignored(outcome))


def is_ignored(piece: Piece) -> bool:
    """Tell whether xm skips a value for its type; it takes str, list, int and float only."""
    value = piece.value
    return value is None or isinstance(value, bool | tuple | Long | Unicode)


def _doubt(piece: Piece | Unknown) -> Unknown | None:
    """The first unknown part of a value."""
    if isinstance(piece, Unknown):
        return piece
    parts: Sequence[Piece | Unknown] = piece.value if isinstance(piece.value, list | tuple) else ()
    return next((doubt for part in parts if (doubt := _doubt(part))), None)


def _value(piece: Piece | Unknown, *, secret: bool) -> Value:
    """The plain value, with secrets wrapped."""
    value = piece.value if isinstance(piece, Piece) else None
    if isinstance(value, list | tuple):
        return tuple(_value(part, secret=secret) for part in value)
    if isinstance(value, str):
        return Secret(str(value)) if secret or "vncpasswd" in value else str(value)
    return int(value) if isinstance(value, Long) else value


def _name_lines(source: Source) -> tuple[str, ...]:
    """Cut the name out as the agent does: `awk '$1 ~ /^name(=|$)/'`, then `sed`; a carriage return stays, as there."""
    lines = (line for line in source.text.split("\n") if _NAME_LINE.match(line))
    cut = (re.sub(r"^.*=[ \t\r\f\v]*", "", line, flags=re.DOTALL) for line in lines)
    return tuple(line.translate({ord(character): None for character in "[\"']"}) for line in cut)
