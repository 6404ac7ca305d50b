"""What a question offers for the answers file does silence it."""

from __future__ import annotations

import re

import pytest
from msgspec import structs

from cibtools.migrate.record.change import ChangeKind
from tests.migrate.lab import Example, answers_of, load, migrated, whole

ASKING = [example for example in load()[0] if example.decides]
_LINE = re.compile(r'accept = \["([^"]+)"\]')


@pytest.mark.parametrize("example", ASKING, ids=lambda example: f"{example.step}: {example.name}")
def test_the_line_that_a_question_offers_answers_it(example: Example) -> None:
    text, answers = whole(example.before), answers_of(example.answers)
    asked = [note for note in migrated(text, answers, example.others).notes if note.kind is ChangeKind.DECIDE]
    assert asked
    for note in asked:
        for line in _LINE.findall(" ".join(note.alternatives)):
            taken = structs.replace(answers, accept=answers.accept | {line})
            left = [other.reason for other in migrated(text, taken, example.others).notes if other.step == note.step]
            assert note.reason not in left, line
