"""A restore saves first, holds the cluster, and lets nothing go before somebody has looked."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from cibtools.runbook.facts.parameters import Wishes
from cibtools.runbook.plan.enums import StopKind
from tests.runbook.lab import cluster_of, fixture_files, phase, planned, steps, text_of, titled


def test_a_restore_saves_first_and_has_a_phase_for_every_case(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), "restore")
    assert [found.id for found in runbook.phases] == ["P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7"]
    first = next(step for step in steps(runbook) if step.changes)
    saved = titled(runbook, "Save the CIB")
    assert saved.id < first.id
    assert [row[0] for row in phase(runbook, "P1").tables[0].rows] == ["P2", "P3", "P4", "P5", "P6"]
    belongs = dict(phase(runbook, "P2").tables[0].rows)
    assert belongs["nfs"] == "nfs_depends_configpool, nfs:connected"


def test_nothing_is_let_go_before_somebody_has_looked(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), "restore")
    for identity in ("P2", "P3", "P4"):
        held, freed = phase(runbook, identity).steps[-2:]
        assert "is-managed-default -v false" in "\n".join(command.text for command in held.commands)
        assert not any("is-managed-default -v true" in command.text for command in held.commands)
        assert freed.decision.kind is StopKind.GO
        # With the hold on, ptest -L plans nothing whatever was restored.
        look = [command.text for command in freed.commands]
        assert "ptest -L -VV" not in look
        assert look.index("ptest -X cib.released.xml -VV") < look.index("# go on only if what it plans is wanted")


@pytest.mark.skipif(not shutil.which("crm_simulate"), reason="crm_simulate is not installed")
def test_what_the_end_of_the_hold_brings_is_seen_before_it_ends(repo: Path, tmp_path: Path) -> None:
    """With the hold on the real scheduler plans nothing, whatever was restored; the copy without it tells."""
    files = fixture_files(repo, "pacemaker-1.0")
    text = files["cib.xml"]
    at = text.index(">", text.index("<cluster_property_set id=")) + 1
    held = text[:at] + '<nvpair id="mm" name="maintenance-mode" value="true"/>' + text[at:]
    role = '<meta_attributes id="web-meta_attributes">'
    held = held.replace(role, f'{role}<nvpair id="web-role" name="target-role" value="Stopped"/>')
    (tmp_path / "live.xml").write_text(held)
    (tmp_path / "cibadmin").write_text("#!/bin/sh\ncat live.xml\n")
    (tmp_path / "cibadmin").chmod(0o755)
    line = phase(planned(cluster_of(files), "restore", Wishes()), "P4").steps[-1].commands[0].text
    subprocess.run(["bash", "-c", f'PATH="$PWD:$PATH"\n{line}'], cwd=tmp_path, timeout=30, capture_output=True)

    def planned_for(name: str) -> str:
        command = ["crm_simulate", "-S", "-x", str(tmp_path / name)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    stop = re.compile(r"Stop\s+web\b")
    assert not stop.search(planned_for("cib.held.xml"))
    assert stop.search(planned_for("cib.released.xml"))


def test_a_restore_never_puts_nodes_or_status_back(repo: Path) -> None:
    text = text_of(planned(cluster_of(fixture_files(repo)), "restore"))
    assert "-o nodes" not in text
    assert "-o status" not in text


@pytest.mark.skipif(not shutil.which("cibadmin"), reason="cibadmin is not installed")
@pytest.mark.parametrize("explicit", [True, False])
def test_the_copy_counts_as_newer_and_holds_everything(repo: Path, tmp_path: Path, explicit: bool) -> None:
    """The shell of the plan, on a file as cibadmin prints it, with the real tools where they can."""
    files = fixture_files(repo, "pacemaker-1.0")
    if explicit:
        mark = "<cluster_property_set id="
        found = files["cib.xml"]
        at = found.index(">", found.index(mark)) + 1
        files["cib.xml"] = found[:at] + '<nvpair id="mm" name="maintenance-mode" value="false"/>' + found[at:]
    runbook = planned(cluster_of(files), "restore", Wishes())
    line = titled(runbook, "Make a copy that counts as newer").commands[0].text
    live = '<cib admin_epoch="7" epoch="12" num_updates="3" validate-with="pacemaker-1.0"/>'
    (tmp_path / "cibadmin").write_text(f"#!/bin/sh\necho '{live}'\n")
    (tmp_path / "cibadmin").chmod(0o755)
    (tmp_path / "cib.full.xml").write_text(files["cib.xml"])
    subprocess.run(["bash", "-e", "-c", f'PATH="$PWD:$PATH"\n{line}'], cwd=tmp_path, check=True, timeout=30)
    newer = (tmp_path / "cib.newer.xml").read_text()
    head = newer[newer.index("<cib ") :].partition(">")[0]
    assert 'admin_epoch="8"' in head
    assert re.search(r' epoch="0"', head)
    assert 'num_updates="0"' in head
    assert newer.count('name="maintenance-mode"') == 1
    assert 'name="maintenance-mode" value="true"' in newer
    assert "<node_state" not in newer
    checked = subprocess.run(["xmllint", "--noout", str(tmp_path / "cib.newer.xml")], capture_output=True, timeout=30)
    assert checked.returncode == 0, checked.stderr


def test_sections_of_pacemaker_leave_no_dangling_name(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo, "pacemaker-1.0")), "restore", Wishes())
    text = "\n".join(command.text for command in titled(runbook, "Put the sections back").commands)
    none, resources, constraints = (text.index(f"-x {name}.xml") for name in ("none", "resources", "constraints"))
    assert none < resources < constraints
    assert "maintenance-mode -v true" in text
