"""What we predict against what Pacemaker's own scheduler decides: the same nodes, or listed here with the reason."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from cibtools.cli.planning.simulator import Simulator
from cibtools.cluster.model.cluster import Cluster
from cibtools.migrate.answers import Answers
from cibtools.migrate.pipeline import migrate
from cibtools.runbook.estimate.confirm import Expert, Unanswered, Witness
from cibtools.runbook.estimate.placement import State, initial_state, settle
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import Survey, survey
from cibtools.runbook.plan.enums import How, Oracle
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.plan.step import Move, Step
from tests.runbook.lab import Domu, Paper, cluster_of, fixture_files, runbook_of

pytestmark = [pytest.mark.pacemaker, pytest.mark.slow]

Find = Callable[[str], str]
RAM = (("host1", 14333), ("host2", 14333))


def expert(cluster: Cluster, program: str) -> Expert:
    migration = migrate(cluster, Answers())
    return Expert(Simulator(program), migration.top, migration.renames)


def judged(cluster: Cluster, program: str) -> tuple[Survey, Witness, State]:
    found = survey(cluster, Wishes(), Parameters())
    return found, Witness(found, expert(cluster, program)), initial_state(found)


def told(moves: tuple[Move, ...]) -> set[tuple[str, str | None, How]]:
    return {(move.rsc, move.to_node, move.how) for move in moves}


def with_third_node(files: dict[str, str]) -> dict[str, str]:
    """The guide's cluster with a third, empty node."""
    node = '<node id="91275fec-a9f4-442d-9875-27e9b7233f33" uname="host1" type="normal"/>'
    third = '<node id="00000000-a9f4-442d-9875-27e9b7233f33" uname="host3" type="normal"/>'
    state = (
        '<node_state id="00000000-a9f4-442d-9875-27e9b7233f33" uname="host3" crmd="online" in_ccm="true" ha="active" '
        'join="member" expected="member"><lrm id="h3"><lrm_resources/></lrm><transient_attributes id="h3">'
        '<instance_attributes id="status-h3"><attributes><nvpair id="h3-p" name="pingd" value="100"/></attributes>'
        "</instance_attributes></transient_attributes></node_state></status>"
    )
    found = dict(files)
    for name in ("cib.bak.xml", "nodes.bak.xml", "resources.bak.xml"):
        text = found[name].replace(node, node + third).replace("</status>", state)
        found[name] = text.replace('name="clone_max" value="2"', 'name="clone_max" value="3"')
    assert third in found["cib.bak.xml"]
    return found


@pytest.mark.parametrize("node", ["host1", "host2"])
def test_every_standby_of_the_guides_cluster(repo: Path, pacemaker: Find, node: str) -> None:
    found, witness, start = judged(cluster_of(fixture_files(repo)), pacemaker("crm_simulate"))
    after = replace(start, standby=frozenset({node}))
    outcome = settle(found, start, after)
    assert told(witness.moves(start, after)) == told(outcome.moves)
    assert told(witness.moves(outcome.state, replace(outcome.state, standby=frozenset()))) == told(
        settle(found, outcome.state, replace(outcome.state, standby=frozenset())).moves
    )


@pytest.mark.parametrize(("node", "differing"), [("host1", {"nfs"}), ("host2", set()), ("host3", set())])
def test_every_standby_with_a_third_node(repo: Path, pacemaker: Find, node: str, differing: set[str]) -> None:
    """All but one go the same way: with equal scores, whose turn it is decides, and the scheduler of today takes what
    keeps to its node first, where those of 0.6 and 1.0 go by the order of the CIB."""
    found, witness, start = judged(cluster_of(with_third_node(fixture_files(repo))), pacemaker("crm_simulate"))
    after = replace(start, standby=frozenset({node}))
    ours, theirs = told(settle(found, start, after).moves), told(witness.moves(start, after))
    assert {rsc for rsc, _, _ in ours ^ theirs} == differing


def test_three_full_nodes_split_three_to_two(pacemaker: Find) -> None:
    domus = tuple(Domu(f"d{number:02d}", node=number % 3) for number in range(15))
    found, witness, start = judged(Paper(3, domus).cluster(), pacemaker("crm_simulate"))
    after = replace(start, standby=frozenset({"host1"}))
    assert told(witness.moves(start, after)) == told(settle(found, start, after).moves)


