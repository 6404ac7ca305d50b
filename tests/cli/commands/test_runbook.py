"""The command: its options, what it prints where, and how it ends."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli

RAM = ("--node-ram", "host1=14333", "--node-ram", "host2=14333MiB")


REPO = Path(__file__).resolve().parents[3]


def run(directory: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cibtools", "runbook", *words]
    environment = {**os.environ, "PYTHONPATH": str(REPO)}
    return subprocess.run(
        command, capture_output=True, text=True, cwd=directory, env=environment, timeout=120, check=False
    )


def test_a_patch_of_the_guides_cluster(repo: Path) -> None:
    done = run(
        repo, "patch", "fixtures/hasi", *RAM, "--format", "json", "--nodes", "host1,host2", "--window", "21:00/7h"
    )
    assert done.returncode == 0, done.stderr
    plan = json.loads(done.stdout)
    assert plan["schema"] == "cibtools-runbook-1"
    assert plan["verdict"] == "ready-with-warnings"
    start = next(gate for gate in plan["gates"] if gate["id"] == "G-START")
    states = {one["check"]: one["state"] for one in start["criteria"]}
    assert states["P-04"] == "green"
    # At the limits of its steps the second evening is longer than the window.
    assert states["P-23"] == "amber"
    phases = {phase["id"]: phase for phase in plan["phases"]}
    # The way back from P4 takes 46m15s, the evening ends at 04:00.
    assert phases["P4"]["turn_back_by"] == "03:13"
    assert phases["P7"]["turn_back_by"] is None
    rules = {warning["rule"] for phase in plan["phases"] for step in phase["steps"] for warning in step["warnings"]}
    assert {"CIB404", "CIB408", "EVMS-START", "S-FENCE"} <= rules
    assert "CLEARTEXTPASSWORD" not in done.stdout


def test_the_output_is_the_same_every_time_and_everywhere(repo: Path, tmp_path: Path) -> None:
    one = run(repo, "patch", "fixtures/hasi", *RAM, "--format", "json")
    target = tmp_path / "plan.json"
    other = run(tmp_path, "patch", str(repo / "fixtures/hasi"), *RAM, "--format", "json", "-o", str(target))
    assert other.returncode == 0, other.stderr
    assert other.stdout == ""
    assert target.read_text() == one.stdout


def test_a_method_that_is_refused_ends_with_1_and_the_reasons(repo: Path) -> None:
    words = ("--from", "heartbeat-2.1.4", "--to", "pacemaker-1.0", "--format", "json")
    done = run(repo, "upgrade", "fixtures/hasi", *words, "--method", "hops")
    assert done.returncode == 1
    assert "S-ROLL-BROKEN against HOPS" in done.stderr
    assert json.loads(done.stdout)["verdict"] == "refused"
    assert run(repo, "upgrade", "fixtures/hasi", *words).returncode == 0


def test_an_upgrade_without_the_version_asks_for_it(repo: Path) -> None:
    done = run(repo, "upgrade", "fixtures/hasi", "--to", "pacemaker-1.0")
    assert done.returncode == 1
    assert "--from heartbeat-2.1.3" in done.stderr


def test_an_upgrade_asks_for_the_release(repo: Path) -> None:
    done = run(repo, "upgrade", "fixtures/hasi")
    assert done.returncode == 2
    assert "upgrade needs --to" in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("restore", ("--method", "hops")),
        ("backup", ("--accept", "S-RAM")),
        ("backup", ("--to", "pacemaker-1.0")),
        ("acceptance", ("--from", "heartbeat-2.1.4")),
        ("patch", ("--method", "auto")),
        ("patch", ("--answers", "answers.toml")),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(repo: Path, kind: str, words: tuple[str, ...]) -> None:
    done = run(repo, kind, "fixtures/hasi", *words)
    assert done.returncode == 2
    assert f"{kind} takes no {words[0]}" in done.stderr
    assert "kinds that take it: " in done.stderr


def test_files_name_the_order_and_the_places(repo: Path, tmp_path: Path) -> None:
    order, places = tmp_path / "order", tmp_path / "places"
    order.write_text("# least important first\ntest\nmon  # monitoring\n\n")
    places.write_text("test host2\n")
    done = run(
        repo, "patch", "fixtures/hasi", "--domu-order", str(order), "--placement", str(places), "--format", "json"
    )
    plan = json.loads(done.stdout)
    assert [one["domu"] for one in plan["facts"]["importance"]][:2] == ["test", "mon"]
    assert "test" in plan["facts"]["placement"]["host2"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--node-ram", "host1"), "NODE=SIZE"),
        (("--node-ram", "host9=1"), 'names "host9", which is no node'),
        (("--node-ram", "host1=1", "--node-ram", "host1=2"), 'names "host1" twice'),
        (("--nodes", ""), "is empty"),
        (("--date", ""), "is empty"),
        (("--change-id", ""), "is empty"),
        (("--window", "21:00/0h"), "START/DURATION"),
        (("--window", "tonight"), "START/DURATION"),
        (("--window", "21:00/"), "START/DURATION"),
        (("--change-id", "a/b"), "no name of a directory"),
        (("--accept", "S-ROLL-BROKEN"), "cannot be accepted"),
        (("--accept", "S-RUM"), "is no reason"),
        (("--nodes", "host1,host1"), 'names "host1" twice'),
        (("--from", "2.1"), "is not a known version"),
        (("--date", "nonsense"), "is not a date"),
        (("--date", "2026-02-30"), "is not a date"),
    ],
)
def test_what_cannot_be_meant_is_an_error(repo: Path, words: tuple[str, ...], message: str) -> None:
    done = run(repo, "patch", "fixtures/hasi", *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_domu_does_not_run_in_two_places(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "places").write_text("test host2\ntest host1\n")
    done = run(repo, "patch", "fixtures/hasi", "--placement", str(tmp_path / "places"))
    assert (done.returncode, 'names "test" twice' in done.stderr) == (2, True)


def test_one_cluster_at_a_time(repo: Path) -> None:
    done = run(repo, "patch", "fixtures/hasi-broken")
    assert done.returncode == 2
    assert "several clusters" in done.stderr


def test_a_conversion_counts_with_the_answers_in_the_backup(repo: Path, tmp_path: Path) -> None:
    shutil.copytree(repo / "fixtures" / "hasi", tmp_path / "hasi")
    words = ["runbook", "convert", str(tmp_path / "hasi"), "--no-simulate"]
    before = CliRunner().invoke(cli, words)
    assert before.exit_code == 1, before.output
    assert "answers are missing for M126" in before.stdout
    assert "1 of them must be answered before there is a CIB" in before.stdout
    assert "xm/etc/xen/vm/nfs.xm" not in before.stdout
    lines = ['"/dev/evms/san2/cfgpool" = "/dev/san2/cfgpool"']
    lines += [f'"/dev/evms/san2/vm{number}" = "/dev/san2/vm{number}"' for number in range(1, 16)]
    elsewhere = tmp_path / "given.toml"
    elsewhere.write_text("\n".join(["[evms]", *lines]))
    assert CliRunner().invoke(cli, [*words, "--answers", str(elsewhere)]).exit_code == 0
    (tmp_path / "hasi" / "answers.toml").write_text("\n".join(["[evms]", *lines]))
    after = CliRunner().invoke(cli, words)
    assert "must be answered before" not in after.stdout
    assert "xm/etc/xen/vm/nfs.xm for /etc/xen/vm/nfs.xm" in after.stdout
