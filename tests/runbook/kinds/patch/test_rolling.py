"""The rolling patch: the worked example of the specification, what must turn red, and what holds for every cluster."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cibtools.errors import PlanError
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.enums import CommandKind, How, Light, Readiness, StopKind, Way
from cibtools.runbook.plan.runbook import Gate, Runbook
from cibtools.runbook.plan.step import Step
from tests.runbook.lab import Domu, Paper, cluster_of, fixture_files, parts, phase, runbook_of

ORDER = (
    "test",
    "mon",
    "cups",
    "dns2",
    "dns1",
    "vpn",
    "proxy",
    "sles",
    "web",
    "oes2",
    "oes1",
    "ldap",
    "smtp",
    "mysql",
    "nfs",
)
RAM = (("host1", 14333), ("host2", 14333))
WISHES = Wishes(nodes=("host1", "host2"), domu_order=ORDER, node_ram=RAM)


def example(repo: Path) -> dict[str, str]:
    """fixtures/hasi with what chapter 12 counts: nfs with 1024 MB, and 90 s for the stop of sles."""
    files = fixture_files(repo)
    files["xen/vm/nfs.xm"] = files["xen/vm/nfs.xm"].replace("memory=512", "memory=1024")
    old = '<op id="xen-sles-op-02" name="stop" timeout="60s"'
    return {name: text.replace(old, old.replace("60s", "90s")) for name, text in files.items()}


def step(runbook: Runbook, identity: str) -> Step:
    return next(found for found in phase(runbook, identity.partition(".")[0]).steps if found.id == identity)


def gate(runbook: Runbook, identity: str) -> Gate:
    return next(found for found in runbook.gates if found.id == identity)


def red(runbook: Runbook) -> str:
    return " | ".join(
        f"{found.id}: {criterion.reason}"
        for found in runbook.gates
        for criterion in found.criteria
        if criterion.state is Light.RED
    )


# --- the worked example ----------------------------------------------------------------------------------------------


def test_the_phases_of_the_worked_example_to_the_second(repo: Path) -> None:
    runbook = runbook_of("patch", cluster_of(example(repo)), WISHES, Parameters())
    times = {found.id: (found.duration.nominal, found.duration.limit) for found in runbook.phases}
    assert times == {
        "P0": (1200, 3600), "P1": (2046, 5060), "P2": (975, 1750), "P4": (378, 1590), "P5": (10850, 20720),
        "P6": (0, 0), "P7": (1810, 4500), "P8": (60, 300), "P9": (600, 1800),
    }  # fmt: skip
    assert runbook.window.nominal == 17919
    assert [found.seconds for found in runbook.sessions] == [6021, 23228, 4270]
    assert runbook.verdict is Readiness.WARNINGS


def test_the_steps_of_the_worked_example(repo: Path) -> None:
    runbook = runbook_of("patch", cluster_of(example(repo)), WISHES, Parameters())
    first, last = step(runbook, "P1.02"), step(runbook, "P4.02")
    assert (first.duration.nominal, first.duration.limit, first.duration.hard) == (176, 260, 520)
    assert (last.duration.nominal, last.duration.limit, last.duration.hard) == (198, 390, 500)
    assert any("$(seq 1 104)" in command.text for command in first.commands)
    assert any("$(seq 1 100)" in command.text for command in last.commands)
    assert first.predicted is not None
    live = [move.rsc for move in first.predicted.moves if move.how is How.LIVE]
    assert live == ["nfs", "dns1", "proxy", "vpn", "ldap", "mysql", "oes1", "test"]
    assert "10350 of 13245 MiB" in gate(runbook, "G-EVAC(host1)").criteria[1].reason
    stop, start = step(runbook, "P2.02").duration, step(runbook, "P2.04").duration
    assert (stop.nominal, stop.limit, stop.hard) == (170, 230, 520)
    assert (start.nominal, start.limit, start.hard) == (155, 200, 460)
    table = phase(runbook, "P5").tables[0].rows
    assert table[0] == ("P5.01", "mon", "14 min", "4 min")
    assert table[-1] == ("P5.14", "nfs", "11 min", "0 s")
    assert phase(runbook, "P4").rollback_seconds == 2775


def test_the_fixture_as_it_is_differs_by_what_the_guide_prints(repo: Path) -> None:
    runbook = runbook_of("patch", cluster_of(fixture_files(repo)), WISHES, Parameters())
    # nfs has 512 MB, so that less is needed; the last to move is oes1 or test all the same. A stop of sles times out
    # 30 s earlier.
    assert step(runbook, "P1.02").duration.nominal == 176
    assert "9834 of 13245 MiB" in gate(runbook, "G-EVAC(host1)").criteria[1].reason
    assert phase(runbook, "P5").duration.limit == 20720 - 30


def test_every_snippet_of_the_example_passes_bash_and_shellcheck(repo: Path, complaints: Callable[[str], str]) -> None:
    runbook = runbook_of("patch", cluster_of(example(repo)), WISHES, Parameters())
    lines = [
        command.text
        for found in runbook.phases
        for one in found.steps
        for command in (*one.commands, *one.rollback.commands)
    ]
    assert complaints("#!/bin/bash\n" + "\n".join(dict.fromkeys(lines)) + "\n") == ""


# --- what must turn red ----------------------------------------------------------------------------------------------


def changed(repo: Path, old: str, new: str) -> dict[str, str]:
    files = example(repo)
    found = {name: text.replace(old, new) for name, text in files.items()}
    assert found != files
    return found


def test_without_stickiness_half_of_the_domus_return_at_once(repo: Path) -> None:
    files = changed(repo, 'name="default-resource-stickiness" value="INFINITY"',
                    'name="default-resource-stickiness" value="0"')  # fmt: skip
    runbook = runbook_of("patch", cluster_of(files), WISHES, Parameters())
    assert runbook.verdict is Readiness.BLOCKED
    assert "domUs move back at once when host1 becomes active" in red(runbook)
    accepted = runbook_of("patch", cluster_of(files), replace(WISHES, accept=("S-STICKINESS",)), Parameters())
    assert accepted.verdict is Readiness.WARNINGS


def test_one_mandatory_order_restarts_all_domus(repo: Path) -> None:
    files = changed(repo, '<rsc_order id="configpool_depends_evms" from="configpool" to="evms" score="0"/>',
                    '<rsc_order id="configpool_depends_evms" from="configpool" to="evms"/>')  # fmt: skip
    runbook = runbook_of("patch", cluster_of(files), WISHES, Parameters())
    assert runbook.verdict is Readiness.BLOCKED
    assert all(name in red(runbook) for name in ORDER)
    assert {found.rule for found in step(runbook, "P1.08").warnings} >= {"S-ORDER-RESTART"}


def test_without_pingd_the_last_node_must_not_be_emptied(repo: Path) -> None:
    files = changed(repo, '<clone id="pingd" globally_unique="false">', '<clone id="pingd" target_role="stopped">')
    runbook = runbook_of("patch", cluster_of(files), WISHES, Parameters())
    assert gate(runbook, "G-EVAC(host2)").state is Light.RED
    assert "pingd on host1, since pingd-child is stopped" in red(runbook)


def test_short_memory_is_refused_and_names_what_to_stop(repo: Path) -> None:
    wishes = replace(WISHES, node_ram=(("host1", 9000), ("host2", 14333)))
    refused = runbook_of("patch", cluster_of(example(repo)), wishes, Parameters())
    assert refused.verdict is Readiness.REFUSED
    assert "S-RAM" in {reason.code for reason in refused.reasons}
    assert refused.hints[0].startswith('stop-list = ["test", "mon", "cups"')
    accepted = runbook_of("patch", cluster_of(example(repo)), replace(wishes, accept=("S-RAM",)), Parameters())
    criterion = next(one for one in gate(accepted, "G-EVAC(host2)").criteria if one.check == "P-10")
    assert criterion.state is Light.AMBER
    assert "stop test, mon, cups" in criterion.reason
    assert accepted.verdict is Readiness.WARNINGS


def test_what_the_hint_says_is_enough(repo: Path) -> None:
    wishes = replace(WISHES, node_ram=(("host1", 9000), ("host2", 14333)))
    refused = runbook_of("patch", cluster_of(example(repo)), wishes, Parameters())
    names = tuple(re.findall(r'"(\w+)"', refused.hints[0]))
    stopping = runbook_of("patch", cluster_of(example(repo)), wishes, Parameters(stop_list=names))
    assert stopping.verdict is Readiness.WARNINGS
    stopped = [one.title for one in phase(stopping, "P1").steps if one.title.startswith("Stop ")]
    started = [one.title for one in phase(stopping, "P8").steps if one.title.startswith("Start ")]
    assert stopped[: len(names)] == [f"Stop {name} through the cluster" for name in names]
    assert started == [f"Start {name}" for name in names]
    fewer = runbook_of("patch", cluster_of(example(repo)), wishes, Parameters(stop_list=names[:-1]))
    assert fewer.verdict is Readiness.REFUSED


def test_an_agent_that_resizes_makes_every_sum_amber() -> None:
    pair = '<nvpair id="web-mm" name="allow_mem_management" value="true"/>'
    files = Paper().files()
    old = '<nvpair id="web-x"'
    files["cib.xml"] = files["cib.xml"].replace(old, pair + old)
    runbook = runbook_of("patch", cluster_of(files), Wishes(node_ram=RAM), Parameters())
    checks = [one for found in runbook.gates for one in found.criteria if one.check == "P-10"]
    assert checks
    assert all(one.state is Light.AMBER and "memory of web by itself" in one.reason for one in checks)


def test_accepted_fencing_is_amber_and_in_nobodys_way() -> None:
    cluster = Paper(fencing=False).cluster()
    runbook = runbook_of("patch", cluster, Wishes(node_ram=RAM, accept=("S-FENCE",)), Parameters())
    assert runbook.verdict is Readiness.WARNINGS
    assert next(one for one in gate(runbook, "G-START").criteria if one.check == "P-12").state is Light.AMBER


def test_a_slow_link_is_red(repo: Path) -> None:
    runbook = runbook_of("patch", cluster_of(example(repo)), WISHES, Parameters(link=10))
    assert runbook.verdict is Readiness.BLOCKED
    assert "oes1 takes 9 min and has 90 s" in red(runbook)
    assert "with 62 MB/s they would" in red(runbook)


def test_three_nodes_have_a_phase_between_and_split_the_domus() -> None:
    domus = tuple(Domu(f"d{number:02d}", node=number % 3) for number in range(15))
    ram = tuple((f"host{number}", 8000) for number in (1, 2, 3))
    wishes = Wishes(nodes=("host1", "host2", "host3"), node_ram=ram)
    cluster = Paper(nodes=3, domus=domus, fencing=False).cluster()
    runbook = runbook_of("patch", cluster, replace(wishes, accept=("S-FENCE",)))
    assert [found.id for found in runbook.phases] == ["P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8", "P9"]
    predicted = step(runbook, "P1.02").predicted
    assert predicted is not None
    targets = [move.to_node for move in predicted.moves if move.how is How.LIVE]
    assert sorted([targets.count("host2"), targets.count("host3")]) == [2, 3]


def test_the_same_inputs_give_the_same_plan(repo: Path) -> None:
    one, other = (runbook_of("patch", cluster_of(fixture_files(repo)), WISHES, Parameters()) for _ in range(2))
    assert repr(one) == repr(other)
    assert (
        one.change_id
        == other.change_id
        != runbook_of("patch", cluster_of(fixture_files(repo)), Wishes(), Parameters()).change_id
    )


def test_a_name_that_nothing_bears_is_an_error() -> None:
    with pytest.raises(PlanError, match='--domu-order names "wbe"'):
        runbook_of("patch", Paper().cluster(), Wishes(domu_order=("wbe",)), Parameters())
    with pytest.raises(PlanError, match="every node once"):
        runbook_of("patch", Paper().cluster(), Wishes(nodes=("host1",)), Parameters())


def test_without_nodes_there_is_no_plan() -> None:
    with pytest.raises(PlanError, match="which nodes"):
        runbook_of("patch", cluster_of({"r.xml": "<resources/>"}), Wishes(), Parameters())


# --- what holds for every cluster ------------------------------------------------------------------------------------

_Row = tuple[int | None, int, int, bool, int]
_MEMORY = st.one_of(st.none(), st.integers(64, 4096))
_DOMUS = st.lists(
    st.tuples(_MEMORY, st.integers(0, 7), st.integers(0, 150), st.booleans(), st.integers(0, 3)),
    min_size=1,
    max_size=40,
)


@pytest.mark.slow
@settings(max_examples=30)
@given(
    st.sampled_from([2, 3, 4, 8]),
    _DOMUS,
    st.sampled_from(["INFINITY", "100", "0"]),
    st.one_of(st.none(), st.integers(4096, 65536)),
    st.booleans(),
    st.booleans(),
)
def test_every_plan_is_safe(
    nodes: int,
    rows: list[_Row],
    sticky: str,
    ram: int | None,
    status: bool,
    orders: bool,
) -> None:
    domus = tuple(
        Domu(f"d{number:02d}", memory, node, delay, live, priority)
        for number, (memory, node, delay, live, priority) in enumerate(rows)
    )
    paper = Paper(nodes, domus, 'score="0"' if orders else "", sticky, status=status)
    given_ram = () if ram is None else tuple((name, ram) for name in paper.names)
    wishes = Wishes(node_ram=given_ram, accept=("S-RAM", "S-STICKINESS", "S-ORDER-RESTART"))
    cluster = paper.cluster()
    runbook = runbook_of("patch", cluster, wishes, Parameters())
    assert "s3cr3t" not in repr(runbook)
    _at_most_one_node_down(runbook)
    _nothing_is_patched_before_it_is_empty(runbook)
    _every_change_has_a_way_back_or_a_gate(runbook)
    _unknown_is_never_green(runbook, ram, rows, status)
    _memory_is_respected_or_said(runbook, ram, rows, status)
    if status and runbook.verdict is not Readiness.BLOCKED:
        for found in runbook.phases:
            # Of several patched nodes any may take a domU that is restarted: from then on nothing is foretold.
            if nodes > 2 and found.id >= "P5":
                assert found.state_after == (), found.id
                continue
            placed = {name for load in found.state_after for name in load.domus}
            assert placed == {domu.name for domu in domus}, found.id


def _typed(step: Step) -> list[tuple[str, str]]:
    """The place and text of each command, those that a block joins one by one."""
    return [(command.run_on, text) for command in step.commands for text in parts(command.text)]


def _at_most_one_node_down(runbook: Runbook) -> None:
    down: set[str] = set()
    for found in runbook.phases:
        for one in found.steps:
            for place, text in _typed(one):
                if text in ("rcheartbeat stop", "reboot"):
                    down.add(place)
                elif text.startswith("crm_standby -D"):
                    down.discard(text.rsplit(" ", 1)[1])
            assert len(down) <= 1


def _nothing_is_patched_before_it_is_empty(runbook: Runbook) -> None:
    standby: set[str] = set()
    seen_empty: set[str] = set()
    for found in runbook.phases:
        for one in found.steps:
            for place, text in _typed(one):
                if text.startswith("crm_standby -U"):
                    standby.add(text.split()[2])
                elif text.startswith("crm_standby -D"):
                    standby.discard(text.rsplit(" ", 1)[1])
                    seen_empty.discard(text.rsplit(" ", 1)[1])
                elif text == "xm list" and place in standby:
                    seen_empty.add(place)
                elif text == "yast2 online_update":
                    assert place in standby
                    assert place in seen_empty


def _every_change_has_a_way_back_or_a_gate(runbook: Runbook) -> None:
    for found in runbook.phases:
        for one in found.steps:
            if any(command.kind in (CommandKind.CHANGE, CommandKind.DESTRUCTIVE) for command in one.commands):
                assert one.rollback.way is Way.POSSIBLE or one.decision.kind is not StopKind.NONE, one.title
                assert one.rollback.text, one.title


def _unknown_is_never_green(runbook: Runbook, ram: int | None, rows: list[_Row], status: bool) -> None:
    unknown_memory = ram is None or any(row[0] is None for row in rows)
    for found in runbook.gates:
        for criterion in found.criteria:
            if criterion.check == "P-10" and (unknown_memory or (found.id != "G-START" and not status)):
                assert criterion.state is not Light.GREEN, criterion
            if criterion.check in ("P-01", "P-05", "P-06", "P-08", "P-13") and not status:
                assert criterion.state is not Light.GREEN, criterion


def _memory_is_respected_or_said(runbook: Runbook, ram: int | None, rows: list[_Row], status: bool) -> None:
    if ram is None or not status or any(row[0] is None for row in rows):
        return
    needs = {f"d{number:02d}": (row[0] or 0) * 1.008 + 1 for number, row in enumerate(rows)}
    said = any(
        criterion.check == "P-10" and criterion.state is not Light.GREEN
        for found in runbook.gates
        for criterion in found.criteria
    )
    fits = all(
        sum(needs[name] for name in load.domus) <= ram - 1024 - 64
        for found in runbook.phases
        for load in found.state_after
    )
    assert fits or said


def test_without_stickiness_the_pin_of_the_canary_stays_until_the_old_node_is_empty(repo: Path) -> None:
    files = changed(repo, 'name="default-resource-stickiness" value="INFINITY"',
                    'name="default-resource-stickiness" value="0"')  # fmt: skip
    runbook = runbook_of("patch", cluster_of(files), replace(WISHES, accept=("S-STICKINESS",)), Parameters())
    unpin = "crm_resource -U -r test"
    where = [found.id for found in runbook.phases for one in found.steps for two in one.commands if two.text == unpin]
    assert where == ["P4"]


def test_the_way_back_of_the_canary_is_written_down(repo: Path) -> None:
    runbook = runbook_of("patch", cluster_of(example(repo)), WISHES, Parameters())
    decision = phase(runbook, "P2").steps[-1]
    lines = "\n".join(command.text for command in decision.rollback.commands).splitlines()
    assert "crm_resource -M -r test -H host2 &&" in lines
    assert lines[-1] == "crm_resource -U -r test"
    assert "S-XEN-DOWN" in {caution.rule for caution in decision.warnings}


def test_domus_that_the_list_leaves_out_are_reported(repo: Path) -> None:
    runbook = runbook_of("patch", cluster_of(example(repo)), replace(WISHES, domu_order=("nfs", "mon")), Parameters())
    reasons = " ".join(criterion.reason for criterion in gate(runbook, "G-START").criteria)
    assert "not in the list you gave, and taken for more important: dns1, dns2, test" in reasons


def test_a_cluster_on_openais_gets_the_commands_of_its_stack(repo: Path) -> None:
    runbook = runbook_of("patch", cluster_of(fixture_files(repo, "pacemaker-1.0")), Wishes(), Parameters())
    lines = "\n".join(command.text for found in runbook.phases for one in found.steps for command in one.commands)
    assert "rcopenais stop" in lines
    assert "/var/log/messages" in lines
    assert "heartbeat" not in lines
    assert "target_role" not in lines
    assert "zypper patch" in lines


def test_what_the_example_says_besides(repo: Path) -> None:
    runbook = runbook_of("patch", cluster_of(example(repo)), WISHES, Parameters())
    warned = {one.rule: one.text for one in step(runbook, "P4.02").warnings}
    assert "62 MB/s" in warned["MIGRATION-LINK"]
    assert "MIGRATION-LINK" not in {one.rule for one in step(runbook, "P1.02").warnings}
    facts = {fact.name: fact.value for fact in runbook.facts.stated}
    assert facts["cold start of all domUs on one node"] == "155"
    assert facts["first domU runs again after the death of host1"] == "75"
    assert facts["last domU runs again after the death of host1"] == "215"
    reasons = {reason.code: reason.text for reason in runbook.reasons}
    assert reasons["not SHUTDOWN"] == "not needed: all 15 domUs can migrate live and fit on the nodes that are left"
    assert "S-REATTACH-REBOOT" in reasons
    assert "README.md" not in {file.path for file in runbook.inputs}
