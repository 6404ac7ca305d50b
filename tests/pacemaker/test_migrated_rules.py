"""The scores that Pacemaker gives for migrated rules, against what heartbeat 2.1 gave for the old ones.

`rule06` reads the old rules as the old engine did, and knows nothing of the steps that rewrite them.
"""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from lxml import etree

from cibtools.cli.planning.simulator import Simulator
from cibtools.migrate.answers import Answers, StatusChoice
from cibtools.migrate.proof.rule06 import is_true, rule_score
from tests.migrate.lab import DUMMY, migrated

pytestmark = pytest.mark.pacemaker

NODES = {
    "n1": {"x": "5", "y": "1", "ram": "1000", "w": "30", "pingd": "100"},
    "n2": {"y": "9", "ram": "200", "w": "-7", "pingd": "0"},
}
_SCORE = re.compile(r": (a\d+) allocation score on (n[12]): (\S+)")
_X = '<expression id="ex" attribute="x" operation="defined"/>'
_Y = '<expression id="ey" attribute="y" operation="defined"/>'
_TEXT = '<expression id="et" attribute="#uname" operation="GT" value="n1"/>'
_NONE = '<expression id="en" attribute="x" operation="near" value="b"/>'
_N1 = '<expression id="e1" attribute="#uname" operation="eq" value="n1"/>'
_N2 = '<expression id="e2" attribute="#uname" operation="EQ" value="n2"/>'


def _date(attributes: str, inside: str = "", identity: str = "d") -> str:
    return f'<date_expression id="{identity}" {attributes}>{inside}</date_expression>'


_RANGE = _date('start="2009-01-10" end="2009-12-20"')
_SPEC = _date('operation="date_spec" end="2009-06-30"', '<date_spec hours="9-16"/>')
_YEARDAYS = _date('operation="date_spec"', '<date_spec yeardays="20-40" hours="9-16"/>')
_DAYS = _date('operation="in_range" start="2009-001"', '<duration days="30" hours="1"/>')
_MINUTES = _date('operation="in_range" start="2009-001 08:00:00Z"', '<duration months="1" minutes="90"/>')
_UNTIL = _date('operation="lt" end="2009-06-30"')
_LT = _date('operation="lt" start="2009-01-01"')
_LATER = _date('operation="gt" start="2010-01-01"', identity="d2")
MOMENTS = (
    *("2008-12-31 12:00:00", "2009-01-01 12:00:00", "2009-01-09 12:00:00", "2009-01-19 12:00:00"),
    *("2009-01-20 12:00:00", "2009-01-25 20:00:00", "2009-01-31 00:30:00", "2009-01-31 12:00:00"),
    *("2009-02-01 12:00:00", "2009-02-09 12:00:00", "2009-02-10 12:00:00", "2009-06-03 08:00:00"),
    *("2009-06-03 12:00:00", "2009-07-03 12:00:00", "2009-12-21 12:00:00"),
)
"""Around every bound of the dates above."""

RULES = {
    "an or-rule adds for each part": f'<rule id="r" score="5" boolean_op="OR">{_X}{_Y}{_N1}</rule>',
    "without end nothing adds up": f'<rule id="r" score="-INFINITY" boolean_op="or">{_X}{_N1}</rule>',
    "nested or-rules count once": f'<rule id="r" score="7"><rule id="q" boolean_op="or">{_X}{_Y}</rule>{_N1}</rule>',
    "the value of an attribute": f'<rule id="r" score_attribute_mangled="w">{_Y}</rule>',
    "added values of an attribute": f'<rule id="r" score_attribute="w" boolean_op="or">{_X}{_Y}</rule>',
    "an and-rule that is never true": f'<rule id="r" score="5">{_N1}{_NONE}</rule>',
    "an or-rule does without": f'<rule id="r" score="5" boolean_op="or">{_N2}{_NONE}</rule>',
    "an unknown role": f'<rule id="r" score="5" role="primary">{_N1}</rule>',
    "an empty rule": '<rule id="r" score="5"/>',
    "an empty or-rule": '<rule id="r" score="5" boolean_op="or"/>',
    "an empty rule within": f'<rule id="r" score="5"><rule id="q"/>{_N2}</rule>',
    "text that is compared": f'<rule id="r" score="5">{_TEXT}</rule>',
    "a ping score": '<rule id="r" score="5"><expression id="e" attribute="pingd" operation="lte" value="0"/></rule>',
    "a range without operation": f'<rule id="r" score="5">{_RANGE}</rule>',
    "a date_spec with an end": f'<rule id="r" score="5">{_SPEC}</rule>',
    "a date_spec with an end in an or-rule": f'<rule id="r" score="INFINITY" boolean_op="or">{_N1}{_SPEC}</rule>',
    "days of the year": f'<rule id="r" score="5">{_YEARDAYS}</rule>',
    "days of the year in an or-rule": f'<rule id="r" score="5" boolean_op="or">{_N1}{_YEARDAYS}</rule>',
    "a duration of days": f'<rule id="r" score="5">{_DAYS}</rule>',
    "lt without an end, and an expression": f'<rule id="r" score="5">{_N1}{_LT}</rule>',
}


