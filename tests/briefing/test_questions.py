"""Every question of a migration can be answered: each way that the form offers settles it, read from a file."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from cibtools.briefing.questions import given, questions
from cibtools.briefing.record import ACCEPT, EVMS, Question, Way
from cibtools.cli.inputs.open import InputChoice, read_inputs
from cibtools.migrate.answers import Answers, Stack, parse_answers
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.record.outcome import Migration
from tests.conftest import REPO
from tests.migrate.lab import migrated

LINES = """<cib><configuration><crm_config/><nodes/><resources>
 <primitive id="a:b" class="heartbeat" type="apache"/>
 <primitive id="c" class="ocf" provider="heartbeat" type="Dummy"/>
 <clone id="k"><primitive id="kc" class="ocf" provider="heartbeat" type="Dummy"/></clone>
</resources><constraints><rsc_order id="o" from="c" to="k" type="after"/></constraints></configuration></cib>"""


def guide(answers: Answers) -> Migration:
    (cluster,) = read_inputs(InputChoice((str(REPO / "fixtures/hasi"),))).clusters
    return migrate(cluster, replace(answers, stack=Stack.OPENAIS))


def small(answers: Answers) -> Migration:
    return migrated(LINES, answers)


def as_file(question: Question, way: Way) -> str:
    """The answers file that holds one answer."""
    if way.key == ACCEPT:
        return f"accept = {json.dumps(list(way.entries))}\n"
    if way.key == EVMS:
        return "[evms]\n" + "\n".join(f"{json.dumps(old)} = {json.dumps(new)}" for old, new in question.devices.items())
    return f"{way.key} = {way.entries[0]}\n"


@pytest.mark.parametrize("ask", [guide, small])
def test_each_way_settles_its_question_and_no_other_of_the_form(ask: object) -> None:
    first = questions(ask(Answers()))  # type: ignore[operator]
    assert first
    for question in first:
        assert question.ways
        for way in question.ways:
            if not way.key:
                continue
            answers = parse_answers(as_file(question, way), "answers.toml")
            left = questions(ask(answers))  # type: ignore[operator]
            asked = {text for one in left for text, _ in one.texts}
            assert not asked & {text for text, _ in question.texts}, (question.id, way)
        others = {text for one in first if one is not question for text, _ in one.texts}
        if question.step != "M126":
            assert others <= {text for one in left for text, _ in one.texts}, question.id


def test_every_question_of_the_guides_cluster_has_a_way_that_the_file_can_hold() -> None:
    for question in questions(guide(Answers())):
        assert any(way.key for way in question.ways), question.id


def test_all_points_are_asked_once_and_what_must_be_answered_comes_first() -> None:
    migration = guide(Answers())
    found = questions(migration)
    assert sum(len(one.texts) for one in found) == len(migration.decisions)
    assert [one.must for one in found] == sorted((one.must for one in found), reverse=True)
    assert len({one.id for one in found}) == len(found)
    assert {one.who for one in found} == {"storage admin", "network team", "owner of the cluster"}


def test_an_answer_about_devices_opens_no_old_question_again() -> None:
    (must,) = (one for one in questions(guide(Answers())) if one.must)
    assert dict(must.devices) == {"/dev/evms/san2/cfgpool": "/dev/san2/cfgpool"}
    (rest,) = (one for one in questions(guide(Answers())) if one.devices and not one.must)
    assert len(rest.devices) == 15
    assert "/dev/evms/san2/cfgpool" not in rest.devices


def test_what_was_answered_is_written_as_the_file_had_it() -> None:
    text = 'threshold = 3\ntwo-node-policy = "keep"\naccept = ["M125", "M043:x"]\n[evms]\n"/dev/evms/a" = "/dev/b"\n'
    kept = given(parse_answers(text, "answers.toml"))
    assert kept.plain == ("threshold = 3", 'two-node-policy = "keep"')
    assert kept.accept == ("M043:x", "M125")
    assert kept.evms == (("/dev/evms/a", "/dev/b"),)
    assert given(Answers()) == type(kept)()
