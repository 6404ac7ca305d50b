from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.cli.planning.simulator import Simulator, find_simulator

CIB = b"""<cib validate-with="pacemaker-1.0" admin_epoch="0" epoch="1" num_updates="1" have-quorum="true">
<configuration><crm_config><cluster_property_set id="o">
<nvpair id="s" name="stonith-enabled" value="false"/></cluster_property_set>
</crm_config><nodes><node id="n1" uname="n1" type="normal"/></nodes><resources>
<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints/></configuration><status>
<node_state id="n1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="n1">
<lrm_resources/></lrm></node_state></status></cib>"""


def _script(directory: Path, text: str) -> str:
    program = directory / "crm_simulate"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.pacemaker
def test_the_scheduler_plans_a_start(simulator: Simulator) -> None:
    found = simulator.run(CIB)
    assert found.accepted
    assert b'operation_key="a_start_0"' in found.graph
    assert b"lrm_rsc_op" in found.after


@pytest.mark.pacemaker
def test_arguments_reach_the_scheduler(simulator: Simulator) -> None:
    assert b"a_start_0" not in simulator.run(CIB, "--node-down=n1").graph


@pytest.mark.pacemaker
def test_a_rejected_cib_is_not_an_empty_plan(simulator: Simulator) -> None:
    found = simulator.run(CIB.replace(b'id="a"', b'id="1:a"'))
    assert not found.accepted
    assert not found.planned
    assert "1:a" in found.complaint


CONTRADICTION = b"""<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-1.0" have-quorum="1">
<configuration>
<crm_config><cluster_property_set id="s"><nvpair id="n" name="stonith-enabled" value="false"/></cluster_property_set>
</crm_config><nodes><node id="n2" uname="n2" type="normal"/></nodes><resources>
<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>
<primitive id="d" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints>
<rsc_order id="o" first="d" then="a" first-action="stop" then-action="stop" score="INFINITY"/>
<rsc_order id="p" first="d" then="a" score="INFINITY"/></constraints></configuration>
<status><node_state id="n1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"/>
<node_state id="n2" uname="n2" in_ccm="true" crmd="online" join="member" expected="member"/></status></cib>"""


@pytest.mark.pacemaker
def test_orders_that_contradict_each_other_give_a_plan_all_the_same(simulator: Simulator) -> None:
    found = simulator.run(CONTRADICTION)
    assert (found.accepted, found.planned) == (False, True)
    assert b'operation_key="d_start_0"' in found.graph
    assert "DEBUG" not in found.complaint


@pytest.mark.pacemaker
def test_the_version_is_told(simulator: Simulator) -> None:
    assert simulator.version().startswith("Pacemaker ")


def test_an_exit_without_a_plan_is_told(tmp_path: Path) -> None:
    found = Simulator(_script(tmp_path, "echo broken >&2; exit 3")).run(CIB)
    assert (found.accepted, found.status, found.complaint) == (False, 3, "broken")


def test_the_tool_is_found_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = _script(tmp_path, "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    found = find_simulator()
    assert found is not None
    assert found.program == program
