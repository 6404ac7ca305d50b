"""The stage: a directory for each machine, and a path that holds what the release has and nothing else."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path

from cibtools.cli.rehearsal.installed import new_system
from cibtools.cli.rehearsal.scripts import PRELUDE, SCP, SHIM, SSH
from cibtools.errors import PlanError
from cibtools.rehearsal.tools import cib, crm, host, network, packages, power, storage

STAND_INS = {**crm.TOOLS, **cib.TOOLS, **host.TOOLS, **network.TOOLS, **packages.TOOLS, **power.TOOLS,
             **storage.TOOLS}  # fmt: skip
"""Every tool that the model answers for, by name."""
ADMIN = "admin"
"""The machine of the operator, with cibtools on it and no cluster."""
BACKUP_HOST = "backup.example"
"""Where copies go; the operator's machine sees them."""
_SHARED = "shared-volumes"
"""What holds the volumes that several nodes can mount."""
_BORROWED = (
    "awk", "basename", "bash", "cat", "chmod", "cp", "cut", "date", "dd", "diff", "dirname", "egrep", "find",
    "grep", "gzip", "head", "ls", "md5sum", "mkdir", "mv", "rm", "sed", "seq", "sh", "sort", "tail", "tar", "touch",
    "tr", "uniq", "wc", "xmllint",
)  # fmt: skip
"""Tools of the system that every release has; SLES 10 has no sha256sum (coreutils 5.93; it came with 6.0)."""
_ROOTED = re.compile(r"(?<![\w.$}/-])/(?=(?:boot|etc|mnt|proc|root|sys|var|dev/(?!null|tty|fd|std|urandom))\b)")
_UNSET = re.compile(r"\$BK\b|\$\{BK\}")
"""A variable that leads to `/` when it is empty: on the node, not on the machine of the rehearsal."""
_LONG_WAIT = re.compile(r"\$\(seq 1 (\d+)\); do(\n\s*)sleep (\d+)$", re.MULTILINE)
_LOOKS = 8
"""How often a long wait looks; it sleeps longer in between."""


