"""The change log as text: in short for the terminal, in full for a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cibtools.migrate.record.outcome import Migration
from cibtools.migrate.record.product import Reminder
from cibtools.report.changes.changelog import (
    DIFFERENCES,
    REMINDERS,
    RENAMES,
    UPGRADES,
    Entry,
    LogView,
    Question,
    entry_of,
    grouped,
    masked,
    step_counts,
)
from cibtools.report.shared.printable import counted, visible, wrap
from cibtools.report.shared.style import Piece, Style, paint, plain

SUFFIX = ".txt"

_WIDTH = 100
_QUOTED = re.compile(r"'[^']*'")
"""A name in a sentence."""
_ID = re.compile(r"\[([^\]]*)\]")
"""A name in a route."""


def render_short(migration: Migration, *, color: bool = False) -> str:
    """One line per step with counts, every decision in full, and what must be done by hand."""
    pieces: list[Piece] = []
    if migration.message:
        pieces.append(plain(f"{visible(migration.message)}\n"))
    else:
        title = f"{visible(migration.input_name) or '.'}: heartbeat 2.1 to Pacemaker 1.0\n"
        pieces += [(Style.STRONG, title), *_steps(migration)]
    pieces += _decisions(grouped(entry_of(change) for change in migration.decisions))
    pieces += _reminders(DIFFERENCES, masked(migration.differences))
    pieces += _reminders(REMINDERS, masked(migration.reminders))
    return paint(pieces, color=color)


def _steps(migration: Migration) -> Iterator[Piece]:
    rows = step_counts(migration)
    for number, title, counts in rows:
        yield Style.DIM, f"  {number}  "
        yield plain(f"{title} ({counts})\n")
    if not rows:
        yield plain("  nothing had to be changed\n")


def _decisions(questions: Sequence[Question]) -> Iterator[Piece]:
    """Questions that are answered alike stand together, those without whose answer nothing is written first."""
    if not questions:
        return
    total = sum(len(question.entries) for question in questions)
    yield Style.WARNING, f"\n{counted(total, 'decision')} for you:\n"
    for question in questions:
        yield plain("\n")
        before = None
        for entry in question.entries:
            if before is not None and _QUOTED.sub("", before.reason) == _QUOTED.sub("", entry.reason):
                yield from _likewise(entry, before)
            else:
                yield from _question(question.step, entry)
            before = entry
        for text in question.alternatives:
            first, *rest = wrap(visible(text), _WIDTH - 4)
            yield Style.REMEDY, f"    or: {first}\n"
            yield from ((Style.REMEDY, f"        {line}\n") for line in rest)


def _question(step: str, entry: Entry) -> Iterator[Piece]:
    yield Style.PATH, f"{visible(entry.where)}: " if entry.where else ""
    yield (Style.ERROR, "must be answered ") if entry.inhibits else (Style.WARNING, "decide ")
    yield plain(f"{step} {visible(entry.subject)}\n")
    for line in wrap(visible(entry.reason), _WIDTH):
        yield plain(f"    {line}\n")
    if entry.before or entry.after:
        yield Style.DIM, f"    {_arrow(entry)}\n"


def _likewise(entry: Entry, before: Entry) -> Iterator[Piece]:
    """An entry of which the same is to be said as of the one before, with what is otherwise."""
    done = _arrow(entry) if entry.before or entry.after else ""
    known = f"{before.reason} {done} {''.join(_quoted_ids(entry.subject))}"
    others = [name for name in dict.fromkeys(_QUOTED.findall(entry.reason)) if name not in known]
    details = [f"with {', '.join(others)}"] if others else []
    yield Style.PATH, f"{visible(entry.where)}: " if entry.where else ""
    yield plain(visible(", ".join([f"likewise {entry.subject}", *details, *([done] if done else [])])) + "\n")


def _quoted_ids(subject: str) -> list[str]:
    return [f"'{name}'" for name in _ID.findall(subject)]


def _reminders(title: str, reminders: Sequence[Reminder]) -> Iterator[Piece]:
    if not reminders:
        return
    yield Style.WARNING, f"\n{title}:\n"
    for reminder in reminders:
        first, *rest = wrap(visible(reminder.text), _WIDTH)
        yield plain(f"  - {first}\n")
        yield from (plain(f"    {line}\n") for line in rest)
        yield from ((Style.DIM, f"      {visible(item)}\n") for item in reminder.items)


def _arrow(entry: Entry) -> str:
    """What was done meanwhile, or what the question is about."""
    before, after = visible(entry.before), visible(entry.after)
    if before and after:
        return f"done: {before} -> {after}"
    return f"written: {after}" if after else f"about: {before}"


def render(views: Sequence[LogView]) -> str:
    """Every change of every migration."""
    return "\n".join(render_full(view) for view in views)


def render_full(view: LogView) -> str:
    """Every change with its place, step by step, then what no change of the CIB can do."""
    title = f"{visible(view.title) or '.'}: heartbeat 2.1 to Pacemaker 1.0, {counted(view.total, 'change')}"
    lines = [title] if not view.message else [visible(view.message)]
    for step in view.steps:
        lines += ["", visible(f"{step.number}  {step.title} ({step.counts})")]
        for entry in step.entries:
            lines += _full(entry)
    if view.renames:
        lines += ["", RENAMES]
        lines += [f"  {visible(old)} -> {visible(new)}" for old, new in view.renames]
    lists = ((DIFFERENCES, view.differences), (REMINDERS, view.reminders), (UPGRADES, view.upgrades))
    pieces = [piece for title, reminders in lists for piece in _reminders(title, reminders)]
    return "\n".join(lines) + "\n" + paint(pieces, color=False)


def _full(entry: Entry) -> Iterator[str]:
    place = f"  ({visible(entry.where)})" if entry.where else ""
    must = "  must be answered" if entry.inhibits else ""
    yield f"  {entry.kind.value:9} {visible(entry.subject)}{place}{must}"
    if entry.before:
        yield f"    - {visible(entry.before)}"
    if entry.after:
        yield f"    + {visible(entry.after)}"
    yield f"    {visible(entry.reason)}"
    yield from (f"    or: {visible(text)}" for text in entry.alternatives)
