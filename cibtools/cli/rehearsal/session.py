"""A root shell on a node of the rehearsal: a real bash, whose variables last as long as it does.

It is an interactive one, and gets each text as a terminal would hand it over: line by line, the next ones while a
command runs. So it is seen what runs after a wait that gave up, and what a command that reads the terminal takes away.
"""

from __future__ import annotations

import os
import select
import shlex
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

from msgspec import Struct

from cibtools.cli.rehearsal.stage import ADMIN, Stage

TIME_LIMIT = 30.0
"""Seconds that one paste may take; the waits of a runbook do not sleep here."""
_ADMIN_LIMIT = 300.0
"""The same where cibtools itself works: to prove a migration takes a plan for each node and more."""
_OTHERS = "REHEARSAL_|BASH|PATH=|HOME=|PWD=|OLDPWD=|PS[0-9]=|SHLVL=|TERM=|IFS=|OPT|HIST|COMP_|MAILCHECK|LC_ALL|TZ="
"""Variables that each shell has."""
_MARK = "rehearsal-end-of-paste"


class Paste(Struct, frozen=True):
    """What a pasted text printed, and the status it ended with."""

    output: str
    status: int
    """-1 if it did not end in time."""


class Session:
    """One shell."""

    def __init__(self, stage: Stage, node: str, variables: Mapping[str, str]) -> None:
        self.stage = stage
        self.node = node
        environment = {
            "PATH": stage.path(node), "HOME": str(stage.root(node) / "root"), "LC_ALL": "C", "TZ": "UTC",
            "PS1": "", "PS2": "", "REHEARSAL_NODE": node, "REHEARSAL_ROOT": str(stage.root(node)),
            "REHEARSAL_TOP": str(stage.top),
            **{name: stage.rooted(node, value) for name, value in variables.items()},
        }  # fmt: skip
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "--noediting", "-i"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=stage.top,
            start_new_session=True,
        )  # fmt: skip
        self._said = b""
        self.paste([f". {stage.prelude}"])

    def paste(self, texts: Sequence[str]) -> list[Paste]:
        """Paste texts in one go, and wait until each has ended; the last is marked if it has not."""
        assert self._shell.stdin is not None
        half = len(_MARK) // 2
        # In two halves, so that the line itself never looks like the mark.
        mark = f"printf '\\n%s %s\\n' {_MARK[:half]}''{_MARK[half:]} $?\n"
        script = "".join(f"{self.stage.moved(self.node, text)}\n{mark}" for text in texts)
        with suppress(BrokenPipeError):
            self._shell.stdin.write(script.encode())
            self._shell.stdin.flush()
        end = time.monotonic() + (_ADMIN_LIMIT if self.node == ADMIN else TIME_LIMIT)
        found: list[Paste] = []
        while len(found) < len(texts):
            found.append(self._read(end))
            if found[-1].status == -1:
                self.end()
                break
        return found

    def _read(self, end: float) -> Paste:
        assert self._shell.stdout is not None
        handle = self._shell.stdout.fileno()
        while True:
            before, mark, after = self._said.partition(_MARK.encode() + b" ")
            status, newline, rest = after.partition(b"\n")
            if mark and newline:
                self._said = rest
                text = before.decode("utf-8", "replace").removesuffix("\n")
                return Paste(self.stage.told(text), int(status))
            ready, _, _ = select.select([handle], [], [], max(0.0, end - time.monotonic()))
            piece = os.read(handle, 65536) if ready else b""
            if not piece:
                return Paste(self.stage.told(self._said.decode("utf-8", "replace")), -1)
            self._said += piece

    def variables(self) -> str:
        """Return a text that gives another shell the variables and the directory of this one."""
        # What the shell itself keeps cannot be set, and what it was started with is there already.
        listed = self.paste([f"declare -p | grep -E '^declare -[-x]+ [A-Za-z]' | grep -vE ' ({_OTHERS})'; echo; pwd"])
        *lines, folder = listed[0].output.rstrip().splitlines()
        return "\n".join((*filter(None, lines), f"cd {shlex.quote(folder)}"))

    def end(self) -> None:
        """Close the shell: its variables and its directory are gone."""
        # What the shell has started may outlive it and hold its output open.
        with suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.communicate()
