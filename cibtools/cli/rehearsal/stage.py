"""The stage: a directory for each node, and a path that holds what the release has and nothing else."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from cibtools.cli.rehearsal import client
from cibtools.rehearsal.tools import cib, crm, host

STAND_INS = {**crm.TOOLS, **cib.TOOLS, **host.TOOLS}
"""Every tool that the model answers for, by name."""
_BORROWED = (
    "awk", "basename", "bash", "cat", "cp", "cut", "date", "diff", "dirname", "egrep", "find", "getent", "grep", "gzip",
    "head", "install", "ls", "md5sum", "mkdir", "mv", "rm", "sed", "seq", "sh", "sort", "tail", "tar", "touch", "tr",
    "uniq", "wc", "xmllint", "chmod",
)  # fmt: skip
"""Tools of the system that every release has; SLES 10 has no sha256sum (coreutils 5.93; it came with 6.0)."""
_ROOTED = re.compile(r"(?<![\w.$}/-])/(?=(?:boot|etc|mnt|root|var|dev/(?!null|tty|fd|std))\b)")
_PRELUDE = """
test() { if [ "$1" = -b ]; then builtin test -e "$2"; else builtin test "$@"; fi; }
read() { local word; for word; do :; done; printf -v "${word%%=*}" %s rehearsed; }
sleep() { :; }
cd "$REHEARSAL_ROOT/root" || exit 1
"""


class Stage:
    """Directories below one temporary directory."""

    def __init__(self, top: Path, nodes: Iterable[str], files: Iterable[tuple[str, str, bytes]]) -> None:
        self.top = top
        self.bin = top / "bin"
        """The path of every shell."""
        self.prelude = top / "prelude.sh"
        self.socket = top / "socket"
        self.bin.mkdir()
        self.prelude.write_text(_PRELUDE)
        for name in _BORROWED:
            if found := shutil.which(name):
                (self.bin / name).symlink_to(found)
        for name in STAND_INS:
            self._stand_in(name)
        for node in nodes:
            (self.root(node) / "root").mkdir(parents=True)
            self.log(node, ())
        for node, path, data in files:
            target = self.root(node) / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def _stand_in(self, name: str) -> None:
        shim = self.bin / name
        shim.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {client.__file__} {name} "$@"\n')
        shim.chmod(0o755)

    def root(self, node: str) -> Path:
        """Return what stands for `/` on a node."""
        return self.top / "nodes" / node

    def log(self, node: str, lines: Iterable[str]) -> None:
        """Write the log of the cluster on a node."""
        for name in ("ha-log", "messages"):
            path = self.root(node) / "var/log" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("".join(f"{line}\n" for line in lines))

    def script(self, node: str, number: int, text: str) -> Path:
        """Write a pasted text to a file that a shell of the node can run."""
        path = self.top / f"{node}.{number}.sh"
        path.write_text(self.moved(node, text) + "\n")
        return path

    def moved(self, node: str, text: str) -> str:
        """Return commands with the paths of a node's own files below its directory."""
        return _ROOTED.sub(lambda _: f"{self.root(node)}/", text)

    def told(self, node: str, text: str) -> str:
        """Return what a command printed with the paths as the node has them."""
        return text.replace(str(self.root(node)), "")
