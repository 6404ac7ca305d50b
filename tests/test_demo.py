"""`make demo` is short, and ends with what was found, what to open and what to type next."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_the_demo_ends_with_three_lines(repo: Path, tmp_path: Path) -> None:
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    for name in ("Makefile", "cibtools", "rules", "schemas", "fixtures", "pyproject.toml"):
        (tmp_path / name).symlink_to(repo / name)
    environment = tmp_path / ".venv"
    (environment / "bin").mkdir(parents=True)
    # What the set-up would make: an interpreter that has cibtools, and the marks of steps that are done.
    python = environment / "bin" / "python"
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    for mark in (".created", ".runtime-installed"):
        (environment / mark).touch()
    done = subprocess.run(
        # Below `make test`, make would tell of the directories that it enters and leaves.
        ["make", "--no-print-directory", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(repo), "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    # A first call has three lines more: those of the set-up.
    assert len(lines) <= 77
    found, opened, typed = lines[-3:]
    assert re.match(r"Found: +\d+ findings: \d+ errors?, \d+ warnings?, \d+ infos? in \d+ files", found)
    pages = re.findall(r"build/demo/\S+\.html", opened)
    assert len(pages) == 3
    assert all((tmp_path / page).read_text().startswith("<!DOCTYPE html>") for page in pages)
    assert typed.endswith(". .venv/bin/activate && cibtools lint fixtures/hasi")
    readme = (repo / "README.md").read_text()
    assert ". .venv/bin/activate" in readme
    assert "\ncibtools lint fixtures/hasi" in readme
