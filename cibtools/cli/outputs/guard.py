"""Where a call may write: never onto what it reads, never twice onto one place, never through a link in a directory.

A command builds one `Guard` from its inputs, asks it for every place that an option names before the work begins, and
hands these places to `write_all`, which is the only way to write. A file is known by its inode, so a link, a hard link
or another spelling is no way around; a name that differs from an input's in case only is refused too, since a copy of
the backup may lie on a file system that takes both for one.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct, field

from cibtools.errors import InputError

_SKIPPED = frozenset({".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules"})
"""Directories that no input is read from."""
_REPORT = re.compile(rb"\s*(?:\{|<!doctype html|(?:<\?xml[^>]*>\s*)?<testsuites )", re.IGNORECASE)
"""How reports for programs and browsers begin, and no file of a cluster does: a run in CI writes its report anew."""

Identity = tuple[int, int]
"""Device and inode."""


class Place(Struct, frozen=True):
    """A file or directory that an option names and that the guard lets through."""

    option: str
    path: Path
    """As the user wrote it, for messages."""
    target: Path
    """The real path: a link that the user names outright is followed."""
    guard: Guard
    force: bool = False
    """For a directory: whether files that are there already may be replaced."""

    @property
    def is_stream(self) -> bool:
        """True for what is written to as it stands: devices, pipes, and whatever the system offers as a file."""
        if self.path.is_absolute() and self.path.parts[1:2] in (("dev",), ("proc",)):
            return True
        return self.target.exists() and not self.target.is_file()


class _Inputs(Struct):
    """The files that a call reads."""

    named: set[Identity] = field(default_factory=set)
    walked: set[Identity] = field(default_factory=set)
    spellings: set[str] = field(default_factory=set)
    directories: set[Path] = field(default_factory=set)
    private: bool = False


class Guard:
    """Lets places through, one by one; a place is refused with InputError."""

    def __init__(self, inputs: Iterable[str], settings: Iterable[Path | str] = ()) -> None:
        """Look at the inputs, and at other files that options name for reading; `-` is standard input."""
        self._inputs = _Inputs()
        for path in inputs:
            self._read(path)
        self.private = self._inputs.private
        """True if not everybody may read an input: nor may everybody read what is made from it."""
        self._taken = frozenset(self._inputs.directories)
        for setting in settings:
            self._read(str(setting))
        self._places: list[Place] = []

    def file(self, option: str, path: Path) -> Place:
        """Let a file through that an option names outright; a file of others that is there will be replaced."""
        if str(path) == "-":
            raise InputError("-: is not a file", hint=f"leave {option} out, or name /dev/stdout")
        place = Place(option, path, Path(os.path.realpath(path)), self)
        if place.target.is_dir():
            raise InputError(f"{path}: is a directory", hint=f"name a file with {option}")
        self._refuse_input(place.path, place.target)
        return self._once(place)

    def directory(self, option: str, path: Path, *, force: bool) -> Place:
        """Let a directory through for a set of files; its members are checked by `members`."""
        place = Place(option, path, Path(os.path.realpath(path)), self, force)
        if place.target.exists() and not place.target.is_dir():
            raise InputError(f"{path}: is not a directory", hint=f"name a directory with {option}")
        if place.target in self._taken:
            raise InputError(f"{path}: holds the input", hint="choose another directory")
        return self._once(place)

    def members(self, place: Place, names: Iterable[str], ours: frozenset[str]) -> None:
        """Check what a set would write or remove in its directory; `ours` may be replaced without force."""
        others = {_spelling(other.target) for other in self._places if other is not place}
        taken = []
        for name in sorted(names):
            member = place.target / name
            for part in (member, *member.parents):
                if part == place.target:
                    break
                if part.is_symlink():
                    raise InputError(f"{place.path / name}: is reached by a link", hint="choose another directory")
            self._refuse_input(place.path / name, member)
            if _spelling(member) in others:
                raise InputError(f"{place.path / name}: is named as an output twice", hint="choose another place")
            if member.is_dir():
                raise InputError(f"{place.path / name}: is a directory", hint="choose another directory")
            if member.exists() and name not in ours:
                taken.append(name)
        if taken and not place.force:
            raise InputError(
                f"{place.path}: holds {', '.join(taken)} already", hint="choose another directory, or add --force"
            )

    def _once(self, place: Place) -> Place:
        for other in self._places:
            same = _spelling(other.target) == _spelling(place.target)
            if same or (_identity(place.target) and _identity(place.target) == _identity(other.target)):
                raise InputError(
                    f"{place.path}: is named as an output twice ({other.option} and {place.option})",
                    hint="choose another place",
                )
        self._places.append(place)
        return place

    def _refuse_input(self, shown: Path, target: Path) -> None:
        """Raise InputError for a file that the call reads, under whatever name."""
        identity = _identity(target)
        known = identity in self._inputs.named or (identity in self._inputs.walked and not _is_report(target))
        alike = identity is None and _spelling(target) in self._inputs.spellings
        if known or alike:
            raise InputError(
                f"{shown}: is one of the inputs" if known else f"{shown}: has the name of an input but for its case",
                hint="choose another place",
            )

    def _read(self, path: str) -> None:
        if path == "-":
            self._note(os.fstat(sys.stdin.fileno()) if _has_descriptor() else None)
            return
        real = Path(os.path.realpath(path))
        if not real.is_dir():
            self._note(_status(real))
            self._inputs.spellings.add(_spelling(real))
            self._inputs.directories.add(real.parent)
            return
        self._inputs.directories.add(real)
        for found, hidden in _below(real):
            status = os.lstat(found)
            if stat.S_ISREG(status.st_mode):
                self._inputs.walked.add((status.st_dev, status.st_ino))
                self._inputs.spellings.add(_spelling(found))
                self._inputs.private |= not hidden and _is_private(status)

    def _note(self, status: os.stat_result | None) -> None:
        if status and stat.S_ISREG(status.st_mode):
            self._inputs.named.add((status.st_dev, status.st_ino))
            self._inputs.private |= _is_private(status)


def _below(top: Path) -> Iterator[tuple[Path, bool]]:
    """All files below a directory, and whether they are hidden."""
    for directory, directories, files in os.walk(top):
        directories[:] = [name for name in directories if name not in _SKIPPED]
        for name in files:
            yield Path(directory, name), name.startswith(".")


def _is_private(status: os.stat_result) -> bool:
    return not status.st_mode & stat.S_IROTH


def _has_descriptor() -> bool:
    """False for a standard input that is closed, or a buffer of a test."""
    try:
        sys.stdin.fileno()
    except (OSError, ValueError, AttributeError):
        return False
    return True


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _identity(path: Path) -> Identity | None:
    status = _status(path)
    return (status.st_dev, status.st_ino) if status and not stat.S_ISCHR(status.st_mode) else None


def _spelling(path: Path) -> str:
    """A path as a file system sees it that tells neither case nor the forms of a letter apart."""
    return unicodedata.normalize("NFC", str(path)).casefold()


def _is_report(path: Path) -> bool:
    """True for what may be an earlier report that lies among the inputs, as it does in a checkout that CI lints."""
    try:
        with path.open("rb") as file:
            return _REPORT.match(file.read(1000)) is not None
    except OSError:
        return False
