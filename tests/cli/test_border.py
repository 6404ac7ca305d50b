"""Nothing passes the border as a traceback: errors of the system, of libraries, of people in a hurry, and our own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from lxml import etree

from cibtools.cli.border import BORDER, TRACEBACK_SWITCH
from cibtools.cli.interrupt import Interrupted
from cibtools.cli.main import COMMANDS, Deferred, LazyGroup
from cibtools.errors import InputError

FOREIGN: dict[str, tuple[BaseException, int, str]] = {
    "ours": (InputError("no input", hint="name one"), 2, "cibtools: error: no input"),
    "reader-gone": (BrokenPipeError(32, "Broken pipe"), 2, ""),
    "ctrl-c": (Interrupted(), 130, ""),
    "ctrl-c-of-python": (KeyboardInterrupt(), 130, ""),
    "abort": (click.Abort(), 130, ""),
    "file": (PermissionError(13, "Permission denied", "a\x1b.xml"), 2, "a␛.xml: permission denied"),
    "bytes-name": (OSError(36, "File name too long", b"xx\xff"), 2, "xx"),
    "disk": (OSError(28, "No space left on device"), 2, "standard output: no space left on device"),
    "system": (BlockingIOError(11, "Resource temporarily unavailable"), 2, "the system refuses an operation"),
    "memory": (MemoryError(), 2, "not enough memory"),
    "depth": (RecursionError("maximum recursion depth exceeded"), 2, "nested deeper"),
    "text": (UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates not allowed"), 2, "cannot be encoded (utf-8)"),
    "codec": (LookupError("unknown encoding: latin-1"), 2, "a bug in cibtools (LookupError: unknown encoding"),
    "xml": (etree.XPathEvalError("Invalid expression"), 2, "a bug in cibtools (XPathEvalError: Invalid expression"),
    "value": (ValueError("All strings must be XML compatible"), 2, "a bug in cibtools (ValueError"),
    "bug": (ZeroDivisionError("ilo_password=hunter2\nmore"), 2, "ZeroDivisionError: ilo_password=••••, test_border.py"),
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_whatever_a_command_raises_is_one_line_and_a_status(
    command: Deferred, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    error, status, words = FOREIGN[name]

    def fail(*_: object, **__: object) -> None:
        raise error

    loaded = command.load()
    arguments = {"explain": ["CIB601"], "runbook": ["patch"], "diff": ["a", "b"], "verify": ["a", "b"]}
    where = loaded.commands["test"] if isinstance(loaded, click.Group) else loaded
    monkeypatch.setattr(where, "callback", fail)
    given = ["test", "."] if isinstance(loaded, click.Group) else arguments.get(command.name or "", ["."])
    given += {"split": ["-d", "x"]}.get(command.name or "", [])
    result = CliRunner().invoke(LazyGroup("cibtools", commands={"try": loaded}), ["try", *given])
    assert (result.exit_code, result.stdout) == (status, ""), result.output
    assert words.replace(", test_border.py", "") in result.stderr
    assert result.stderr.count("cibtools: error: ") == (1 if words else 0)
    assert all(line.startswith(("cibtools: error: ", "  help: ")) for line in result.stderr.splitlines())
    assert "Traceback" not in result.stderr


def test_every_row_of_the_table_is_thrown() -> None:
    rows = [next(row for row in BORDER if isinstance(error, row[0])) for error, _, _ in FOREIGN.values()]
    assert set(rows) == set(BORDER)


def test_a_bug_shows_its_traceback_to_those_who_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setenv(TRACEBACK_SWITCH, "1")
    result = CliRunner().invoke(LazyGroup("cibtools", commands={"try": click.command("try")(fail)}), ["try"])
    assert result.exit_code == 2
    assert result.stderr.startswith("Traceback")
    assert "please report it" in result.stderr.splitlines()[-1]


HASI = "fixtures/hasi"
RUNS: dict[str, tuple[str, ...]] = {
    "lint": ("lint", HASI, "--no-cache"),
    "migrate": ("migrate", HASI),
    "verify": ("verify", "fixtures/pacemaker-1.0", "fixtures/pacemaker-1.0"),
    "diff": ("diff", HASI, "fixtures/pacemaker-1.0"),
    "runbook": ("runbook", "patch", HASI),
    "rules": ("rules",),
    "explain": ("explain", "CIB601"),
    "show": ("show", HASI),
    "graph": ("graph", HASI),
    "report": ("report", HASI, "--to", "sle-ha-11"),
    "validate": ("validate", "fixtures/pacemaker-1.0-broken"),
    "split": ("split", f"{HASI}/cib.bak.xml", "-d"),
    "join": ("join", f"{HASI}/resources.bak.xml"),
    "help": ("lint", "--help"),
    "version": ("--version",),
    "usage": ("lnit",),
}
"""A run of each command that has something to say."""
WITHOUT_STDOUT = {"usage"}
"""Those that say nothing on standard output."""


def run(repo: Path, tmp_path: Path, name: str, redirection: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "cibtools", *RUNS[name], *([str(tmp_path / "out")] if name == "split" else [])]
    return subprocess.run(
        ["sh", "-c", f'"$@" {redirection}', "sh", *words], cwd=repo, capture_output=True, text=True, timeout=60
    )


def test_every_command_has_a_run() -> None:
    assert {command.name for command in COMMANDS} <= set(RUNS)


@pytest.mark.parametrize(
    ("redirection", "reason"), [(">/dev/full", "no space left on device"), (">&-", "bad file descriptor")]
)
@pytest.mark.parametrize("name", RUNS)
def test_an_output_that_takes_nothing_is_an_error(
    repo: Path, tmp_path: Path, name: str, redirection: str, reason: str
) -> None:
    done = run(repo, tmp_path, name, redirection)
    assert "Traceback" not in done.stderr
    if name in WITHOUT_STDOUT:
        assert done.returncode == 2
        return
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == f"cibtools: error: standard output: {reason}"


@pytest.mark.parametrize("name", ["lint", "migrate", "usage"])
def test_nothing_to_write_to_at_all_still_gives_the_status(repo: Path, tmp_path: Path, name: str) -> None:
    for redirection in (">/dev/full 2>/dev/full", "<&- >&- 2>&-"):
        done = run(repo, tmp_path, name, redirection)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


@pytest.mark.parametrize("command", ["lint", "show", "validate", "migrate"])
def test_a_closed_standard_input_is_an_error_of_that_input(repo: Path, command: str) -> None:
    words = [sys.executable, "-m", "cibtools", command, "-"]
    done = subprocess.run(["sh", "-c", '"$@" <&-', "sh", *words], cwd=repo, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("cibtools: error: <stdin>: bad file descriptor")


@pytest.mark.parametrize(
    "command", [name for name in RUNS if name not in ("rules", "explain", "help", "version", "usage")]
)
def test_a_name_that_no_file_system_takes_is_an_error(repo: Path, tmp_path: Path, command: str) -> None:
    long = "x" * 300 + ".xml"
    words = [long if HASI in word or "fixtures" in word else word for word in RUNS[command]]
    words += [str(tmp_path)] if command == "split" else []
    done = subprocess.run([sys.executable, "-m", "cibtools", *words], cwd=repo, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "file name too long" in done.stderr


@pytest.mark.parametrize("milliseconds", [1, 3, 10, 20, 40, 70, 100, 150])
def test_an_interrupt_at_once_is_status_130_and_silent(repo: Path, milliseconds: int) -> None:
    """The clock starts when our code has: what Python does before is not ours."""
    program = (
        "import signal, sys; from cibtools.__main__ import main\n"
        "sys.argv = ['cibtools', 'runbook', 'patch', 'fixtures/hasi']\n"
        "signal.signal(signal.SIGALRM, lambda *_: signal.raise_signal(signal.SIGINT))\n"
        f"signal.setitimer(signal.ITIMER_REAL, {milliseconds / 1000})\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=repo,
        env=os.environ | {"PYTHONPATH": str(repo)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (130, "")
