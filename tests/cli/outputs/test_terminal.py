"""Colours: only where a terminal reads, stdout and stderr each for itself, and never against NO_COLOR."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def stderr_on_a_terminal(words: list[str], variables: dict[str, str], stdout: Path) -> str:
    """Run cibtools with stdout in a file and stderr on a terminal; give back what the terminal got."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | variables
    seen = b""
    with stdout.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "cibtools", *words], stdout=file, stderr=theirs, env=environment
        )
        os.close(theirs)
        try:
            while piece := os.read(ours, 65536):
                seen += piece
        except OSError:
            # Linux says so when the other side is closed.
            pass
        process.wait(timeout=60)
    os.close(ours)
    return seen.decode()


@pytest.mark.parametrize(
    ("variables", "colored"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_the_summary_of_a_migration_is_coloured_on_a_terminal(
    repo: Path, tmp_path: Path, variables: dict[str, str], colored: bool
) -> None:
    words = ["migrate", str(repo / "fixtures/hasi"), "--diff"]
    stderr = stderr_on_a_terminal(words, variables, tmp_path / "stdout")
    assert "heartbeat 2.1 to Pacemaker 1.0" in stderr
    assert ("\x1b[" in stderr) is colored
    stdout = (tmp_path / "stdout").read_text()
    assert stdout.startswith("---")
    assert "\x1b[" not in stdout


def test_a_proof_on_stderr_is_coloured_as_well(repo: Path, tmp_path: Path, pacemaker: Callable[[str], str]) -> None:
    pacemaker("crm_simulate")
    words = ["migrate", str(repo / "fixtures/pacemaker-1.0"), "--check", "--verify"]
    stderr = stderr_on_a_terminal(words, {"TERM": "xterm"}, tmp_path / "stdout")
    assert "\x1b[1;32mproven\x1b[0m" in stderr
