"""Kinds without a strategy: backup, restore, acceptance; and what holds for every plan of every kind."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cibtools.cluster.model.cluster import Cluster
from cibtools.report.runbook import html as runbook_html
from cibtools.report.runbook import json as runbook_json
from cibtools.report.runbook import markdown as runbook_markdown
from cibtools.runbook.compose import patch_runbook, upgrade_runbook
from cibtools.runbook.compose_convert import convert_runbook
from cibtools.runbook.compose_plain import plain_runbook
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.enums import CommandKind, Light, RunbookKind, StopKind, Verdict, Way, Who
from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.plan.step import Step
from tests.runbook.lab import Domu, Paper, cluster_of, fixture_files

RAM = (("host1", 14333), ("host2", 14333))
WISHES = Wishes(node_ram=RAM)
PLAIN = (RunbookKind.BACKUP, RunbookKind.RESTORE, RunbookKind.ACCEPTANCE, RunbookKind.ADD_DOMU)


def planned(cluster: Cluster, kind: RunbookKind, wishes: Wishes = WISHES) -> Runbook:
    return plain_runbook(kind, cluster, wishes, Parameters())


def steps(runbook: Runbook) -> list[Step]:
    return [step for phase in runbook.phases for step in phase.steps]


def titled(runbook: Runbook, title: str) -> Step:
    return next(step for step in steps(runbook) if step.title.startswith(title))


def phase(runbook: Runbook, identity: str) -> Phase:
    return next(found for found in runbook.phases if found.id == identity)


def text_of(runbook: Runbook) -> str:
    return "\n".join(command.text for step in steps(runbook) for command in step.commands)


# --- backup ----------------------------------------------------------------------------------------------------------


def test_a_backup_changes_nothing_and_saves_everything(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), RunbookKind.BACKUP)
    assert not any(step.changes for step in steps(runbook))
    text = text_of(runbook)
    for piece in (
        "cibadmin -Q > cib.full.xml", "crm_config nodes resources constraints", "cibadmin -5 -x cib.full.xml",
        "/etc/ha.d/authkeys", "/var/lib/heartbeat/hb_uuid", "/etc/xen/vm", "sha256sum -c", "cibtools lint",
        "umask 077", "chmod -R go=",
    ):  # fmt: skip
        assert piece in text, piece
    assert text.index("S_IDLE") < text.index("cibadmin -Q > cib.full.xml")


def test_a_backup_of_pacemaker_saves_its_own_files(repo: Path) -> None:
    text = text_of(planned(cluster_of(fixture_files(repo, "pacemaker-1.0")), RunbookKind.BACKUP, Wishes()))
    assert "/etc/corosync/corosync.conf" in text
    assert "rsc_defaults op_defaults" in text
    assert "/etc/ha.d" not in text


# --- restore ---------------------------------------------------------------------------------------------------------


def test_a_restore_saves_first_and_has_a_phase_for_every_case(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), RunbookKind.RESTORE)
    assert [found.id for found in runbook.phases] == ["P0", "P1", "P2", "P3", "P4", "P5", "P6", "P7"]
    first = next(step for step in steps(runbook) if step.changes)
    saved = titled(runbook, "Save the CIB")
    assert saved.id < first.id
    assert [row[0] for row in phase(runbook, "P1").tables[0].rows] == ["P2", "P3", "P4", "P5", "P6"]
    belongs = dict(phase(runbook, "P2").tables[0].rows)
    assert belongs["nfs"] == "nfs_depends_configpool, nfs:connected"


def test_nothing_is_let_go_before_somebody_has_looked(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), RunbookKind.RESTORE)
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
    line = phase(planned(cluster_of(files), RunbookKind.RESTORE, Wishes()), "P4").steps[-1].commands[0].text
    subprocess.run(["bash", "-c", f'PATH="$PWD:$PATH"\n{line}'], cwd=tmp_path, timeout=30, capture_output=True)

    def planned_for(name: str) -> str:
        command = ["crm_simulate", "-S", "-x", str(tmp_path / name)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout

    stop = re.compile(r"Stop\s+web\b")
    assert not stop.search(planned_for("cib.held.xml"))
    assert stop.search(planned_for("cib.released.xml"))


def test_a_restore_never_puts_nodes_or_status_back(repo: Path) -> None:
    text = text_of(planned(cluster_of(fixture_files(repo)), RunbookKind.RESTORE))
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
    runbook = planned(cluster_of(files), RunbookKind.RESTORE, Wishes())
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
    runbook = planned(cluster_of(fixture_files(repo, "pacemaker-1.0")), RunbookKind.RESTORE, Wishes())
    text = "\n".join(command.text for command in titled(runbook, "Put the sections back").commands)
    none, resources, constraints = (text.index(f"-x {name}.xml") for name in ("none", "resources", "constraints"))
    assert none < resources < constraints
    assert "maintenance-mode -v true" in text


# --- acceptance ------------------------------------------------------------------------------------------------------


def test_the_guides_cluster_gets_every_test(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), RunbookKind.ACCEPTANCE)
    rows = runbook.phases[0].tables[0].rows
    numbers = {row[1].split()[0] for row in rows}
    assert numbers == {f"T-{number:02d}" for number in range(1, 19)}
    assert [row[0] for row in rows] == [step.id for found in runbook.phases[1:-1] for step in found.steps]
    assert sum(row[1].startswith("T-06") for row in rows) == 15
    assert sum(row[1].startswith("T-05") for row in rows) == 2


def test_what_destroys_comes_last_and_has_two_people(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), RunbookKind.ACCEPTANCE)
    by_hand, by_cluster, split = (titled(runbook, name) for name in ("T-03", "T-04", "T-10"))
    assert by_hand.id < by_cluster.id < split.id
    for step in (by_hand, by_cluster, split, titled(runbook, "T-13"), titled(runbook, "T-17")):
        assert step.who is Who.SECOND
        assert step.decision.kind is StopKind.GO
    assert "killall -9" in "\n".join(command.text for command in by_cluster.commands)
    assert "pkill" not in text_of(runbook)


def test_without_fencing_nothing_is_killed() -> None:
    runbook = planned(Paper(fencing=False).cluster(), RunbookKind.ACCEPTANCE, Wishes(accept=("S-FENCE",)))
    titles = [step.title[:4] for step in steps(runbook)]
    assert not {"T-02", "T-03", "T-04", "T-10"} & set(titles)
    assert {"T-01", "T-05", "T-06", "T-11", "T-13"} <= set(titles)


def test_rules_of_iptables_are_taken_back(repo: Path) -> None:
    for step in steps(planned(cluster_of(fixture_files(repo)), RunbookKind.ACCEPTANCE)):
        text = "\n".join(command.text for command in step.commands)
        added = re.findall(r"iptables -I (.*)", text)
        assert sorted(added) == sorted(re.findall(r"iptables -D (.*)", text)), step.title
        back = "\n".join(command.text for command in step.rollback.commands)
        assert all(f"iptables -D {rule}" in back for rule in added), step.title


# --- every kind ------------------------------------------------------------------------------------------------------


def every_kind(cluster: Cluster, wishes: Wishes) -> list[Runbook]:
    soft = replace(wishes, accept=("S-RAM", "S-STICKINESS", "S-ORDER-RESTART", "S-FENCE", "S-REATTACH-OCFS2-CFG"))
    no_reboot = Parameters(needs_reboot=False, given=frozenset({"needs_reboot"}))
    to_new = replace(soft, from_version="heartbeat-2.1.4", to_version="pacemaker-1.0")
    hops = replace(soft, from_version="heartbeat-2.0.8", to_version="pacemaker-0.6.6")
    return [
        patch_runbook(cluster, soft, Parameters()),
        upgrade_runbook(cluster, replace(to_new, method="shutdown"), Parameters()),
        upgrade_runbook(cluster, replace(to_new, method="reattach"), no_reboot),
        upgrade_runbook(cluster, replace(hops, method="hops"), Parameters()),
        convert_runbook(cluster, soft, Parameters()),
        convert_runbook(cluster, replace(soft, method="swing"), Parameters()),
        *(plain_runbook(kind, cluster, soft, Parameters()) for kind in PLAIN),
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


def test_every_kind_of_the_guides_cluster_has_a_plan(repo: Path, complaints: Callable[[str], str]) -> None:
    cluster = cluster_of(fixture_files(repo))
    schema = Draft202012Validator(json.loads((repo / "schemas" / "runbook.schema.json").read_text()))
    secrets = secrets_of(repo)
    snippets: dict[str, None] = {}
    for runbook in every_kind(cluster, WISHES):
        assert runbook.phases, runbook.kind
        assert runbook.verdict in (Verdict.READY, Verdict.WARNINGS), runbook.reasons
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
