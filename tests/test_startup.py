"""Starting up is quick because a command imports what it needs and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"deepdiff", "jinja2", "lxml", "rich", "xmlschema"}


def imported_by(repo: Path, *arguments: str, status: int = 0, **environment: str) -> set[str]:
    """Return the dotted names of all modules that `cibtools ARGUMENTS` imports, its output going into a pipe."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cibtools", *arguments],
        cwd=repo,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert run.returncode == status, run.stderr
    rows = (line.split("|") for line in run.stderr.splitlines() if line.startswith("import time:"))
    return {row[2].strip() for row in rows}


def packages(modules: set[str]) -> set[str]:
    return {module.partition(".")[0] for module in modules}


@pytest.mark.parametrize("arguments", [("--version",), ("--help",)])
def test_version_and_help_import_click_only(repo: Path, arguments: tuple[str, ...]) -> None:
    modules = imported_by(repo, *arguments)
    assert "click" in packages(modules)
    assert not HEAVY & packages(modules)
    ours = {module for module in modules if module.startswith("cibtools.")}
    assert ours == {
        "cibtools.cli",
        "cibtools.cli.border",
        "cibtools.cli.errors",
        "cibtools.cli.interrupt",
        "cibtools.cli.main",
        "cibtools.errors",
    }


def test_completing_a_command_imports_click_only(repo: Path) -> None:
    completion = {"_CIBTOOLS_COMPLETE": "bash_complete", "COMP_WORDS": "cibtools ", "COMP_CWORD": "1"}
    modules = imported_by(repo, **completion)
    assert not HEAVY & packages(modules)
    assert "cibtools.cli.commands.lint" not in modules


def test_lint_into_a_pipe_imports_lxml_and_none_of_the_slow_libraries(repo: Path) -> None:
    modules = imported_by(repo, "lint", "--no-cache", "fixtures/hasi", status=1)
    assert HEAVY & packages(modules) == {"lxml"}


def test_an_answer_from_the_cache_imports_none_of_them(repo: Path, tmp_path: Path) -> None:
    for _ in range(2):
        modules = imported_by(repo, "lint", "fixtures/hasi", status=1, XDG_CACHE_HOME=str(tmp_path))
    assert not HEAVY & packages(modules)
    assert "cibtools.lint.engine.run" not in modules


def test_only_diff_imports_deepdiff(repo: Path) -> None:
    assert "deepdiff" in packages(imported_by(repo, "diff", "fixtures/pacemaker-1.0", "fixtures/pacemaker-1.0"))
    assert "deepdiff" not in packages(imported_by(repo, "show", "fixtures/pacemaker-1.0"))
