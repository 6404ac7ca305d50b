"""The old cluster in the new language, written without a look at the migration: what it must not forget."""

from __future__ import annotations

from datetime import datetime

import pytest
from lxml import etree

from cibtools.cli.planning.simulator import Simulator
from cibtools.migrate.proof.judge import judge_migration
from cibtools.migrate.proof.restated import restated_cib
from tests.migrate.lab import cluster_of, migrated, whole

CLUSTER = whole(
    '<nodes><node id="u1" uname="n1" type="normal"><instance_attributes id="i"><attributes>'
    '<nvpair id="m" name="master-db:1:0" value="1000"/><nvpair id="k" name="rack" value="7"/>'
    '<nvpair id="s" name="standby" value="no"/></attributes></instance_attributes>'
    '<instance_attributes id="j"><rule id="j1"><date_expression id="j2" operation="lt" end="2005-01-01"/></rule>'
    '<attributes><nvpair id="o" name="rack" value="8"/></attributes></instance_attributes>'
    '<instance_attributes id="h"><rule id="h1"><date_expression id="h2" operation="gt" start="2005-01-01"/></rule>'
    '<attributes><nvpair id="v" name="row" value="3"/></attributes></instance_attributes></node></nodes>'
    '<master_slave id="ms"><primitive id="db:1" class="ocf" provider="heartbeat" type="Stateful"/></master_slave>'
    '<primitive id="dc" $D/><rsc_location id="l" rsc="dc"><rule id="r" score="-INFINITY">'
    '<expression id="e" attribute="#is_dc" operation="eq" value="false"/></rule></rsc_location>'
    '<primitive id="p" $D/><rsc_location id="m" rsc="p"><rule id="q" score="5">'
    '<expression id="f" attribute="rack" operation="eq" value="7"/></rule></rsc_location>'
)


def restated() -> etree._Element:
    cluster = cluster_of(CLUSTER.replace('"db:1"', '"db"').replace("db:1:0", "db:0"))
    return restated_cib(cluster, {}, datetime(2009, 1, 1), {"db": "db-1"})


def test_a_node_keeps_its_attributes_and_a_masters_preference_follows_its_name() -> None:
    pairs = {pair.get("name"): pair.get("value") for pair in restated().iter("nvpair")}
    assert pairs["master-db-1:0"] == "1000"
    assert (pairs["rack"], pairs["row"]) == ("7", "3")
    assert "standby" not in pairs


def test_rules_see_a_nodes_attributes_and_that_no_node_is_the_dc_yet() -> None:
    scores = {
        (location.get("rsc"), rule.get("score"))
        for location in restated().iter("rsc_location")
        for rule in location.iter("rule")
    }
    assert scores == {("dc", "-INFINITY"), ("p", "5")}


@pytest.mark.slow
@pytest.mark.pacemaker
def test_the_scheduler_agrees(simulator: Simulator) -> None:
    verdict = judge_migration(migrated(CLUSTER.replace('"db:1"', '"db"').replace("db:1:0", "db:0")), simulator)
    assert verdict.holds, verdict.explained