def test_without_the_network_attribute_both_stop_everything(pacemaker: Find) -> None:
    found, witness, start = judged(Paper().cluster(), pacemaker("crm_simulate"))
    blind = replace(start, attributes={**start.attributes, "host1": {}}, standby=frozenset({"host2"}))
    theirs = told(witness.moves(start, blind))
    assert theirs == told(settle(found, start, blind).moves)
    assert {("web", None, How.STOP), ("db", None, How.STOP)} <= theirs


# --- where the two differ, and why -----------------------------------------------------------------------------------


def test_with_stickiness_0_seven_return_where_the_old_scheduler_takes_eight(pacemaker: Find) -> None:
    """At equal scores the scheduler of today prefers the current node, those of 0.6 and 1.0 the first of the CIB."""
    domus = tuple(Domu(f"d{number:02d}", node=1) for number in range(15))
    found, witness, start = judged(Paper(domus=domus, stickiness="0").cluster(), pacemaker("crm_simulate"))
    away = replace(start, standby=frozenset({"host1"}))
    away = settle(found, away, away).state
    back = replace(away, standby=frozenset())
    theirs = {move.rsc for move in witness.moves(away, back) if move.how is How.LIVE}
    ours = {move.rsc for move in settle(found, away, back).moves if move.how is How.LIVE}
    assert (len(theirs), len(ours)) == (7, 8)


def test_with_mandatory_orders_the_scheduler_of_today_migrates_what_the_old_one_restarts(pacemaker: Find) -> None:
    cluster = replace(Paper(), order_score="").cluster()
    found, witness, start = judged(cluster, pacemaker("crm_simulate"))
    after = replace(start, standby=frozenset({"host1"}))
    (theirs,) = (move for move in witness.moves(start, after) if move.rsc == "web")
    (ours,) = (move for move in settle(found, start, after).moves if move.rsc == "web")
    assert (theirs.how, ours.how) == (How.LIVE, How.RESTART_THERE)
    assert theirs.to_node == ours.to_node


# --- in the plan -----------------------------------------------------------------------------------------------------


def step(runbook: Runbook, identity: str) -> Step:
    return next(one for phase in runbook.phases for one in phase.steps if one.id == identity)


def plan(cluster: Cluster, program: str, **wishes: object) -> Runbook:
    asked = Wishes(nodes=("host1", "host2"), node_ram=RAM, **wishes)  # type: ignore[arg-type]
    return runbook_of("patch", cluster, asked, Parameters(), None, expert(cluster, program))


def test_a_plan_says_who_predicted(repo: Path, pacemaker: Find) -> None:
    found = plan(cluster_of(fixture_files(repo)), pacemaker("crm_simulate"))
    for identity in ("P1.02", "P1.08", "P4.02", "P8.01"):
        predicted = step(found, identity).predicted
        assert predicted is not None
        assert predicted.source is Oracle.SCHEDULER, identity
    assert found.facts.simulator is not None
    assert found.facts.simulator.agrees
    assert found.facts.simulator.version.startswith("Pacemaker")


def test_the_scheduler_confirms_that_mandatory_orders_restart_everything(pacemaker: Find) -> None:
    found = plan(replace(Paper(), order_score="").cluster(), pacemaker("crm_simulate"))
    predicted = step(found, "P1.08").predicted
    assert predicted is not None
    restarted = {move.rsc for move in predicted.moves if move.how is How.RESTART_THERE}
    assert restarted == {"web", "db"}
    assert predicted.source is Oracle.SCHEDULER


def test_a_disagreement_is_shown(pacemaker: Find) -> None:
    domus = tuple(Domu(f"d{number:02d}", node=number % 2) for number in range(15))
    cluster = Paper(domus=domus, stickiness="0").cluster()
    found = plan(cluster, pacemaker("crm_simulate"), accept=("S-STICKINESS",))
    shown = [one for phase in found.phases for one in phase.steps if one.predicted and one.predicted.differs]
    assert shown
    assert all("PLACEMENT-DIFFERS" in {caution.rule for caution in one.warnings} for one in shown)
    assert found.facts.simulator is not None
    assert not found.facts.simulator.agrees


def test_a_scheduler_that_does_not_answer_is_no_confirmation() -> None:
    found = plan(Paper().cluster(), "/bin/false")
    predicted = step(found, "P1.02").predicted
    assert predicted is not None
    assert predicted.source is Oracle.STATIC
    assert "PLACEMENT-UNCONFIRMED" in {caution.rule for caution in step(found, "P1.02").warnings}
    assert found.facts.simulator is not None
    assert not found.facts.simulator.agrees
    _, witness, start = judged(Paper().cluster(), "/bin/false")
    with pytest.raises(Unanswered):
        witness.moves(start, start)
