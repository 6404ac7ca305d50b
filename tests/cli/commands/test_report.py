"""The command `report`: what it needs, what it writes, what it says, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from cibtools.cli.main import cli
from tests.conftest import REPO

HASI = str(REPO / "fixtures/hasi")
GIVEN = ["--from", "heartbeat-2.1.4", "--to", "sle-ha-11", "--window", "20:00/10h", "--no-simulate"]


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["report", *arguments])
    return done.exit_code, done.stdout, done.stderr


def test_a_report_says_no_and_why_on_standard_error(tmp_path: Path) -> None:
    status, out, err = run(HASI, *GIVEN, "-o", str(tmp_path / "report.html"))
    assert status == 1
    assert out == ""
    assert err.startswith("host1, host2 to sle-ha-11: NO-GO\n  M126: must be answered by the storage admin")
    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")


def test_answers_change_the_verdict_and_an_idle_one_is_refused(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('accept = ["M126:configpool-child-ia-01"]\n')
    status, out, err = run(HASI, *GIVEN, "--answers", str(answers), "--format", "json")
    assert status == 0
    assert "GO WITH CONDITIONS" in err
    assert json.loads(out)["answered"]["accept"] == ["M126:configpool-child-ia-01"]
    answers.write_text('accept = ["M126:configpool"]\n')
    status, out, err = run(HASI, *GIVEN, "--answers", str(answers))
    assert (status, out) == (2, "")
    assert "answers no question" in err


def test_a_report_needs_a_target_and_one_cluster(tmp_path: Path) -> None:
    status, _, err = run(HASI)
    assert status == 2
    assert "--to" in err
    status, _, err = run(HASI, str(REPO / "fixtures/pacemaker-1.0"), *GIVEN)
    assert status == 2
    assert "several clusters" in err


def test_a_report_never_replaces_an_input(tmp_path: Path) -> None:
    cib = tmp_path / "cib.xml"
    cib.write_bytes((REPO / "fixtures/hasi/cib.bak.xml").read_bytes())
    status, _, _ = run(str(cib), *GIVEN, "-o", str(cib))
    assert status == 2
    assert cib.read_bytes() == (REPO / "fixtures/hasi/cib.bak.xml").read_bytes()
