"""The change log as every format shows it: routes, lines and texts, with secrets masked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from cibtools.backup.record.secret import MASK, is_secret_name, mask_text
from cibtools.migrate.record.change import Change, ChangeKind
from cibtools.migrate.record.outcome import Migration
from cibtools.migrate.record.product import Reminder

DIFFERENCES = "Pacemaker decides otherwise all the same"
REMINDERS = "To be done by hand"
UPGRADES = "What later releases will say or change"
RENAMES = "Resources with a new id"


_ACCEPTED = re.compile(r'accept = \["(M\d+):([^"]*)"\]')
"""The line of the answers file that takes a decision about one object."""


class Entry(Struct, frozen=True):
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


class StepView(Struct, frozen=True):
    """What one step did."""

    number: str
    title: str
    entries: tuple[Entry, ...]

    @property
    def counts(self) -> str:
        """`3 renamed, 1 to decide`."""
        return _counts(entry.kind for entry in self.entries)

    @property
    def by_reason(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """What was done, questions not counted, each reason once with all that it holds for."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.kind is not ChangeKind.DECIDE:
                found.setdefault(entry.reason, []).append(entry)
        return tuple((reason, tuple(entries)) for reason, entries in found.items())


class Question(Struct, frozen=True):
    """Decisions of one step that are answered alike."""

    step: str
    inhibits: bool
    alternatives: tuple[str, ...]
    entries: tuple[Entry, ...]


class LogView(Struct, frozen=True):
    """The change log of one migration; texts are masked."""

    title: str
    """What was migrated, as the user named it."""
    steps: tuple[StepView, ...]
    renames: tuple[tuple[str, str], ...]
    """Resource ids that changed: old and new."""

    message: str = ""
    """Why the input was left alone; empty if it was migrated."""
    differences: tuple[Reminder, ...] = ()
    """Where Pacemaker decides otherwise, whatever the CIB says."""
    reminders: tuple[Reminder, ...] = ()
    """What must be done by hand."""
    upgrades: tuple[Reminder, ...] = ()
    """What later releases will say or change."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What a human must decide, what is in the way of writing first."""
        decisions = (entry for step in self.steps for entry in step.entries if entry.kind is ChangeKind.DECIDE)
        return grouped(decisions)

    @property
    def asked(self) -> int:
        """How many questions."""
        return sum(entry.kind is ChangeKind.DECIDE for step in self.steps for entry in step.entries)

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
    return LogView(
        migration.input_name,
        steps,
        tuple(sorted(migration.renames.items())),
        migration.message,
        masked(migration.differences),
        masked(migration.reminders),
        masked(migration.upgrades),
    )


def masked(reminders: Iterable[Reminder]) -> tuple[Reminder, ...]:
    """Things to know or to do, as they may be shown."""
    return tuple(
        Reminder(mask_text(reminder.text), tuple(mask_text(item) for item in reminder.items)) for reminder in reminders
    )


def grouped(decisions: Iterable[Entry]) -> tuple[Question, ...]:
    """Put together what is answered alike, but for the object; what is in the way of writing comes first."""
    alike: dict[tuple[bool, str, tuple[str, ...]], list[Entry]] = {}
    for entry in decisions:
        anyone = tuple(_ACCEPTED.sub(r'accept = ["\1:"]', text) for text in entry.alternatives)
        alike.setdefault((not entry.inhibits, entry.step, anyone), []).append(entry)
    return tuple(
        Question(step, not optional, _for_all(entries), tuple(entries))
        for (optional, step, _), entries in sorted(alike.items(), key=lambda item: item[0][0])
    )


def _for_all(entries: list[Entry]) -> tuple[str, ...]:
    """What else could be chosen for all of these; lines that accept one of them accept every one."""
    first = entries[0].alternatives
    if all(entry.alternatives == first for entry in entries):
        return first
    said = [
        f'"{found[1]}:{found[2]}"'
        for entry in entries
        for text in entry.alternatives
        for found in _ACCEPTED.finditer(text)
    ]
    every = ", ".join(dict.fromkeys(said))
    return tuple(_ACCEPTED.sub(lambda _: f"accept = [{every}]", text) for text in first)


def entry_of(change: Change) -> Entry:
    """One change with its place worked out and its secrets masked."""
    location = change.place.location if change.place else None
    element = change.place.element if change.place else None
    name = element.get("name", "") if element is not None else ""
    return Entry(
        change.step,
        change.kind,
        change.subject,
        location.path if location else "",
        location.line if location else 0,
        location.column if location else 0,
        _masked(change.before, change.subject, name),
        _masked(change.after, change.subject, name),
        mask_text(change.reason),
        change.inhibits,
        tuple(mask_text(text) for text in change.alternatives),
        change.answer,
    )


def _masked(text: str, subject: str, name: str) -> str:
    """Mask secrets; a value that is shown without its name is judged by that of the nvpair, or the end of the route."""
    last = subject.rpartition("[")[2].rstrip("]")
    if is_secret_name(name) or is_secret_name(last):
        if text.startswith("value="):
            return f'value="{MASK}"'
        if text and not re.search(r"[=<]", text):
            return MASK  # text inside the element
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
