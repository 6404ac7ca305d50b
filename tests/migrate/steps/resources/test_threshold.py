"""M014 asks one question for all resources that are alike, and never one for resources that are not."""

from __future__ import annotations

import pytest

from cibtools.migrate.record.change import Change
from tests.migrate.lab import answers_of, migrated, whole


def options(identity: str, **values: str) -> str:
    pairs = "".join(f'<nvpair id="{identity}-{name}" name="{name}" value="{value}"/>' for name, value in values.items())
    return f'<meta_attributes id="{identity}-m"><attributes>{pairs}</attributes></meta_attributes>'


def failing(identity: str, stickiness: str = "100", failure: str = "-30") -> str:
    return options(identity, resource_stickiness=stickiness, resource_failure_stickiness=failure)


def primitive(identity: str, more: str = "") -> str:
    return f'<primitive id="{identity}" $D>{more}</primitive>'


def questions(cib: str, **answers: str) -> list[Change]:
    found = migrated(whole(cib), answers_of(answers)).decisions
    return [change for change in found if change.step == "M014"]


CLONE = f'<clone id="c">{failing("c")}{primitive("c0")}</clone>'
MASTER = f'<master_slave id="m">{failing("m")}{primitive("m0")}</master_slave>'
GROUP = f'<group id="g">{failing("g")}{primitive("g0")}</group>'
DEFAULTS = (
    '<crm_config><cluster_property_set id="x"><attributes><nvpair id="no" name="stonith-enabled" value="false"/>'
    '<nvpair id="ds" name="default-resource-stickiness" value="100"/>'
    '<nvpair id="df" name="default-resource-failure-stickiness" value="-30"/></attributes></cluster_property_set>'
    "</crm_config>"
)


def liking(resource: str, score: str = "60") -> str:
    return f'<rsc_location id="l-{resource}" rsc="{resource}" node="n1" score="{score}"/>'


@pytest.mark.parametrize(
    ("cib", "named"),
    [
        (CLONE + MASTER, ["c, m"]),
        (GROUP + primitive("p", failing("p")), ["g", "p"]),
        (CLONE + primitive("p", failing("p")), ["c", "p"]),
        (MASTER + primitive("p", failing("p")), ["m", "p"]),
        (primitive("p", failing("p")) + primitive("q", failing("q")), ["p, q"]),
        (primitive("p", failing("p")) + primitive("q", failing("q", "110")), ["p", "q"]),
        (primitive("p", failing("p")) + primitive("q", failing("q")) + liking("q"), ["p", "q"]),
    ],
    ids=["clone-master", "group", "clone", "master", "two", "other-weight", "location"],
)
def test_one_question_names_what_is_alike(cib: str, named: list[str]) -> None:
    assert [change.reason.partition(":")[0] for change in questions(cib)] == named


def test_what_the_default_covers_is_asked_once_unless_a_location_sets_it_apart() -> None:
    (only,) = questions(DEFAULTS + primitive("p", failing("p")))
    assert only.subject.startswith("cluster_property_set")
    _, apart = questions(DEFAULTS + primitive("p", failing("p")) + liking("p"))
    assert "p: " in apart.reason
    assert "6 on n1" in apart.reason


def test_the_default_names_what_a_location_sets_apart_but_not_what_has_weights_of_its_own() -> None:
    (question,) = questions(DEFAULTS + primitive("p") + primitive("q") + liking("q"))
    assert "Location scores made it another number: q 6 on n1; Pacemaker" in question.reason
    default, own = questions(DEFAULTS + primitive("p", failing("p", "200")) + liking("p"))
    assert "Location scores" not in default.reason
    assert "Location scores" in own.reason


def test_a_number_for_all_is_written_once_and_asks_nothing() -> None:
    migration = migrated(whole(DEFAULTS + primitive("p", failing("p"))), answers_of({"threshold": 3}))
    written = [pair for pair in migration.top.iter("nvpair") if pair.get("name") == "migration-threshold"]
    assert [pair.get("value") for pair in written] == ["3"]
    assert [change for change in migration.decisions if change.step == "M014"] == []


def test_a_number_for_all_stays_off_what_failures_never_drove_away() -> None:
    cib = DEFAULTS + primitive("p") + primitive("q", failing("q", failure="0"))
    migration = migrated(whole(cib), answers_of({"threshold": 3}))
    values = {pair.get("id"): pair.get("value") for pair in migration.top.iter("nvpair")}
    assert values["rsc-options-migration-threshold"] == "3"
    assert values["q-migration-threshold"] == "INFINITY"


RULED = (
    '<meta_attributes id="r"><rule id="r1"><expression id="r2" attribute="#uname" operation="eq" value="n1"/></rule>'
    '<attributes><nvpair id="r3" name="{name}" value="{value}"/></attributes></meta_attributes>'
)


@pytest.mark.parametrize(
    ("own", "refused"),
    [
        (failing("p") + RULED.format(name="resource_failure_stickiness", value="-5"), True),
        (failing("p") + RULED.format(name="resource_stickiness", value="5"), True),
        (failing("p", failure="0") + RULED.format(name="resource_failure_stickiness", value="-5"), True),
        (failing("p", failure="0") + RULED.format(name="resource_failure_stickiness", value="5"), False),
        (failing("p", failure="50") + RULED.format(name="resource_stickiness", value="5"), False),
    ],
)
def test_a_weight_under_a_rule_is_refused_where_failures_can_drive_away(own: str, refused: bool) -> None:
    assert any(change.inhibits for change in questions(primitive("p", own))) is refused
    assert not any(change.inhibits for change in questions(primitive("p", own), threshold="none"))


def test_stickiness_under_a_rule_matters_to_nobody_whose_failures_count_nothing() -> None:
    cib = primitive("p", failing("p")) + primitive("q", RULED.format(name="resource_stickiness", value="5"))
    assert not any(change.inhibits for change in questions(cib))
