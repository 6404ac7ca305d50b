"""The list of steps: every one can be loaded, has its documentation, and looks only where it has something to find."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.language import language
from cibtools.migrate.pipeline import migrate, steps_for
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.outcome import Given
from cibtools.migrate.step import Step
from tests.migrate.lab import Example, answers_of, cluster_of, load, migrated, whole

STEPS = steps_for(Answers(stack=Stack.OPENAIS))
EXAMPLES = load()[0]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.function.__name__)
def test_a_step_is_a_documented_function_of_draft_and_answers(step: Step) -> None:
    function = step.function
    assert list(inspect.signature(function).parameters) == ["draft", "answers"]
    titles = [step.title_of(number) for number in step.numbers]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    documentation = function.__doc__ or ""
    assert not step.numbers or all(word in documentation for word in ("Source:", "Trigger:", "Changes:"))
    assert all(number in documentation for number in step.numbers[:1])


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.step}: {example.name}")
def test_words_keep_no_step_from_its_work(example: Example) -> None:
    """What the steps would do is the same whether or not they are asked only where their words stand."""
    answers = answers_of(example.answers)
    cluster = cluster_of(whole(example.before), example.others)
    assert _notes(cluster, answers, ()) == _notes(cluster, answers, None)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.step}: {example.name}")
def test_no_word_of_a_step_depends_on_what_becomes_of_its_element(example: Example) -> None:
    """Whatever a step asks or notes reaches the report, also when another step removes what it is about."""
    answers = answers_of(example.answers)
    cluster = cluster_of(whole(example.before), example.others)
    draft = draft_of(cluster)
    given, old, new = language(cluster)
    draft.signs = (old, new) if given is Given.MIXED and old and new else None
    said = [note for step in steps_for(answers) for note in step.run(draft, answers)]
    kept = migrate(cluster, answers).notes
    answered = [note for note in said if note.kind is ChangeKind.DECIDE and _is_answered(draft, note, answers)]
    assert [_words(note) for note in kept] == [_words(note) for note in said if note not in answered]


def test_a_question_about_two_languages_stays_when_its_sign_is_dropped() -> None:
    """The sign is an `acls` section, which M003 drops."""
    cib = whole('<primitive id="a" $D/>').replace("</configuration>", "<acls/></configuration>")
    migration = migrated(cib)
    assert [note.step for note in migration.notes if note.kind is ChangeKind.DECIDE] == ["M001"]
    assert any(note.before == "<acls/>" for note in migration.notes)


def _is_answered(draft, note: Note, answers: Answers) -> bool:  # noqa: ANN001
    origin = draft.origin(note.element)
    identity = "" if origin is None else origin.get("id", "")
    return note.answer in answers.given or answers.accepts(note.step, identity)


def _words(note: Note) -> tuple[str, str, str, str, str]:
    return note.step, note.kind.value, note.before, note.after, note.reason


def _notes(cluster, answers: Answers, words: tuple[str, ...] | None) -> list[tuple[str, str, str]]:  # noqa: ANN001
    draft = draft_of(cluster)
    return [
        (note.step, note.before, note.after)
        for step in steps_for(answers)
        for note in _run(step if words is None else replace(step, words=words), draft, answers)
    ]


def _run(step: Step, draft, answers: Answers) -> Iterator[Note]:  # noqa: ANN001
    return step.run(draft, answers)
