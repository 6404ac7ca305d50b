"""A root shell on a node of the rehearsal: a real bash, whose variables last as long as it does."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from contextlib import suppress

from msgspec import Struct

from cibtools.cli.rehearsal.stage import Stage

TIME_LIMIT = 20.0
"""Seconds that one paste may take; the waits of a runbook do not sleep here."""
_MARK = "rehearsal-end-of-paste"


class Paste(Struct, frozen=True):
    """What a pasted text printed, and the status it ended with."""

    output: str
    status: int
    """-1 if it did not end in time."""


class Session:
    """One shell."""

    def __init__(self, stage: Stage, node: str) -> None:
        self.stage = stage
        self.node = node
        self._count = 0
        environment = {
            "PATH": str(stage.bin), "HOME": str(stage.root(node) / "root"), "LC_ALL": "C", "TZ": "UTC",
            "REHEARSAL_NODE": node, "REHEARSAL_SOCKET": str(stage.socket), "REHEARSAL_ROOT": str(stage.root(node)),
            # What an operator sets once: where copies go.
            "BACKUP_HOST": "backup.example",
        }  # fmt: skip
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=stage.top,
            start_new_session=True,
        )  # fmt: skip
        self.paste(f". {stage.prelude}")

    def paste(self, text: str) -> Paste:
        """Run a text in the shell and wait until it has ended."""
        self._count += 1
        script = self.stage.script(self.node, self._count, text)
        assert self._shell.stdin is not None
        self._shell.stdin.write(f". {script} </dev/null; echo; echo {_MARK} $?\n".encode())
        self._shell.stdin.flush()
        return self._read()

    def _read(self) -> Paste:
        assert self._shell.stdout is not None
        handle, said, end = self._shell.stdout.fileno(), b"", time.monotonic() + TIME_LIMIT
        while time.monotonic() < end:
            ready, _, _ = select.select([handle], [], [], end - time.monotonic())
            piece = os.read(handle, 65536) if ready else b""
            if not piece:
                break
            said += piece
            before, mark, after = said.rpartition(_MARK.encode() + b" ")
            if mark and after.endswith(b"\n"):
                text = before.decode("utf-8", "replace").removesuffix("\n")
                return Paste(self.stage.told(self.node, text), int(after))
        self.end()
        return Paste(self.stage.told(self.node, said.decode("utf-8", "replace")), -1)

    def end(self) -> None:
        """Close the shell: its variables and its directory are gone."""
        # What the shell has started may outlive it and hold its output open.
        with suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.communicate()