def _cib(locations: list[str]) -> str:
    resources = "".join(f'<primitive id="a{number}" {DUMMY}/>' for number in range(len(locations)))
    constraints = "".join(
        f'<rsc_location id="l" rsc="a{number}">{location}</rsc_location>'.replace(' id="', f' id="c{number}-')
        for number, location in enumerate(locations)
    )
    nodes = "".join(
        f'<node id="{node}" uname="{node}" type="normal"><instance_attributes id="i{node}"><attributes>'
        + "".join(f'<nvpair id="{node}{name}" name="{name}" value="{value}"/>' for name, value in attributes.items())
        + "</attributes></instance_attributes></node>"
        for node, attributes in NODES.items()
    )
    states = "".join(
        f'<node_state id="{node}" uname="{node}" ha="active" in_ccm="true" crmd="online" join="member" '
        f'expected="member"><lrm id="{node}"><lrm_resources/></lrm></node_state>'
        for node in NODES
    )
    return (
        '<cib admin_epoch="0" epoch="1" num_updates="1" have_quorum="true"><configuration><crm_config>'
        '<cluster_property_set id="o"><attributes><nvpair id="s" name="stonith-enabled" value="false"/></attributes>'
        f"</cluster_property_set></crm_config><nodes>{nodes}</nodes><resources>"
        f"{resources}</resources><constraints>{constraints}</constraints></configuration>"
        f"<status>{states}</status></cib>"
    )


def _scores(simulator: Simulator, locations: list[str], moment: str) -> list[dict[str, str]]:
    """What each location gives to the nodes, each for a resource of its own, after migration."""
    migration = migrated(_cib(locations), Answers(status=StatusChoice.KEEP))
    assert not migration.blocked
    plan = simulator.run(migration.document(), "--show-scores", f"--set-datetime={moment}Z")
    assert plan.status == 0
    found: list[dict[str, str]] = [{} for _ in locations]
    for resource, node, score in _SCORE.findall(plan.stdout):
        found[int(resource[1:])][node] = score
    assert all(set(scores) == set(NODES) for scores in found)
    return found


def _wanted(rules: list[etree._Element], moment: str) -> dict[str, str]:
    now = datetime.fromisoformat(moment)
    found = {}
    for node, attributes in NODES.items():
        score = sum(rule_score(rule, {**attributes, "#uname": node}, now) for rule in rules)
        found[node] = "INFINITY" if score >= 1_000_000 else "-INFINITY" if score <= -1_000_000 else str(score)
    return found


@pytest.mark.parametrize("moment", MOMENTS)
def test_rules_give_the_same_scores(simulator: Simulator, moment: str) -> None:
    found = _scores(simulator, list(RULES.values()), moment)
    wanted = [_wanted([etree.fromstring(rule)], moment) for rule in RULES.values()]
    assert dict(zip(RULES, found, strict=True)) == dict(zip(RULES, wanted, strict=True))


@pytest.mark.parametrize(
    ("moment", "score"),
    [
        ("2009-01-01 07:59:00", "0"),
        ("2009-01-01 08:01:00", "5"),
        ("2009-02-01 09:29:00", "5"),
        ("2009-02-01 09:31:00", "0"),
    ],
)
def test_a_duration_with_minutes_ends_at_the_minute(simulator: Simulator, moment: str, score: str) -> None:
    (found,) = _scores(simulator, [f'<rule id="r" score="5">{_MINUTES}</rule>'], moment)
    assert found["n1"] == score


LIFETIMES = (
    f'<rule id="lr">{_UNTIL}</rule>',
    f'<rule id="lr">{_UNTIL}</rule><rule id="lr2">{_LATER}</rule>',
    f'<rule id="lr" boolean_op="or">{_UNTIL}<expression id="le" attribute="y" operation="defined"/></rule>',
    f'<rule id="lr">{_UNTIL}<expression id="le" attribute="y" operation="defined"/></rule>',
    "",
)


@pytest.mark.parametrize("moment", ["2009-06-03 12:00:00", "2009-07-03 12:00:00"])
def test_a_folded_lifetime_limits_each_rule(simulator: Simulator, moment: str) -> None:
    rules = (
        f'<rule id="r" score="5" boolean_op="or">{_X}{_Y}</rule><rule id="r2" score="-INFINITY" boolean_op="or">'
        f"{_X.replace('ex', 'ex2')}{_NONE}</rule>"
    )
    wanted = []
    for lifetime in LIFETIMES:
        limits = [*etree.fromstring(f"<x>{lifetime}</x>")]
        # Without a node no attribute is there to compare.
        active = not limits or any(is_true(rule, {}, datetime.fromisoformat(moment)) for rule in limits)
        wanted.append(_wanted([*etree.fromstring(f"<x>{rules}</x>")] if active else [], moment))
    locations = [f'<lifetime id="lt">{lifetime}</lifetime>{rules}' for lifetime in LIFETIMES]
    assert _scores(simulator, locations, moment) == wanted


def test_a_set_whose_rule_was_never_true_does_not_become_unconditional(simulator: Simulator) -> None:
    options = (
        f'<meta_attributes id="m"><rule id="mr">{_N1}{_NONE}</rule><attributes>'
        '<nvpair id="mn" name="target_role" value="stopped"/></attributes></meta_attributes>'
    )
    text = _cib([f'<rule id="r" score="5">{_N1}</rule>']).replace(f"{DUMMY}/>", f"{DUMMY}>{options}</primitive>")
    assert options in text
    plan = simulator.run(migrated(text, Answers(status=StatusChoice.KEEP)).document())
    assert plan.accepted
    assert b'operation_key="a0_start_0"' in plan.graph
