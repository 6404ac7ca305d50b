"""The change log as text: in short for the terminal, in full for a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cibtools.migrate.outcome import Migration
from cibtools.report.changelog import Entry, LogView, entry_of, step_counts
from cibtools.report.printable import counted, visible, wrap
from cibtools.report.style import Piece, Style, paint, plain

_WIDTH = 100


def render_short(migration: Migration, *, color: bool = False) -> str:
    """One line per step with counts, and every decision in full; one line for what was left alone."""
    if migration.message:
        return f"{visible(migration.message)}\n"
    pieces: list[Piece] = [(Style.STRONG, f"{migration.input_name or '.'}: heartbeat 2.1 to Pacemaker 1.0\n")]
    rows = step_counts(migration)
    for number, title, counts in rows:
        pieces += [(Style.DIM, f"  {number}  "), plain(f"{title} ({counts})\n")]
    if not rows:
        pieces.append(plain("  nothing had to be changed\n"))
    entries = sorted((entry_of(change) for change in migration.decisions), key=lambda entry: not entry.inhibits)
    pieces += _decisions(entries)
    return paint(((style, text) for style, text in pieces), color=color)


def _decisions(entries: Sequence[Entry]) -> Iterator[Piece]:
    if not entries:
        return
    yield plain("\n")
    yield Style.WARNING, f"{counted(len(entries), 'decision')} for you:\n"
    for entry in entries:
        yield plain("\n")
        yield from _decision(entry)


def _decision(entry: Entry) -> Iterator[Piece]:
    yield Style.PATH, f"{entry.where}: " if entry.where else ""
    yield (Style.ERROR, "must be answered ") if entry.inhibits else (Style.WARNING, "decide ")
    yield plain(f"{entry.step} {visible(entry.subject)}\n")
    for line in wrap(visible(entry.reason), _WIDTH):
        yield plain(f"    {line}\n")
    if entry.before or entry.after:
        yield Style.DIM, f"    done: {_arrow(entry)}\n"
    for text in entry.alternatives:
        first, *rest = wrap(visible(text), _WIDTH - 4)
        yield Style.REMEDY, f"    or: {first}\n"
        yield from ((Style.REMEDY, f"        {line}\n") for line in rest)


def _arrow(entry: Entry) -> str:
    before, after = visible(entry.before), visible(entry.after)
    return f"{before} -> {after}" if before and after else f"{after} added" if after else f"{before} taken out"


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
