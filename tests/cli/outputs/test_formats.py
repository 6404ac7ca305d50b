"""A format is one file: parser, help, renderers and these tests know it by being there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.main import cli
from cibtools.cli.outputs.formats import CHANGES, CLUSTER, DIFFERENCE, LINT, RUNBOOK, Family

FAMILIES = {"lint": LINT, "validate": LINT, "diff": DIFFERENCE, "show": CLUSTER, "runbook": RUNBOOK}


@pytest.mark.parametrize("family", dict.fromkeys((*FAMILIES.values(), CHANGES)), ids=lambda family: family.folder)
def test_every_format_is_whole(family: Family) -> None:
    assert family.names[0] == family.default
    for name in family.names:
        module = import_module(f"cibtools.report.{family.folder}.formats.{name}")
        assert re.fullmatch(r"\.[a-z]+", module.SUFFIX)
        assert module.__doc__.partition("\n")[0].endswith((".", ";")) or "," in module.__doc__
        assert callable(family.renderer(name))
    assert set(family.by_suffix().values()) <= {*family.names}


def test_the_endings_of_change_logs_are_told_apart() -> None:
    assert len(CHANGES.by_suffix()) == len(CHANGES.names)


@pytest.mark.parametrize("command", FAMILIES)
def test_the_help_and_the_parser_know_all_formats(command: str) -> None:
    names = "|".join(FAMILIES[command].names)
    text = CliRunner().invoke(cli, [command, "--help"], terminal_width=200).output
    assert f"[{names}]" in text
    words = [command, *(["patch"] if command == "runbook" else []), "x", "--format", "no-such-format"]
    result = CliRunner().invoke(cli, words)
    assert result.exit_code == 2
    assert all(name in result.stderr for name in FAMILIES[command].names)


def test_a_format_that_nobody_wrote_is_no_default(repo: Path) -> None:
    with pytest.raises(ModuleNotFoundError):
        LINT.renderer("no-such-format")


def test_a_new_format_is_one_new_file(repo: Path, tmp_path: Path) -> None:
    shutil.copytree(repo / "cibtools", tmp_path / "cibtools")
    for name in ("rules", "schemas", "fixtures"):
        (tmp_path / name).symlink_to(repo / name)
    (tmp_path / "cibtools/report/lint/formats/count.py").write_text(
        '"""The number of findings."""\n\nSUFFIX = ".count"\n\n\n'
        'def render(run, options):\n    """One line."""\n    return f"{len(run.findings)}\\n"\n'
    )

    def cibtools(*words: str) -> str:
        environment = {**os.environ, "PYTHONPATH": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
        command = [sys.executable, "-m", "cibtools", *words]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout

    count = len(json.loads(cibtools("lint", "fixtures/hasi", "--format", "json"))["findings"])
    assert cibtools("lint", "fixtures/hasi", "--format", "count") == f"{count}\n"
    cibtools("lint", "fixtures/hasi", "--output", "count=number.count")
    assert (tmp_path / "number.count").read_text() == f"{count}\n"
    assert cibtools("validate", "fixtures/hasi", "--format", "count") == "0\n"
    assert "count" in cibtools("lint", "--help")
