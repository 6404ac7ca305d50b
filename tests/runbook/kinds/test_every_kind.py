"""What holds for every plan of every kind."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from cibtools.cluster.model.cluster import Cluster
from cibtools.report.runbook.formats import html as runbook_html
from cibtools.report.runbook.formats import json as runbook_json
from cibtools.report.runbook.formats import md as runbook_markdown
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.enums import CommandKind, Light, Readiness, StopKind, Way
from cibtools.runbook.plan.runbook import Runbook
from tests.runbook.lab import GUIDES_RAM, Domu, Paper, cluster_of, fixture_files, runbook_of, steps

PLAIN = ("backup", "restore", "acceptance", "add-domu")


def every_kind(cluster: Cluster, wishes: Wishes) -> list[Runbook]:
    soft = replace(wishes, accept=("S-RAM", "S-STICKINESS", "S-ORDER-RESTART", "S-FENCE", "S-REATTACH-OCFS2-CFG"))
    no_reboot = Parameters(needs_reboot=False, given=frozenset({"needs_reboot"}))
    to_new = replace(soft, from_version="heartbeat-2.1.4", to_version="pacemaker-1.0")
    hops = replace(soft, from_version="heartbeat-2.0.8", to_version="pacemaker-0.6.6")
    return [
        runbook_of("patch", cluster, soft, Parameters()),
        runbook_of("upgrade", cluster, replace(to_new, method="shutdown"), Parameters()),
        runbook_of("upgrade", cluster, replace(to_new, method="reattach"), no_reboot),
        runbook_of("upgrade", cluster, replace(hops, method="hops"), Parameters()),
        runbook_of("convert", cluster, soft, Parameters()),
        runbook_of("convert", cluster, replace(soft, method="swing"), Parameters()),
        *(runbook_of(kind, cluster, soft, Parameters()) for kind in PLAIN),
    ]


def check_rules(runbook: Runbook) -> None:
    """Chapter 10: every change has a way back with its proof, or is asked about; nothing is left without words."""
    gates = {gate.id for gate in runbook.gates}
    for found in runbook.phases:
        assert {*found.entry_gates, *found.exit_gates} <= gates, found.id
        assert not found.rollback_to or found.rollback_to in {one.id for one in runbook.phases}
        for number, step in enumerate(found.steps, 1):
            assert step.id == f"{found.id}.{number:02d}"
            assert 0 < len(step.title) <= 72
            assert step.where
            assert not step.decision.gate or step.decision.gate in gates, step.title
            assert step.duration.nominal <= step.duration.limit <= step.duration.hard, step.title
            for command in (*step.commands, *step.rollback.commands):
                # The working directory is known on the nodes only.
                assert command.run_on != "admin host" or "$BK" not in command.text, step.title
            changing = any(one.kind in (CommandKind.CHANGE, CommandKind.DESTRUCTIVE) for one in step.commands)
            if changing:
                assert step.rollback.way is not Way.NOT_NEEDED, (runbook.kind, step.title)
                assert step.rollback.text, (runbook.kind, step.title)
            if step.rollback.way is Way.IMPOSSIBLE:
                assert step.decision.kind is StopKind.GO, (runbook.kind, step.title)
            if any(one.kind is CommandKind.DESTRUCTIVE for one in step.commands):
                assert step.decision.kind is not StopKind.NONE, (runbook.kind, step.title)


@pytest.mark.slow
@settings(max_examples=15)
@given(
    st.sampled_from([2, 3, 4]),
    st.lists(st.tuples(st.one_of(st.none(), st.integers(64, 2048)), st.integers(0, 3), st.integers(0, 60)),
             min_size=1, max_size=8),
    st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_every_kind_keeps_the_rules(
    nodes: int, rows: list[tuple[int | None, int, int]], status: bool, fencing: bool
) -> None:
    domus = tuple(Domu(f"d{number}", memory, node, delay) for number, (memory, node, delay) in enumerate(rows))
    paper = Paper(nodes, domus, status=status, fencing=fencing)
    cluster = paper.cluster()
    seen = set()
    for runbook in every_kind(cluster, Wishes(node_ram=tuple((name, 65536) for name in paper.names))):
        check_rules(runbook)
        assert "s3cr3t" not in repr(runbook)
        seen.add(runbook.kind)
        for gate in runbook.gates:
            for criterion in gate.criteria:
                if criterion.live:
                    assert criterion.state is not Light.GREEN, criterion
    assert len(seen) == 9


@pytest.mark.slow
def test_every_kind_of_the_guides_cluster_has_a_plan(repo: Path, complaints: Callable[[str], str]) -> None:
    cluster = cluster_of(fixture_files(repo))
    schema = Draft202012Validator(json.loads((repo / "schemas" / "runbook.schema.json").read_text()))
    secrets = secrets_of(repo)
    snippets: dict[str, None] = {}
    for runbook in every_kind(cluster, GUIDES_RAM):
        assert runbook.phases, runbook.kind
        assert runbook.verdict in (Readiness.READY, Readiness.WARNINGS), runbook.reasons
        check_rules(runbook)
        data = runbook_json.render(runbook)
        schema.validate(json.loads(data))
        for text in (data, runbook_markdown.render(runbook), runbook_html.render(runbook)):
            assert not [secret for secret in secrets if secret in text], runbook.kind
        for step in steps(runbook):
            snippets.update((one.text, None) for one in (*step.commands, *step.rollback.commands))
            snippets.update((check.command, None) for check in step.verify if check.command)
    assert complaints("#!/bin/bash\n" + "\n".join(snippets) + "\n") == ""


def secrets_of(repo: Path) -> list[str]:
    """Every password and key that the fixture holds, read without our own parsers."""
    found = []
    for name, text in fixture_files(repo).items():
        found += re.findall(r'name="[^"]*passw[^"]*" value="([^"]+)"', text)
        if name.endswith("authkeys"):
            found += re.findall(r"^\d+ (?:md5|sha1) (\S+)", text, re.MULTILINE)
        found += re.findall(r"vncpasswd\s*=\s*['\"]([^'\"]+)", text)
    assert found
    return found
