"""What a test plan types: nothing that harms is pasted without a look, and nothing trusts where a domU was."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.kinds.acceptance.case import if_empty
from cibtools.runbook.plan.enums import CommandKind, Light, Readiness
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.plan.step import Command
from tests.runbook.lab import cluster_of, fixture_files, parts, runbook_of


def plan(repo: Path, name: str, kind: str = "acceptance") -> Runbook:
    return runbook_of(kind, cluster_of(fixture_files(repo, name)), Wishes(), Parameters())


def lines(runbook: Runbook, title: str = "") -> list[str]:
    steps = [step for phase in runbook.phases for step in phase.steps if step.title.startswith(title)]
    commands = [one for step in steps for one in (*step.commands, *step.rollback.commands)]
    return [part for one in commands for part in parts(one.text)]


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        ("Name ID\nDomain-0 0", "gone"),
        ("Name ID\nDomain-0 0\nweb 5", "stop here"),
        # What cannot be asked is not empty.
        ("", "stop here"),
    ],
)
def test_a_node_that_is_not_empty_is_left_alone(tmp_path: Path, listed: str, says: str) -> None:
    (tmp_path / "listed").write_text(f"{listed}\n" if listed else "")
    (tmp_path / "xm").write_text(f"#!/bin/sh\ncat {tmp_path}/listed\n")
    (tmp_path / "xm").chmod(0o755)
    text = if_empty(Command(run_on="host1", kind=CommandKind.CHANGE, text="echo gone")).text
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, env=environment, timeout=30)
    assert says in done.stdout
    assert ("gone" in done.stdout) is (says == "gone")


@pytest.mark.parametrize("name", ["hasi", "pacemaker-1.0"])
def test_no_reboot_is_pasted_unguarded(repo: Path, name: str) -> None:
    found = [text for text in lines(plan(repo, name)) if "reboot" in text]
    assert len(found) == 2
    assert all('"$(xm list | wc -l)" -eq 2' in text for text in found)


def test_each_cluster_is_stopped_by_its_own_stack(repo: Path) -> None:
    old, new = "\n".join(lines(plan(repo, "hasi"))), "\n".join(lines(plan(repo, "pacemaker-1.0")))
    assert "rcheartbeat stop" in old
    assert "rcopenais" not in old
    assert "rcopenais stop" in new
    assert "rcheartbeat" not in new


def test_a_domu_is_looked_for_before_it_is_killed_or_moved(repo: Path) -> None:
    runbook = plan(repo, "hasi")
    killed, moved = lines(runbook, "T-07"), lines(runbook, "T-15")
    assert killed.index("crm_resource -W -r dns1") < killed.index("xm destroy dns1")
    for node in ("host1", "host2"):
        assert f"crm_resource -C -r dns1 -H {node}\ncrm_failcount -D -U {node} -r dns1" in killed
        assert f"crm_standby -U {node} -v on" not in moved
    assert 'crm_standby -U "${NODE:?the node it runs on}" -v on' in moved
    assert not any(phase.state_after for phase in runbook.phases if phase.id in ("P2", "P3", "P4"))


def test_a_device_that_asks_its_medium_is_tested_too(repo: Path) -> None:
    runbook = plan(repo, "pacemaker-1.0")
    resets = [text for text in lines(runbook, "T-03") if "-T reset" in text]
    assert [text.split()[-1] for text in resets] == ["birch", "alder"]
    assert all(text.startswith("stonith -t external/sbd sbd_device=") for text in resets)
    assert lines(runbook, "T-04")
    assert lines(runbook, "T-10")


@pytest.mark.parametrize("name", ["hasi", "pacemaker-1.0"])
def test_the_gateway_is_known_from_ha_cf_or_the_pinging_resource(repo: Path, name: str) -> None:
    for test in ("T-08", "T-17"):
        found = lines(plan(repo, name), test)
        assert "iptables -I INPUT -p icmp -s 192.168.1.254 -j DROP" in found
        assert "iptables -D INPUT -p icmp -s 192.168.1.254 -j DROP" in found
        assert found[-1] == "iptables -D INPUT -p icmp -s 192.168.1.254 -j DROP || echo 'it is gone already'"


@pytest.mark.parametrize("kind", ["acceptance", "backup", "restore", "add-domu"])
def test_every_snippet_for_pacemaker_passes_bash_and_shellcheck(
    repo: Path, kind: str, complaints: Callable[[str], str]
) -> None:
    found = lines(plan(repo, "pacemaker-1.0", kind))
    assert len(found) > 10
    assert complaints("#!/bin/bash\n" + "\n".join(dict.fromkeys(found)) + "\n") == ""


def test_a_node_is_emptied_only_if_the_others_have_the_memory(repo: Path) -> None:
    cluster = cluster_of(fixture_files(repo))
    scarce = Wishes(node_ram=(("host1", 14333), ("host2", 9000)))
    runbook = runbook_of("acceptance", cluster, scarce, Parameters())
    gate = next(found for found in runbook.gates if found.id == "G-EVAC(host1)")
    memory = next(found for found in gate.criteria if found.check == "P-10")
    assert memory.state is Light.RED
    assert runbook.verdict is Readiness.BLOCKED
    asked = [step.decision.gate for phase in runbook.phases for step in phase.steps if step.title.startswith("T-05")]
    assert asked == ["G-EVAC(host2)", "G-EVAC(host1)"]
    assert len({found.id for found in runbook.gates}) == len(runbook.gates)


def test_the_second_node_has_all_domus_to_give_away(repo: Path) -> None:
    runbook = plan(repo, "hasi")
    first, second = (step for phase in runbook.phases for step in phase.steps if step.title.startswith("T-05"))
    # 7 domUs of host2, then all 15 of host1; from the files alone host1 has 8, which are done sooner than the 7.
    assert first.duration.nominal < second.duration.nominal
    assert runbook.phases[0].state_after
    assert [load.domus[0] for load in runbook.phases[0].state_after] == ["nfs", "sles"]


def test_no_test_writes_over_what_was_saved_at_the_start(repo: Path) -> None:
    runbook = plan(repo, "hasi")
    saved = {"placement.before", "cib.full.xml", "DIGEST", "MD5SUMS"}
    for phase in runbook.phases[1:]:
        for text in (command.text for step in phase.steps for command in step.commands):
            written = {part.split()[0] for part in text.split("> ")[1:] if part.split()}
            assert not saved & written, text
