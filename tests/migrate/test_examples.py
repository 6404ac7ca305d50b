"""Every step's before/after pairs, and the cases that it must leave alone."""

from __future__ import annotations

from collections import Counter

import pytest

from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.pipeline import steps_for
from cibtools.migrate.record.change import ChangeKind
from tests.migrate.lab import (
    DUMMY,
    Example,
    Untouched,
    answers_of,
    canonical,
    excerpt,
    is_filled_in,
    load,
    migrated,
    roots_of,
    whole,
)

EXAMPLES, UNTOUCHED = load()
NUMBERS = {number for step in steps_for(Answers(stack=Stack.OPENAIS)) for number in step.numbers}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.step}: {example.name}")
def test_before_becomes_after(example: Example) -> None:
    migration = migrated(whole(example.before), answers_of(example.answers), example.others)
    result = [canonical(found) for found in excerpt(migration.top, example.before, example.after)]
    assert result == [canonical(root) for root in roots_of(example.after)]
    steps = {note.step for note in migration.notes}
    assert example.step in steps, f"{example.step} says nothing, only {sorted(steps)}"
    asked = {note.step for note in migration.notes if note.kind is ChangeKind.DECIDE}
    assert asked == set(example.decides)
    dropped = {note.step for note in migration.notes if note.kind is ChangeKind.DROPPED}
    assert set(example.drops) <= dropped


@pytest.mark.parametrize("case", UNTOUCHED, ids=lambda case: f"{case.step}: {case.name}")
def test_what_is_no_case_for_a_step_is_left_alone_by_it(case: Untouched) -> None:
    text = case.cib.replace("$D", DUMMY) if case.as_given else whole(case.cib)
    migration = migrated(text, answers_of(case.answers), case.others)
    said = [change for change in migration.changes if change.step == case.step and not is_filled_in(change.subject)]
    assert said == []


def test_every_step_has_an_example_and_two_cases_to_leave_alone() -> None:
    assert {example.step for example in EXAMPLES} | {case.step for case in UNTOUCHED} <= NUMBERS
    counts = Counter(case.step for case in UNTOUCHED)
    lacking = sorted(
        number for number in NUMBERS if counts[number] < 2 or not any(example.step == number for example in EXAMPLES)
    )
    assert lacking == []
