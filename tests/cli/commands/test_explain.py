"""`cibtools explain`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cibtools.cli.main import cli


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def explain(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["explain", *arguments])


@pytest.mark.parametrize("word", ["CIB608", "cib608", "colocation-missing-score", "Colocation-Missing-Score"])
def test_a_rule_by_its_code_or_name_in_any_case(word: str) -> None:
    result = explain(word)
    assert result.exit_code == 0
    assert result.stdout.startswith("error[CIB608] colocation-missing-score\n")
    assert "Why it is bad\n" in result.stdout


def test_markdown() -> None:
    assert explain("CIB608", "--format", "markdown").stdout.startswith("# CIB608 colocation-missing-score\n")


@pytest.mark.parametrize("word", ["CIB680", "colocation-mising-score"])
def test_the_near_one_is_suggested(word: str) -> None:
    result = explain(word)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith(f'cibtools: error: there is no rule "{word}"; did you mean CIB6')


def test_nothing_near() -> None:
    result = explain("quux")
    assert result.exit_code == 2
    assert "`cibtools rules` lists them" in result.stderr
