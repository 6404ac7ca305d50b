"""The change log as text: in short for the terminal, in full for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cibtools.migrate.outcome import Migration
from cibtools.migrate.product import Reminder
from cibtools.report.changelog import Entry, LogView, entry_of, step_counts
from cibtools.report.printable import counted, visible, wrap
from cibtools.report.style import Piece, Style, paint, plain

_WIDTH = 100


def render_short(migration: Migration, *, color: bool = False) -> str:
    """One line per step with counts, every decision in full, and what must be done by hand."""
    if migration.message:
        return f"{visible(migration.message)}\n"
    pieces: list[Piece] = [(Style.STRONG, f"{visible(migration.input_name) or '.'}: heartbeat 2.1 to Pacemaker 1.0\n")]
    rows = step_counts(migration)
    for number, title, counts in rows:
        pieces += [(Style.DIM, f"  {number}  "), plain(f"{title} ({counts})\n")]
    if not rows:
        pieces.append(plain("  nothing had to be changed\n"))
    pieces += _decisions([entry_of(change) for change in migration.decisions])
    pieces += _reminders("Pacemaker decides otherwise all the same:", migration.differences)
    pieces += _reminders("To be done by hand:", migration.reminders)
    return paint(pieces, color=color)


def _decisions(entries: Sequence[Entry]) -> Iterator[Piece]:
    """Questions that are answered alike stand together, those without whose answer nothing is written first."""
    if not entries:
        return
    yield plain("\n")
    yield Style.WARNING, f"{counted(len(entries), 'decision')} for you:\n"
    alike: dict[tuple[bool, str, tuple[str, ...]], list[Entry]] = {}
    for entry in entries:
        alike.setdefault((not entry.inhibits, entry.step, entry.alternatives), []).append(entry)
    for (_, step, alternatives), members in sorted(alike.items(), key=lambda item: item[0][0]):
        yield plain("\n")
        for entry in members:
            yield from _question(step, entry)
        for text in alternatives:
            first, *rest = wrap(visible(text), _WIDTH - 4)
            yield Style.REMEDY, f"    or: {first}\n"
            yield from ((Style.REMEDY, f"        {line}\n") for line in rest)


def _question(step: str, entry: Entry) -> Iterator[Piece]:
    yield Style.PATH, f"{entry.where}: " if entry.where else ""
    yield (Style.ERROR, "must be answered ") if entry.inhibits else (Style.WARNING, "decide ")
    yield plain(f"{step} {visible(entry.subject)}\n")
    for line in wrap(visible(entry.reason), _WIDTH):
        yield plain(f"    {line}\n")
    if entry.before or entry.after:
        yield Style.DIM, f"    {_arrow(entry)}\n"


def _reminders(title: str, reminders: Sequence[Reminder]) -> Iterator[Piece]:
    if not reminders:
        return
    yield Style.WARNING, f"\n{title}\n"
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


def render_all(views: Sequence[LogView]) -> str:
    """Every change of every migration."""
    return "\n".join(render_full(view) for view in views)


def render_full(view: LogView) -> str:
    """Every change with its place, step by step."""
    lines = [f"{view.title or '.'}: heartbeat 2.1 to Pacemaker 1.0, {counted(view.total, 'change')}"]
    for step in view.steps:
        lines += ["", f"{step.number}  {step.title} ({step.counts})"]
        for entry in step.entries:
            lines.append(f"  {entry.kind.value:9} {entry.subject}" + (f"  ({entry.where})" if entry.where else ""))
            if entry.before:
                lines.append(f"    - {visible(entry.before)}")
            if entry.after:
                lines.append(f"    + {visible(entry.after)}")
            lines.append(f"    {visible(entry.reason)}")
            lines += [f"    or: {visible(text)}" for text in entry.alternatives]
    if view.renames:
        lines += ["", "Resources with a new id"]
        lines += [f"  {visible(old)} -> {visible(new)}" for old, new in view.renames]
    return "\n".join(lines) + "\n"
