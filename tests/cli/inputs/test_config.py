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
        "select = ['CIB']\n"
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
        ("link = 5\nlink = 6\n", "not TOML", "[runbook]"),
        ("x = " + "[" * 5000 + "]" * 5000, "nested too deeply", "[runbook]"),
        ("x." * 100 + "x = 1", "nested too deeply", "[runbook]"),
        ("#" * 1_100_000, "larger than 1024 KiB", ""),
        ("severity = 1\n", "not yet supported", "remove it"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, text: str, message: str, hint: str) -> None:
    (tmp_path / "cibtools.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        find_configuration(str(tmp_path)).runbook()
    assert message in str(caught.value)
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("select = 'CIB601'", "cibtools.toml:1: select = 'CIB601' is not a list of codes"),
        ("# c\n\nignore = [1]", "cibtools.toml:3: ignore = [1] is not a list"),
        ("\nfail-on = 'seldom'", "cibtools.toml:2: fail-on = 'seldom' is not a severity"),
        ("ignore = ['CIB6O1']", "did you mean"),
        ("\nignore = ['XEN',\n 'CIB6O1']", "cibtools.toml:3: no rule has the code, prefix or name"),
        ("# CIB6O1\nselect = ['CIB6O1']", "cibtools.toml:2: no rule has the code"),
        ("select = ['']", "cibtools.toml:1: no rule has the code"),
        ("[runbook]\nrebot = 5", '[runbook] has no key "rebot"'),
        ("runbook = 5", "runbook is no table"),
        ("\n\nignor = ['CIB601']", 'cibtools.toml:3: there is no key "ignor"'),
        ("a = 1\n[[broken", "cibtools.toml:2: not TOML"),
        ("[severity]\nCIB601 = 'error'", 'cibtools.toml:1: "severity" is not yet supported'),
        ("[nodes.host1]\nmemory = '1GiB'", 'cibtools.toml:1: "nodes" is not yet supported'),
    ],
)
def test_lint_says_what_is_wrong_and_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cibtools.toml").write_text(text)
    Path("cib.xml").write_text(ORDER)
    result = CliRunner().invoke(cli, ["lint", "cib.xml", "--no-cache", "--format", "json"])
    assert result.exit_code == 2
    assert message in result.stderr
    (error,) = json.loads(result.stdout)["errors"]
    assert error["message"] in result.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.cibtools\nignore = []", "pyproject.toml:1: not TOML"),
        ("[project]\nname = 'x'\n[tool.'cibtools'.runbook]\nx = [", "pyproject.toml:4: not TOML"),
        ("[tool]\ncibtools = 3", "pyproject.toml:2: cibtools is not a table"),
    ],
)
def test_a_mistake_in_our_part_of_a_pyproject_is_one(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    (tmp_path / "cib.xml").write_text(ORDER)
    result = CliRunner().invoke(cli, ["lint", str(tmp_path / "cib.xml")])
    assert (result.exit_code, message in result.stderr) == (2, True), result.stderr


def test_a_mistake_in_a_foreign_pyproject_is_none_of_ours(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.cibtoolsx\n# [tool.cibtools]\n")
    assert find_configuration(str(tmp_path)).path is None


@pytest.mark.parametrize(("target", "message"), [("nowhere", "no such file"), ("/dev/zero", "larger than")])
def test_a_link_that_leads_to_no_configuration_is_an_error(tmp_path: Path, target: str, message: str) -> None:
    (tmp_path / "cibtools.toml").symlink_to(target)
    with pytest.raises(ConfigError, match=message):
        find_configuration(str(tmp_path))


def test_a_link_to_itself_as_an_input_is_an_error_of_the_input(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    result = CliRunner().invoke(cli, ["lint", str(tmp_path / "loop"), "--format", "json"])
    (error,) = json.loads(result.stdout)["errors"]
    assert (result.exit_code, "symbolic links" in error["message"]) == (2, True)


def test_the_mark_that_windows_puts_before_a_text_is_none(tmp_path: Path) -> None:
    (tmp_path / "cibtools.toml").write_bytes(b"\xef\xbb\xbf[runbook]\r\nlink = 10\r\n")
    assert find_configuration(str(tmp_path)).runbook().link == 10


ORDER = '<rsc_order id="o" from="a" to="b"/>\n'


@pytest.mark.parametrize(
    ("text", "words", "status"),
    [
        ("", (), 1),
        ("ignore = ['CIB601']", (), 0),
        ("ignore = ['missing-order-score']", (), 0),
        ("select = ['XEN']", (), 0),
        ("fail-on = 'error'", (), 0),
        ("fail-on = 'error'", ("--fail-on", "warning"), 1),
        ("ignore = ['CIB601']", ("--select", "CIB601"), 1),
        ("ignore = ['CIB601']", ("--ignore", "XEN"), 0),
        ("select = ['XEN']", ("--ignore", "HB"), 0),
        ("select = ['XEN']", ("--persona", "pedantic"), 1),
        ("ignore = ['CIB601']", ("--isolated",), 1),
        ("", ("--config", "other.toml"), 0),
    ],
)
@pytest.mark.parametrize("cached", [(), ("--no-cache",)])
def test_it_steers_lint(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    words: tuple[str, ...],
    status: int,
    cached: tuple[str, ...],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    Path("cib.xml").write_text(ORDER)
    Path("other.toml").write_text("ignore = ['CIB601']")
    # What was remembered without the file does not hold with it.
    assert CliRunner().invoke(cli, ["lint", "cib.xml"]).exit_code == 1
    Path("cibtools.toml").write_text(text)
    result = CliRunner().invoke(cli, ["lint", "cib.xml", *words, *cached])
    assert result.exit_code == status, result.output


def test_a_configuration_is_no_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cibtools.toml").write_text("ignore = []")
    Path("cib.xml").write_text(ORDER)
    result = CliRunner().invoke(cli, ["lint", "cib.xml", "--output", "json=cibtools.toml"])
    assert (result.exit_code, "is one of the inputs" in result.stderr) == (2, True)
    assert Path("cibtools.toml").read_text() == "ignore = []"


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
