"""A plan carried out with Pacemaker's own tools on a CIB in a file: every change works, and nothing of it is left."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.enums import CommandKind
from tests.runbook.lab import cluster_of, fixture_files, runbook_of

_TOOLS = ("crm_standby ", "crm_resource ", "crm_attribute ")


def configuration(file: Path) -> str:
    """The configuration as text, without the sets that stand empty after their last option was removed."""
    found = etree.parse(str(file)).getroot().find("configuration")
    assert found is not None
    for empty in [one for one in found.iter("instance_attributes", "meta_attributes") if len(one) == 0]:
        parent = empty.getparent()
        assert parent is not None
        parent.remove(empty)
    return etree.tostring(found, method="c14n").decode().replace(" ", "").replace("\n", "")


@pytest.mark.slow
@pytest.mark.pacemaker
def test_the_changes_of_a_patch_leave_nothing_behind(
    repo: Path, tmp_path: Path, pacemaker: Callable[[str], str]
) -> None:
    pacemaker("crm_resource")
    live = tmp_path / "live.xml"
    live.write_bytes((repo / "fixtures/pacemaker-1.0/cib.xml").read_bytes())
    environment = {**os.environ, "CIB_file": str(live), "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin"}

    def run(text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", text], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60, check=False
        )

    # The tools of today write what the schema of 1.0 does not have yet.
    assert run("cibadmin -u -f").returncode == 0
    before = configuration(live)
    # birch is emptied first, which nobody does in a file: the canary must not run where it is to be pinned to.
    plan = runbook_of(
        "patch", cluster_of(fixture_files(repo, "pacemaker-1.0")), Wishes(nodes=("birch", "alder")), Parameters()
    )
    # What follows a wait on the same host is joined to it by &&; nobody waits for a file.
    changes = [
        line.removesuffix(" &&")
        for phase in plan.phases
        if phase.id != "P8"
        for step in phase.steps
        for command in step.commands
        if command.kind is CommandKind.CHANGE
        for line in command.text.splitlines()
        if line.startswith(_TOOLS) and " -W " not in line
    ]
    changes += [f"crm_standby -D -U {node}" for node in ("alder",)]
    assert len(changes) >= 11
    seen = set()
    for text in changes:
        done = run(text)
        assert done.returncode == 0, f"{text}: {done.stderr[-300:]}"
        seen.add(configuration(live))
    assert len(seen) > 5, "the commands change nothing"
    assert configuration(live) == before
