"""The configuration file: where it is looked for, what it may say, and that a typo is an error with a suggestion."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.inputs.config import find_configuration
from cibtools.cli.main import cli
from cibtools.errors import ConfigError
from cibtools.runbook.facts.parameters import Parameters


def test_without_a_file_there_are_defaults(tmp_path: Path) -> None:
    assert find_configuration(str(tmp_path)).runbook() == Parameters()


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "site" / "cluster"
    inner.mkdir(parents=True)
    (tmp_path / "cibtools.toml").write_text("[runbook]\nlink = 10\n")
    (tmp_path / "site" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert find_configuration(str(inner / "cib.xml")).runbook().link == 10
    (tmp_path / "site" / "pyproject.toml").write_text("[tool.cibtools.runbook]\nlink = 20\n")
    assert find_configuration(str(inner)).runbook().link == 20
    (inner / "cibtools.toml").write_text("[runbook]\nlink = 30\n")
    assert find_configuration(str(inner)).runbook().link == 30


def test_values_of_all_sorts(tmp_path: Path) -> None:
    (tmp_path / "cibtools.toml").write_text(
        "select = ['CIB']\n[severity]\nCIB601 = 'error'\n[nodes]\nhost1 = { memory = '16GiB' }\n"
        "[runbook]\nreboot = '10m'\npatch-host = 900\nsoak-canary = '1h30m'\npin = false\nnever-canary = ['mon']\n"
        "patch-command = 'rug up -y'\nsoak-domu = 0\n"
    )
    found = find_configuration(str(tmp_path)).runbook()
    assert (found.reboot, found.patch_host, found.soak_canary, found.soak_domu) == (600, 900, 5400, 0)
    assert found.pin is False
    assert found.never_canary == ("mon",)
    assert found.patch_command == "rug up -y"
    assert "reboot" in found.given
    assert "link" not in found.given


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[runbok]\n", 'no key "runbok"', 'did you mean "runbook"?'),
        ("[runbook]\nrebot = 5\n", 'no key "rebot"', 'did you mean "reboot"?'),
        ("[runbook]\ngiven = []\n", 'no key "given"', ""),
        ("[runbook]\nlink = 0\n", "link = 0", "from 1 on"),
        ("[runbook]\nlink = true\n", "link = true", "whole number"),
        ("[runbook]\nreboot = 'soon'\n", "reboot = 'soon'", "20m"),
        ("[runbook]\nreboot = ''\n", "reboot = ''", "20m"),
        ("[runbook]\nreboot = -1\n", "reboot = -1", "20m"),
        ("[runbook]\npin = 1\n", "pin = 1", "true or false"),
        ("[runbook]\nstop-list = 'web'\n", "stop-list = 'web'", "a list"),
        ("[runbook]\npatch-command = 5\n", "patch-command = 5", "a text"),
        ("runbook = 5\n", "runbook is no table", "[runbook]"),
        ("[runbook\n", "not TOML", "[runbook]"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, text: str, message: str, hint: str) -> None:
    (tmp_path / "cibtools.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        find_configuration(str(tmp_path)).runbook()
    assert message in str(caught.value)
    assert hint in (caught.value.hint or "")


def test_a_broken_pyproject_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool\n")
    assert find_configuration(str(tmp_path)).path is None


def test_a_plan_counts_with_it_and_says_so(repo: Path, tmp_path: Path) -> None:
    shutil.copytree(repo / "fixtures" / "hasi", tmp_path / "hasi")
    (tmp_path / "cibtools.toml").write_text("[runbook]\nreboot = '15m'\n")
    words = ["runbook", "patch", str(tmp_path / "hasi"), "--format", "json", "--no-simulate"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code in (0, 1), result.output
    plan = json.loads(result.stdout)
    reboot = next(one for one in plan["assumptions"] if one["name"] == "reboot")
    assert (reboot["value"], reboot["origin"]) == ("900", "option")
    step = next(one for phase in plan["phases"] for one in phase["steps"] if one["title"].startswith("Reboot"))
    assert step["duration"]["nominal"] == 900
    (tmp_path / "cibtools.toml").write_text("[runbook]\nrebot = 5\n")
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2
    assert 'did you mean "reboot"?' in result.stderr
