"""`cibtools explain`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cibtools.cli.commands.explain import numbers
from cibtools.cli.main import cli
from cibtools.number import Number
from tests.conftest import REPO


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
    assert result.stderr.startswith(f'cibtools: error: there is no rule or number "{word}"\n  help: did you mean CIB6')


def test_nothing_near() -> None:
    result = explain("quux")
    assert result.exit_code == 2
    assert "`cibtools rules` lists the rules" in result.stderr


_PRINTED = re.compile(r"\b(?:M\d{3}|[PT]-\d{2}|[GS]-[A-Z0-9]{2,}(?:-[A-Z0-9]+)*)\b")


def _strings(path: Path) -> Iterator[str]:
    """Return the strings of a module that are no documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def test_every_number_in_the_code_has_a_page_and_every_page_a_number() -> None:
    sources = [path for room in ("migrate", "runbook") for path in (REPO / "cibtools" / room).rglob("*.py")]
    used = {code for path in sources for text in _strings(path) for code in _PRINTED.findall(text)}
    explained = {number.code for number in numbers()}
    assert used - explained == set()
    assert {code for code in explained if _PRINTED.fullmatch(code)} - used == set()


@pytest.mark.parametrize("number", numbers(), ids=lambda number: number.code)
def test_a_number_says_what_it_means(number: Number) -> None:
    for arguments in ([], ["--format", "markdown"]):
        result = explain(number.code.lower(), *arguments)
        assert result.exit_code == 0
        assert number.title in result.stdout
        assert result.stdout.count("\n") > 2
    assert all(text.endswith((".", "?", ")")) for _, text in number.sections)
