"""What an upgrade drops: told for the release that is asked for, and for no other."""

from __future__ import annotations

import pytest

from cibtools.cluster.vocabulary.release import TARGETS, Release
from cibtools.lint.checks.vocabulary.later import gone
from tests.migrate.lab import cluster_of

CIB = """<cib validate-with="pacemaker-{schema}" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>
<cluster_property_set id="boot"><nvpair id="v" name="dc-version" value="{runs}-1"/>{options}</cluster_property_set>
</crm_config><nodes><node id="1" uname="alder" type="normal"/></nodes><resources>{resources}</resources>
<constraints>{constraints}</constraints></configuration></cib>"""


def told(
    target: str | None,
    *,
    schema: str = "2.10",
    runs: str = "2.1.5",
    options: str = "",
    resources: str = "",
    more: str = "",
) -> set[str]:
    """What is told of a CIB for a target: what it is, or the release that runs if no rolling upgrade leads on."""
    text = CIB.format(schema=schema, runs=runs, options=options, resources=resources, constraints=more)
    cluster = cluster_of(text)
    release: Release | None = TARGETS[target] if target else None
    tops = cluster.assembly.configured
    hits = [hit for top in tops for element in top.iter("*") for hit in gone(cluster, element, release)]
    return {str(hit.values.get("what", hit.values.get("runs"))) for hit in hits}


OPTIONS = """<nvpair id="a" name="is-managed-default" value="true"/>
<nvpair id="b" name="remove-after-stop" value="true"/>
<nvpair id="c" name="stonith-action" value="PowerOff"/>"""


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (None, {"cluster option is-managed-default", "cluster option remove-after-stop", "stonith-action=PowerOff"}),
        ("1.1", set()),
        ("sle12", set()),
        ("2.1", {"cluster option is-managed-default", "node type normal"}),
        ("rhel9", {"cluster option is-managed-default", "node type normal"}),
        (
            "sle16",
            {
                "cluster option is-managed-default", "cluster option remove-after-stop", "stonith-action=PowerOff",
                "node type normal",
            },
        ),
    ],
)  # fmt: skip
def test_each_target_gets_what_it_drops_itself(target: str | None, expected: set[str]) -> None:
    assert told(target, options=OPTIONS) == expected


def test_a_cib_of_1_0_is_asked_only_if_a_target_is_named() -> None:
    assert told(None, schema="1.0", runs="1.0.8", options=OPTIONS) == set()
    assert told("2.0", schema="1.0", runs="1.1.11", options=OPTIONS) == {
        "cluster option is-managed-default",
        "node type normal",
    }


@pytest.mark.parametrize(
    ("runs", "target", "is_told"),
    [
        ("1.1.10", "2.0", True),
        ("1.1.11", "2.0", False),
        ("1.1.24", "2.1", False),
        ("1.1.24", "3.0", True),
        ("2.0.0", "3.0", False),
        ("1.0.8", "1.1", False),
        ("unknown", "3.0", False),
    ],
)
def test_the_release_that_runs_must_be_one_that_a_rolling_upgrade_may_start_from(
    runs: str, target: str, is_told: bool
) -> None:
    assert (runs in told(target, runs=runs)) is is_told


def test_names_are_looked_for_where_they_are_read() -> None:
    pair = '<nvpair id="{0}" name="{1}" value="x"/>'
    operation = "<meta_attributes id='o-m'>" + pair.format("p", "can_fail") + pair.format("q", "restart-type")
    resources = f"""<primitive id="w" class="UpStart" type="nginx"><operations><op id="o" name="start" interval="0">
    {operation}</meta_attributes></op></operations><meta_attributes id="m">{pair.format("r", "can_fail")}
    </meta_attributes><instance_attributes id="i">{pair.format("s", "restart-type")}<nvpair id="t" name="u"/>
    </instance_attributes></primitive>"""
    assert told("3.0", resources=resources) == {
        "class UpStart", "meta option can_fail", "parameter u without a value", "node type normal",
    }  # fmt: skip


def test_several_rules_and_second_values_are_told_to_those_who_ask() -> None:
    rules = '<rule id="{0}" score="1"><expression id="{0}e" attribute="a" operation="defined"/></rule>'
    more = f'<rsc_location id="l" rsc="w">{rules.format("x")}{rules.format("y")}</rsc_location>'
    twice = '<nvpair id="a" name="batch-limit" value="1"/><nvpair id="b" name="batch-limit" value="2"/>'
    assert told(None, options=twice, more=more) == set()
    assert told("3.0", options=twice, more=more) == {
        "the second batch-limit of one set", "a location with several rules at its top", "node type normal",
    }  # fmt: skip
