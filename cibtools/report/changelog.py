"""The change log as every format shows it: routes, lines and texts, with secrets masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cibtools.backup.secret import MASK, is_secret_name, mask_text
from cibtools.migrate.change import Change, ChangeKind
from cibtools.migrate.outcome import Migration


@dataclass(frozen=True, slots=True)
class Entry:
    """One change; texts are masked."""

    step: str
    kind: ChangeKind
    subject: str
    path: str
    """The file of the input; empty if the change has no place in one."""
    line: int
    """From 1; 0 if there is none."""
    column: int
    before: str
    after: str
    reason: str
    inhibits: bool
    alternatives: tuple[str, ...]
    answer: str

    @property
    def where(self) -> str:
        """`path:line:column`, or nothing."""
        return f"{self.path}:{self.line}:{self.column}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class StepView:
    """What one step did."""

    number: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def counts(self) -> str:
        """`3 renamed, 1 to decide`."""
        return _counts(entry.kind for entry in self.entries)


@dataclass(frozen=True, slots=True)
class LogView:
    """The change log of one migration."""

    title: str
    """What was migrated, as the user named it."""
    steps: tuple[StepView, ...]
    renames: tuple[tuple[str, str], ...]
    """Resource ids that changed: old and new."""

    @property
    def decisions(self) -> tuple[Entry, ...]:
        """What a human must decide, what is in the way of writing first."""
        found = [entry for step in self.steps for entry in step.entries if entry.kind is ChangeKind.DECIDE]
        return tuple(sorted(found, key=lambda entry: not entry.inhibits))

    @property
    def total(self) -> int:
        """How many changes, questions not counted."""
        return sum(entry.kind is not ChangeKind.DECIDE for step in self.steps for entry in step.entries)


def view(migration: Migration) -> LogView:
    """Work out the whole change log."""
    by_step: dict[str, list[Entry]] = {}
    for change in migration.changes:
        by_step.setdefault(change.step, []).append(entry_of(change))
    steps = tuple(
        StepView(number, migration.titles.get(number, ""), tuple(by_step[number])) for number in sorted(by_step)
    )
    return LogView(migration.input_name, steps, tuple(sorted(migration.renames.items())))


def entry_of(change: Change) -> Entry:
    """One change with its place worked out and its secrets masked."""
    location = change.place.location if change.place else None
    return Entry(
        change.step,
        change.kind,
        change.subject,
        location.path if location else "",
        location.line if location else 0,
        location.column if location else 0,
        _masked(change.before, change.subject),
        _masked(change.after, change.subject),
        mask_text(change.reason),
        change.inhibits,
        tuple(mask_text(text) for text in change.alternatives),
        change.answer,
    )


def _masked(text: str, subject: str) -> str:
    """Mask secrets; the value of an nvpair that is shown without its name is judged by the name in the route."""
    name = subject.rpartition("[")[2].rstrip("]")
    if text.startswith("value=") and is_secret_name(name):
        return f'value="{MASK}"'
    return mask_text(text)


def step_counts(migration: Migration) -> Sequence[tuple[str, str, str]]:
    """Number, title and counts of each step that did something, without working out a single place."""
    kinds: dict[str, list[ChangeKind]] = {}
    for note in migration.notes:
        kinds.setdefault(note.step, []).append(note.kind)
    return [(number, migration.titles.get(number, ""), _counts(kinds[number])) for number in sorted(kinds)]


def _counts(kinds: Iterable[ChangeKind]) -> str:
    found = Counter(kinds)
    words = [f"{found[kind]} {kind.value}" for kind in ChangeKind if found[kind] and kind is not ChangeKind.DECIDE]
    if found[ChangeKind.DECIDE]:
        words.append(f"{found[ChangeKind.DECIDE]} to decide")
    return ", ".join(words)
