"""Upgrades by shutdown, by detaching and in steps: what each may do, in which order, and with which tools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.enums import CommandKind, Light, Readiness, StopKind, Tools, Way
from cibtools.runbook.plan.runbook import Runbook
from tests.runbook.lab import Domu, Paper, cluster_of, fixture_files, parts, runbook_of, steps

NO_REBOOT = Parameters(needs_reboot=False, given=frozenset({"needs_reboot"}))
TO_1_0 = Wishes(from_version="heartbeat-2.1.4", to_version="pacemaker-1.0")
RAM = (("host1", 14333), ("host2", 14333))


def texts(runbook: Runbook) -> list[str]:
    return [part for step in steps(runbook) for command in step.commands for part in parts(command.text)]


def plans(repo: Path) -> list[Runbook]:
    cluster = cluster_of(fixture_files(repo))
    hops = Wishes(from_version="heartbeat-2.0.1", to_version="pacemaker-0.6.6", node_ram=RAM)
    return [
        runbook_of("upgrade", cluster, TO_1_0, Parameters()),
        runbook_of("upgrade", cluster, TO_1_0, NO_REBOOT),
        runbook_of("upgrade", cluster, hops, Parameters()),
        runbook_of("upgrade", cluster, replace(TO_1_0, to_version="pacemaker-0.6.6", method="shutdown"), Parameters()),
        runbook_of("upgrade", cluster, replace(TO_1_0, to_version="pacemaker-0.6.6", method="reattach"), NO_REBOOT),
        runbook_of("upgrade", cluster, TO_1_0, Parameters(live_upgrade=True)),
    ]


def test_each_method_is_chosen_where_it_is_safe(repo: Path) -> None:
    kinds = [plan.kind for plan in plans(repo)]
    assert kinds == [
        "upgrade-shutdown", "upgrade-reattach", "upgrade-hops", "upgrade-shutdown", "upgrade-reattach",
        "upgrade-shutdown",
    ]  # fmt: skip
    assert all(plan.phases and plan.verdict is Readiness.WARNINGS for plan in plans(repo))


@pytest.mark.parametrize("number", range(6))
def test_every_snippet_passes_bash_and_shellcheck(repo: Path, number: int, complaints: Callable[[str], str]) -> None:
    plan = plans(repo)[number]
    lines = [command.text for step in steps(plan) for command in (*step.commands, *step.rollback.commands)]
    assert complaints("#!/bin/bash\n" + "\n".join(dict.fromkeys(lines)) + "\n") == ""


@pytest.mark.parametrize("number", range(6))
def test_no_plan_holds_a_secret_or_a_change_without_a_way_back(repo: Path, number: int) -> None:
    plan = plans(repo)[number]
    assert "CLEARTEXTPASSWORD" not in repr(plan)
    for step in steps(plan):
        assert step.where
        assert len(step.title) <= 72, step.title
        if any(command.kind in (CommandKind.CHANGE, CommandKind.DESTRUCTIVE) for command in step.commands):
            assert step.rollback.way is Way.POSSIBLE or step.decision.kind is not StopKind.NONE, step.title


@pytest.mark.parametrize("number", range(6))
def test_steps_and_gates_have_ids_of_their_own(repo: Path, number: int) -> None:
    plan = plans(repo)[number]
    ids = [step.id for step in steps(plan)]
    assert len(set(ids)) == len(ids)
    gates = [gate.id for gate in plan.gates]
    assert len(set(gates)) == len(gates)
    named = {gate for phase in plan.phases for gate in (*phase.entry_gates, *phase.exit_gates)}
    assert named <= set(gates)
    assert {step.decision.gate for step in steps(plan) if step.decision.gate} <= set(gates)


def test_a_shutdown_stops_every_domu_before_the_stack_and_releases_after_all_are_online(repo: Path) -> None:
    plan = runbook_of("upgrade", cluster_of(fixture_files(repo)), TO_1_0, Parameters())
    lines = texts(plan)
    last_stop = max(number for number, line in enumerate(lines) if "target_role -v stopped" in line)
    stack = lines.index("rcheartbeat stop")
    assert sum("target_role -v stopped" in line for line in lines) == 15
    assert last_stop < stack
    hold = next(number for number, line in enumerate(lines) if "maintenance-mode -v true" in line)
    start = lines.index("rcheartbeat start")
    release = lines.index("crm_attribute -t crm_config -n maintenance-mode -D")
    assert stack < hold < start < release
    commands = [command for step in steps(plan) for command in step.commands]
    # host1 is the DC and leads to the end.
    assert [found.run_on for found in commands if found.text == "rcheartbeat stop"] == ["host2", "host1"]


def test_after_the_exchange_only_the_new_tools_are_used(repo: Path) -> None:
    plan = runbook_of("upgrade", cluster_of(fixture_files(repo)), TO_1_0, Parameters())
    tools = {phase.id: phase.tools for phase in plan.phases}
    assert tools["P1"] is Tools.HB21
    assert {tools[name] for name in ("P3", "P4", "P5", "P6")} == {Tools.P10}
    for phase in plan.phases:
        if phase.tools is Tools.P10:
            assert all(command.tools in (Tools.P10, None) for step in phase.steps for command in step.commands)
    assert not any("target_role" in line or "ptest -X" in line for line in texts(plan)[-20:])


def test_detaching_leaves_every_domu_alone(repo: Path) -> None:
    plan = runbook_of("upgrade", cluster_of(fixture_files(repo)), TO_1_0, NO_REBOOT)
    lines = texts(plan)
    assert not any("target_role" in line or line == "reboot" or "crm_standby" in line for line in lines)
    assert lines.index("crm_attribute -t crm_config -n is-managed-default -v false") < lines.index("rcheartbeat stop")
    assert any("sort > running.before" in line for line in lines)
    assert any("EvmsSCC is found not running" in step.expect for step in steps(plan))


def test_values_of_their_own_are_set_and_given_back() -> None:
    own = '<nvpair id="web-im" name="is_managed" value="true"/>'
    cluster = replace(Paper(), domus=(Domu("web", meta=own), Domu("db", node=1))).cluster()
    plan = runbook_of("upgrade", cluster, replace(TO_1_0, to_version="pacemaker-0.6.6", method="reattach"), NO_REBOOT)
    lines = texts(plan)
    assert "crm_resource -r web --meta -p is_managed -v false" in lines
    assert "crm_resource -r web --meta -p is_managed -v true" in lines
    assert lines[-1] != "crm_resource -r web --meta -p is_managed -v false"


def test_hops_take_every_node_to_every_release(repo: Path) -> None:
    wishes = Wishes(from_version="heartbeat-2.0.1", to_version="pacemaker-0.6.6", node_ram=RAM)
    plan = runbook_of("upgrade", cluster_of(fixture_files(repo)), wishes, Parameters())
    installs = [step.title for step in steps(plan) if step.title.startswith("Install ")]
    assert installs == [
        f"Install {release} on {node}"
        for release in ("heartbeat 2.0.4", "heartbeat 2.1.3", "Pacemaker 0.6.6")
        for node in ("host2", "host1")
    ]
    assert [phase.id for phase in plan.phases][:2] == ["P0", "P1"]
    assert {"P10", "P20"} <= {phase.id for phase in plan.phases}
    assert not any("target_role" in line for line in texts(plan))
    assert next(phase for phase in plan.phases if phase.id == "P9").soak.min == 24 * 3600


def test_orders_without_score_block_the_step_from_2_0_to_2_1() -> None:
    cluster = replace(Paper(), order_score="").cluster()
    wishes = Wishes(from_version="heartbeat-2.0.7", to_version="heartbeat-2.1.3", accept=())
    plan = runbook_of("upgrade", cluster, replace(wishes, method="hops"), Parameters())
    assert plan.verdict is Readiness.BLOCKED
    reasons = " ".join(
        criterion.reason for gate in plan.gates for criterion in gate.criteria if criterion.state is Light.RED
    )
    assert "from 2.0.7 to 2.1.3" in reasons


def test_a_refused_wish_has_reasons_and_no_phases(repo: Path) -> None:
    cluster = cluster_of(fixture_files(repo))
    for method, code in (("hops", "S-ROLL-BROKEN"), ("patch", "S-ROLL-BROKEN"), ("reattach", "S-REATTACH-REBOOT")):
        plan = runbook_of("upgrade", cluster, replace(TO_1_0, method=method), Parameters())
        assert plan.verdict is Readiness.REFUSED
        assert plan.phases == ()
        assert code in {reason.code for reason in plan.reasons}


@settings(max_examples=20)
@given(st.sampled_from([2, 3, 4, 8]), st.integers(1, 40), st.integers(1, 8), st.sampled_from(["shutdown", "reattach"]))
def test_every_domu_is_stopped_once_or_not_at_all(nodes: int, count: int, wave: int, method: str) -> None:
    domus = tuple(Domu(f"d{number:02d}", node=number, delay=number) for number in range(count))
    cluster = Paper(nodes=nodes, domus=domus).cluster()
    parameters = replace(NO_REBOOT, wave=wave)
    plan = runbook_of("upgrade", cluster, replace(TO_1_0, method=method, accept=("S-REATTACH-OCFS2-CFG",)), parameters)
    stops = sum("target_role -v stopped" in line for line in texts(plan))
    assert stops == (count if method == "shutdown" else 0)
    assert sum(line == "rcheartbeat stop" for line in texts(plan)) == nodes
    assert sum(line == "rcheartbeat start" for line in texts(plan)) == nodes
    if method == "shutdown":
        started = next(phase for phase in plan.phases if phase.id == "P4")
        assert {name for load in started.state_after for name in load.domus} == {domu.name for domu in domus}


def test_the_live_upgrade_starts_no_domu_before_the_new_syntax_is_in_force(repo: Path) -> None:
    plan = runbook_of("upgrade", cluster_of(fixture_files(repo)), TO_1_0, Parameters(live_upgrade=True))
    lines = texts(plan)
    shadow = next(number for number, line in enumerate(lines) if line.startswith("crm_shadow -c upgrade06 -b"))
    upgrade = lines.index("cibadmin -u -f")
    commit = next(number for number, line in enumerate(lines) if line.startswith("crm_shadow -C upgrade06 -f"))
    starts = [number for number, line in enumerate(lines) if "-d target-role" in line]
    assert lines.index("rcheartbeat start") < shadow < upgrade < commit < min(starts)
    assert len(starts) == 15
    assert not any("maintenance-mode" in line for line in lines)
    assert [phase.id for phase in plan.phases] == [f"P{number}" for number in range(9)]
