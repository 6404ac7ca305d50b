"""Where everything goes, against the results that the specification states for the guide's cluster."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.estimate.placement import State, initial_state, settle
from cibtools.runbook.estimate.score import add
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import Survey, survey
from cibtools.runbook.plan.enums import How
from cibtools.runbook.plan.step import Move
from tests.runbook.lab import Domu, Paper, cluster_of, fixture_files


def begin(cluster: Cluster) -> tuple[Survey, State]:
    found = survey(cluster, Wishes(), Parameters())
    return found, initial_state(found)


def moved(moves: tuple[Move, ...], how: How) -> set[str]:
    return {move.rsc for move in moves if move.how is how}


def test_standby_of_a_node_of_the_guides_cluster(repo: Path) -> None:
    found, start = begin(cluster_of(fixture_files(repo)))
    assert settle(found, start, start).moves == ()
    outcome = settle(found, start, replace(start, standby=frozenset({"host1"})))
    assert moved(outcome.moves, How.LIVE) == {"nfs", "dns1", "proxy", "vpn", "ldap", "mysql", "oes1", "test"}
    assert moved(outcome.moves, How.STOP) == {"STONITH-iLO-host2"}
    assert {clone for clone, node in outcome.instances if node == "host1"} == set()
    back = settle(found, outcome.state, replace(outcome.state, standby=frozenset()))
    assert {(move.rsc, move.how) for move in back.moves} == {("STONITH-iLO-host2", How.START)}


def test_with_stickiness_1_nothing_returns_and_with_0_half_of_it_does() -> None:
    domus = tuple(Domu(f"d{number:02d}", node=number % 2) for number in range(15))
    for value, returning in (("1", 0), ("0", 8)):
        found, start = begin(Paper(domus=domus, stickiness=value).cluster())
        away = settle(found, start, replace(start, standby=frozenset({"host1"}))).state
        back = settle(found, away, replace(away, standby=frozenset()))
        assert len(moved(back.moves, How.LIVE)) == returning


def test_without_the_network_attribute_on_the_other_node_everything_stops() -> None:
    found, start = begin(Paper().cluster())
    blind = replace(start, attributes={**start.attributes, "host1": {}}, standby=frozenset({"host2"}))
    assert moved(settle(found, start, blind).moves, How.STOP) >= {"web", "db"}
    zero = {name: {"pingd": "0"} for name in found.names}
    assert moved(settle(found, start, replace(start, attributes=zero)).moves, How.STOP) == {"web", "db"}
    one = {"host1": {"pingd": "0"}, "host2": {"pingd": "100"}}
    assert moved(settle(found, start, replace(start, attributes=one)).moves, How.LIVE) == {"web"}


def test_unknown_attributes_are_a_doubt_and_move_nothing() -> None:
    found, start = begin(replace(Paper(), status=False).cluster())
    outcome = settle(found, start, replace(start, standby=frozenset({"host2"})))
    assert "web-net" in outcome.doubts


def test_three_nodes_share_the_domus_of_one_by_their_number() -> None:
    domus = tuple(Domu(f"d{number:02d}", node=number % 3) for number in range(15))
    found, start = begin(Paper(nodes=3, domus=domus, fencing=False).cluster())
    outcome = settle(found, start, replace(start, standby=frozenset({"host1"})))
    loads = [len(outcome.state.domus(found, name)) for name in ("host2", "host3")]
    assert sorted(loads) == [7, 8]


def test_what_a_mandatory_order_ties_to_a_clone_is_restarted_instead() -> None:
    found, start = begin(replace(Paper(), order_score="").cluster())
    outcome = settle(found, start, replace(start, standby=frozenset({"host1"})))
    (move,) = (move for move in outcome.moves if move.rsc == "web")
    assert move.how is How.RESTART_THERE
    assert "web-cp" in move.reason


def test_an_unmanaged_domu_stays_on_the_node_that_is_emptied() -> None:
    unmanaged = '<nvpair id="u" name="is_managed" value="false"/>'
    found, start = begin(replace(Paper(), domus=(Domu("web", meta=unmanaged), Domu("db", node=1))).cluster())
    outcome = settle(found, start, replace(start, standby=frozenset({"host1"})))
    assert outcome.state.of(found, "web") == "host1"


def test_colocation_keeps_together_and_apart() -> None:
    together = '<rsc_colocation id="c" from="db" to="web" score="{}"/>'
    domus = (Domu("web"), Domu("db", node=1), Domu("mail", node=1))
    found, start = begin(replace(Paper(), domus=domus, constraints=together.format("INFINITY")).cluster())
    outcome = settle(found, start, start)
    assert outcome.state.of(found, "db") == outcome.state.of(found, "web") == "host1"
    found, start = begin(replace(Paper(), domus=domus, constraints=together.format("-INFINITY")).cluster())
    outcome = settle(found, start, replace(start, standby=frozenset({"host1"})))
    assert outcome.state.of(found, "db") is None


def test_scores_add_up_as_the_engine_does() -> None:
    assert add(1_000_000, -1_000_000) == -1_000_000
    assert add(1_000_000, -5) == 1_000_000
    assert add(600_000, 600_000) == 1_000_000


def test_instances_of_clones_count_where_domus_are_balanced_by_number() -> None:
    """A node that runs one instance more gets the domU last, as the engines count what they have placed."""
    only = '<nvpair id="m1" name="clone_max" value="1"/>'
    paper = Paper(domus=(Domu("web", node=None), Domu("db", node=None)), stickiness="0", pingd_meta=only, fencing=False)
    found, start = begin(paper.cluster())
    outcome = settle(found, start, start)
    instances = [node for clone, node in outcome.instances if clone == "pingd"]
    assert instances == ["host1"]
    assert (outcome.state.of(found, "web"), outcome.state.of(found, "db")) == ("host2", "host1")


@given(st.integers(2, 8), st.lists(st.integers(0, 7), min_size=1, max_size=40), st.integers(0, 7))
def test_every_domu_has_a_place_when_a_node_is_emptied(nodes: int, places: list[int], empty: int) -> None:
    domus = tuple(Domu(f"d{number:02d}", node=place) for number, place in enumerate(places))
    found, start = begin(Paper(nodes=nodes, domus=domus).cluster())
    name = found.names[empty % nodes]
    outcome = settle(found, start, replace(start, standby=frozenset({name})))
    where = outcome.state.guests_where(found)
    assert set(where.values()) <= set(found.names) - {name}
    before = start.guests_where(found)
    assert {rsc for rsc in where if where[rsc] != before[rsc]} == {rsc for rsc in where if before[rsc] == name}


def test_what_crm_mon_printed_tells_where_the_domus_run() -> None:
    text = """
============
Last updated: Thu Feb 12 09:12:44 2009
Current DC: host1 (id-host1)
2 Nodes configured.
2 Resources configured.
============

Node: host1 (id-host1): online
\tweb\t(ocf::heartbeat:Xen):\tStarted
Node: host2 (id-host2): online
\tdb\t(ocf::heartbeat:Xen):\tStarted
"""
    files = replace(Paper(), status=False).files() | {"crm_mon.txt": text}
    found, start = begin(cluster_of(files))
    assert (start.of(found, "web"), start.of(found, "db")) == ("host1", "host2")
    assert found.placed
    assert {host.online.value for host in found.hosts} == {"yes"}
