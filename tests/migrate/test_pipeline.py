"""The list of steps: every one can be loaded, has its documentation, and looks only where it has something to find."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace

import pytest

from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.pipeline import steps_for
from cibtools.migrate.record.change import Note
from cibtools.migrate.step import Step
from tests.migrate.lab import Example, answers_of, cluster_of, load, whole

STEPS = steps_for(Answers(stack=Stack.OPENAIS))
EXAMPLES = load()[0]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.function.__name__)
def test_a_step_is_a_documented_function_of_draft_and_answers(step: Step) -> None:
    function = step.function
    assert list(inspect.signature(function).parameters) == ["draft", "answers"]
    assert step.title or not step.numbers
    documentation = function.__doc__ or ""
    assert not step.numbers or all(word in documentation for word in ("Source:", "Trigger:", "Changes:"))
    assert all(number in documentation for number in step.numbers[:1])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.step}: {example.name}")
def test_words_keep_no_step_from_its_work(example: Example) -> None:
    """What the steps would do is the same whether or not they are asked only where their words stand."""
    answers = answers_of(example.answers)
    cluster = cluster_of(whole(example.before), example.others)
    assert _notes(cluster, answers, ()) == _notes(cluster, answers, None)


def _notes(cluster, answers: Answers, words: tuple[str, ...] | None) -> list[tuple[str, str, str]]:  # noqa: ANN001
    draft = draft_of(cluster)
    return [
        (note.step, note.before, note.after)
        for step in steps_for(answers)
        for note in _run(step if words is None else replace(step, words=words), draft, answers)
    ]


def _run(step: Step, draft, answers: Answers) -> Iterator[Note]:  # noqa: ANN001
    return step.run(draft, answers)