class Disk(MutableMapping[tuple[str, str], bytes]):
    """The files of the nodes."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def _path(self, key: tuple[str, str]) -> Path:
        return self._stage.root(key[0]) / key[1].lstrip("/")

    def __getitem__(self, key: tuple[str, str]) -> bytes:
        try:
            return self._stage.read(self._path(key))
        except OSError as error:
            raise KeyError(key) from error

    def __setitem__(self, key: tuple[str, str], data: bytes) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def __delitem__(self, key: tuple[str, str]) -> None:
        self._path(key).unlink()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for root in (self._stage.top / "nodes").iterdir():
            yield from ((root.name, f"/{path.relative_to(root)}") for path in root.rglob("*") if path.is_file())

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Stage:
    """Directories below one temporary directory."""

    def __init__(
        self, top: Path, nodes: Iterable[str], files: Iterable[tuple[str, str, bytes]], shared: Iterable[str]
    ) -> None:
        self.top = top
        self.bin = top / "bin"
        """The path of every shell on a node."""
        self.admin_bin = top / "admin-bin"
        self.prelude = top / "prelude.sh"
        self.disk = Disk(self)
        self.prelude.write_text(PRELUDE)
        for folder in (self.bin, self.admin_bin):
            folder.mkdir()
            for name in _BORROWED:
                _link(folder / name, name)
            _link(folder / "rehearsal-install", "install")
            _program(folder / "scp", SCP.format(bash=_found("bash"), cp=_found("cp")))
            _program(folder / "ssh", SSH.format(bash=_found("bash")))
            self._stand_in(folder, "rehearsal-clock")
        for name in STAND_INS:
            self._stand_in(self.bin, name)
        _program(
            self.admin_bin / "cibtools", f'#!/bin/sh\nPYTHONPATH={_here()} exec {sys.executable} -m cibtools "$@"\n'
        )
        self.nodes = tuple(nodes)
        self.shared = tuple(shared)
        """Directories on volumes that all nodes can mount."""
        for node in (*self.nodes, ADMIN):
            (self.root(node) / "root").mkdir(parents=True)
            (self.root(node) / "owners").write_text("".join(f"{name} hacluster haclient\n" for name in ("cib.xml",)))
        self.root(BACKUP_HOST).symlink_to(self.root(ADMIN))
        for node in self.nodes:
            self._equip(node)
        for path in self.shared:
            for node in self.nodes:
                self.mount(node, path, on=True)
        for node, path, data in files:
            self.disk[node, path] = data

    def _stand_in(self, folder: Path, name: str) -> None:
        _program(folder / name, SHIM.format(bash=_found("bash"), cat=_found("cat"), name=name))

    def _equip(self, node: str) -> None:
        """Give a node what its kernel and its log show."""
        self.log(node, ())
        for disk in ("sda", "sdb"):
            self.disk[node, f"/sys/block/{disk}/device/state"] = b"running\n"

    def install(self, node: str) -> None:
        """Install SLES 11 in place of what a node has; nothing of it is left."""
        names = self.disk.get((node, "/etc/hosts"), b"").decode()
        shutil.rmtree(self.root(node))
        (self.root(node) / "root").mkdir(parents=True)
        (self.root(node) / "owners").touch()
        self._equip(node)
        for path, data in new_system(node, names):
            self.disk[node, path] = data

    def remove(self, node: str, path: str) -> None:
        """Take a file away from a node, if it is there."""
        (self.root(node) / path.lstrip("/")).unlink(missing_ok=True)

    def mount(self, node: str, place: str, *, on: bool) -> None:
        """Mount a shared volume on a directory of a node, or unmount it: what lay there is seen again."""
        path = self.root(node) / place.lstrip("/")
        below = path.with_name(f".below-{path.name}")
        if on and not path.is_symlink():
            volume = self.root(_SHARED) / place.lstrip("/")
            volume.mkdir(parents=True, exist_ok=True)
            if path.exists():
                path.rename(below)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.symlink_to(volume)
        elif not on and path.is_symlink():
            path.unlink()
            if below.exists():
                below.rename(path)
            else:
                path.mkdir()

    def root(self, node: str) -> Path:
        """Return what stands for `/` on a node."""
        return self.top / "nodes" / node

    def path(self, node: str) -> str:
        """Return the search path of a shell there."""
        return str(self.admin_bin if node == ADMIN else self.bin)

    def keep(self, path: Path, data: bytes) -> None:
        """Write a file that a tool has changed; raise PlanError if it lies outside the stage."""
        if not path.resolve().is_relative_to(self.top.resolve()):
            raise PlanError(f"{path} lies outside the rehearsal")
        path.write_bytes(data)

    def log(self, node: str, lines: Iterable[str]) -> None:
        """Write the log of the cluster on a node."""
        for name in ("ha-log", "messages"):
            self.disk[node, f"/var/log/{name}"] = "".join(f"{line}\n" for line in lines).encode()

    def moved(self, node: str, text: str) -> str:
        """Return commands with the paths of a node's own files below its directory, and long waits in few looks."""
        return _LONG_WAIT.sub(_fewer_looks, self.rooted(node, text))

    def rooted(self, node: str, text: str) -> str:
        """Return a text with the paths of a node's own files below its directory."""
        return _ROOTED.sub(lambda _: f"{self.root(node)}/", _UNSET.sub("${BK:-$REHEARSAL_ROOT}", text))

    def set_asking(self, *, asks: bool) -> None:
        """Let scp ask whether a host is the right one, or let it copy."""
        mark = self.top / "asks"
        mark.touch() if asks else mark.unlink(missing_ok=True)

    def hide(self, name: str) -> None:
        """Take a tool away from every node."""
        (self.bin / name).rename(self.bin / f".{name}")

    def show(self, name: str) -> None:
        """Give the tool back."""
        (self.bin / f".{name}").rename(self.bin / name)

    def save(self) -> Path:
        """Copy the files of all machines aside; return where they are."""
        kept = Path(tempfile.mkdtemp(dir=self.top)) / "nodes"
        shutil.copytree(self.top / "nodes", kept, symlinks=True)
        return kept

    def restore(self, kept: Path) -> None:
        """Put the files of all machines back as they were saved."""
        shutil.rmtree(self.top / "nodes")
        shutil.copytree(kept, self.top / "nodes", symlinks=True)

    def outermost(self) -> frozenset[str]:
        """Return what lies directly in `/` on each node: where a path lands whose first part is an empty variable."""
        return frozenset(f"{node}:/{path.name}" for node in self.nodes for path in self.root(node).iterdir())

    def read(self, path: Path) -> bytes:
        """Return a file with the paths as the nodes have them."""
        return self.told(path.read_bytes().decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")

    def told(self, text: str) -> str:
        """Return what a command printed with the paths as the nodes have them."""
        return re.sub(rf"{re.escape(str(self.top))}/nodes/[^/\s]+", "", text)


def _fewer_looks(found: re.Match[str]) -> str:
    rounds, gap, seconds = int(found[1]), found[2], int(found[3])
    looks = min(rounds, _LOOKS)
    return f"$(seq 1 {looks}); do{gap}sleep {-(-rounds * seconds // looks)}"


def _here() -> Path:
    """Return the directory that holds the package."""
    return Path(__file__).parents[3]


def _found(name: str) -> str:
    return shutil.which(name) or f"/bin/{name}"


def _link(path: Path, name: str) -> None:
    if found := shutil.which(name):
        path.symlink_to(found)


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
