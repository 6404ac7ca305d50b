"""What follows a wait runs only if the wait came true, in a script and where an operator pastes."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cibtools.runbook.console.chain import chained
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import wait_until
from cibtools.runbook.plan.enums import CommandKind, Tools
from cibtools.runbook.plan.step import Command

HERE = Console(Tools.HB21, "host1")


def pasted(text: str, directory: Path) -> str:
    """What an interactive bash prints that gets the text line by line."""
    lines = f"sleep() {{ :; }}\n{text}\necho end of paste\n"
    command = ["bash", "--norc", "-i"]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, cwd=directory, timeout=60, check=False)
    return done.stdout + done.stderr


def shell(text: str) -> Command:
    return HERE.shell(text, CommandKind.CHANGE)


@pytest.mark.parametrize("interactive", [True, False])
@pytest.mark.parametrize("comes", [True, False])
def test_a_wait_that_gives_up_stops_what_follows(tmp_path: Path, interactive: bool, comes: bool) -> None:
    before = HERE.wait("true" if comes else "false", 10, "echo shown")
    again = HERE.wait("true", 10, "echo shown again")
    commands = chained((before, shell("touch one"), again, shell("touch two; touch three  # why")))
    assert [(found.kind, found.waits) for found in commands] == [(CommandKind.CHANGE, True)]
    if interactive:
        told = pasted(commands[0].text, tmp_path)
        assert "end of paste" in told
    else:
        script = f"sleep() {{ :; }}\n{commands[0].text}"
        done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=tmp_path, timeout=60)
        told = done.stdout + done.stderr
        assert (done.returncode == 0) is comes
    assert ("STOP: the wait gave up" in told) is not comes
    assert "shown" in told
    assert {path.name for path in tmp_path.iterdir()} == ({"one", "two", "three"} if comes else set())


def test_what_takes_the_terminal_or_another_place_stays_apart() -> None:
    there = Console(Tools.HB21, "host2").shell("rcheartbeat start", CommandKind.CHANGE)
    editor = HERE.shell("vi lvm.conf", CommandKind.INTERACTIVE)
    secret = HERE.shell("read -rsp 'ilo: ' ILO; echo; stonith -S")
    commands = (HERE.wait_idle(60), there, HERE.wait_idle(60), editor, HERE.wait_idle(60), secret, shell("reboot"))
    assert chained(commands) == commands


def test_joining_twice_changes_nothing() -> None:
    commands = chained((HERE.wait_idle(60), shell("true"), HERE.shell("reboot", CommandKind.CHANGE)))
    assert [command.text.splitlines()[-1] for command in commands] == ["reboot"]
    assert chained(commands) == commands


@pytest.mark.parametrize("works", [True, False])
def test_a_change_that_fails_stops_those_after_it(tmp_path: Path, works: bool) -> None:
    first = shell(f"touch one; {'true' if works else 'false'}")
    (command,) = chained(
        (first, shell("touch two"), HERE.wait("true", 5, "echo shown"), shell("touch three\ntouch four"))
    )
    pasted(command.text, tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == ({"one", "two", "three", "four"} if works else {"one"})


def test_a_look_and_a_note_stay_apart_from_a_change() -> None:
    commands = (shell("true"), HERE.shell("crm_mon -1", CommandKind.READ), shell("# turn the key"), shell("true"))
    assert chained(commands) == commands


def test_the_shell_accepts_it(complaints: Callable[[str], str]) -> None:
    commands = chained((HERE.wait_idle(60), HERE.online("a b"), HERE.wait_stopped("x", 5), HERE.move("x", "a b")))
    assert complaints("#!/bin/bash\n" + commands[0].text + "\n") == ""


def test_a_wait_that_came_true_says_nothing() -> None:
    text = wait_until("true", 5, "true").replace("sleep 5", "true")
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
