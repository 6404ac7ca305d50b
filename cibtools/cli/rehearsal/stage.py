"""The stage: a directory for each machine, and a path that holds what the release has and nothing else."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, MutableMapping
from pathlib import Path

from cibtools.errors import PlanError
from cibtools.rehearsal.tools import cib, crm, host, network, packages, power

STAND_INS = {**crm.TOOLS, **cib.TOOLS, **host.TOOLS, **network.TOOLS, **packages.TOOLS, **power.TOOLS}
"""Every tool that the model answers for, by name."""
ADMIN = "admin"
"""The machine of the operator, with cibtools on it and no cluster."""
BACKUP_HOST = "backup.example"
"""Where copies go; the operator's machine sees them."""
_BORROWED = (
    "awk", "basename", "bash", "cat", "chmod", "cp", "cut", "date", "dd", "diff", "dirname", "egrep", "find",
    "grep", "gzip", "head", "ls", "md5sum", "mkdir", "mv", "rm", "sed", "seq", "sh", "sort", "tail", "tar", "touch",
    "tr", "uniq", "wc", "xmllint",
)  # fmt: skip
"""Tools of the system that every release has; SLES 10 has no sha256sum (coreutils 5.93; it came with 6.0)."""
_ROOTED = re.compile(r"(?<![\w.$}/-])/(?=(?:boot|etc|mnt|root|sys|var|dev/(?!null|tty|fd|std|urandom))\b)")
_LONG_WAIT = re.compile(r"\$\(seq 1 (\d+)\); do(\n\s*)sleep (\d+)$", re.MULTILINE)
_LOOKS = 8
"""How often a long wait looks; it sleeps longer in between."""
_PRELUDE = r"""
test() { if [ "$1" = -b ]; then builtin test -e "$2"; else builtin test "$@"; fi; }
read() { local word; for word; do :; done; printf -v "${word%%=*}" %s rehearsed; }
sleep() { rehearsal-clock "$1"; }
ls() {
  case $1 in -l*) ;; *) command ls "$@"; return ;; esac
  command ls "$@" | awk -v owners="$REHEARSAL_ROOT/owners" '
    BEGIN { while ((getline < owners) > 0) { owner[$1] = $2; group[$1] = $3 } }
    { name = $NF; sub(/.*\//, "", name); if (name in owner) { $3 = owner[name]; $4 = group[name] } print }'
}
install() {
  local words=() owner=root group=root
  while [ $# -gt 0 ]; do
    case $1 in -o) owner=$2; shift ;; -g) group=$2; shift ;; *) words+=("$1") ;; esac
    shift
  done
  rehearsal-install "${words[@]}" && echo "${words[-1]##*/} $owner $group" >> "$REHEARSAL_ROOT/owners"
}
cd "$REHEARSAL_ROOT/root" || exit 1
"""
_SHIM = r"""#!{bash}
stdin=
case {name}:" $* " in cibadmin:*" -p "* | crm_verify:*" -p "* | ptest:*" -p "*) stdin=$({cat}) ;; esac
exec 3<>"/dev/tcp/127.0.0.1/$REHEARSAL_PORT" || exit 126
printf '%s\0' "$REHEARSAL_TOKEN" "$REHEARSAL_NODE" {name} "$PWD" "$CIB_file" "$stdin" "$#" "$@" >&3
IFS= read -r -d '' status <&3; IFS= read -r -d '' error <&3; IFS= read -r -d '' shown <&3
[ -z "$error" ] || printf %s "$error" >&2
[ -z "$shown" ] || {cat} <&3
exit "$status"
"""
_SCP = r"""#!{bash}
words=()
while [ $# -gt 0 ]; do
  case $1 in
  -l) shift ;;
  -*) ;;
  */*:*) words+=("$1") ;;
  *:*)
    path=${{1#*:}}; path=${{path#"$REHEARSAL_ROOT"}}
    case $path in /*) ;; *) path=/root/$path ;; esac
    machine=$REHEARSAL_TOP/nodes/${{1%%:*}}
    [ -d "$machine" ] || {{ echo "ssh: ${{1%%:*}}: Name or service not known" >&2; exit 1; }}
    # A path on the other side is expanded there.
    for found in "$machine"$path; do words+=("$found"); done ;;
  *) words+=("$1") ;;
  esac
  shift
done
exec {cp} -r "${{words[@]}}"
"""


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
        self.prelude.write_text(_PRELUDE)
        for folder in (self.bin, self.admin_bin):
            folder.mkdir()
            for name in _BORROWED:
                _link(folder / name, name)
            _link(folder / "rehearsal-install", "install")
            _program(folder / "scp", _SCP.format(bash=_found("bash"), cp=_found("cp")))
            self._stand_in(folder, "rehearsal-clock")
        for name in STAND_INS:
            self._stand_in(self.bin, name)
        _program(
            self.admin_bin / "cibtools", f'#!/bin/sh\nPYTHONPATH={_here()} exec {sys.executable} -m cibtools "$@"\n'
        )
        self.nodes = tuple(nodes)
        for node in (*self.nodes, ADMIN):
            (self.root(node) / "root").mkdir(parents=True)
            (self.root(node) / "owners").write_text("".join(f"{name} hacluster haclient\n" for name in ("cib.xml",)))
        self.root(BACKUP_HOST).symlink_to(self.root(ADMIN))
        for node in self.nodes:
            self.log(node, ())
            for disk in ("sda", "sdb"):
                self.disk[node, f"/sys/block/{disk}/device/state"] = b"running\n"
        for path in shared:
            first, *others = (self.root(node) / path.lstrip("/") for node in self.nodes)
            first.mkdir(parents=True)
            for other in others:
                other.parent.mkdir(parents=True, exist_ok=True)
                other.symlink_to(first)
        for node, path, data in files:
            self.disk[node, path] = data

    def _stand_in(self, folder: Path, name: str) -> None:
        _program(folder / name, _SHIM.format(bash=_found("bash"), cat=_found("cat"), name=name))

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
        return _ROOTED.sub(lambda _: f"{self.root(node)}/", text)

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
