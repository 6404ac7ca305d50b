"""A set of files in one directory: all of them new, or all of them old, whatever happens on the way.

The new directory is put together beside the old one, with links to what the old one holds besides, and takes its place
in one step of the kernel. Where that cannot be, because the directory is a mount point, somebody's current directory
or large, the files, which are all on the disk by then, get their names one by one, and lose them again on an error.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from cibtools.cli.outputs.aside import Aside, is_there, sweep, temporary

_EXCHANGE = 2
"""RENAME_EXCHANGE of renameat2(2)."""
_AT_FDCWD = -100
_MOST = 1000
"""Most entries that are carried over; a directory with more is no earlier result."""


class AsideDirectory:
    """The files of a set, written and flushed; `place` shows them."""

    def __init__(self, target: Path, files: Mapping[str, tuple[bytes, int]], absent: frozenset[str], new: int) -> None:
        """Write the files, each with its mode, for a directory with the mode `new` if there is none yet."""
        self.target = target
        self._absent = absent
        self._made = _make(target.parent)
        self._swaps = _can_swap(target)
        if not self._swaps:
            self._made = _make(target) + self._made
        self._mode = target.stat().st_mode & 0o7777 if target.is_dir() else new
        self._files: dict[str, Aside] = {}
        home = target.parent if self._swaps else target
        try:
            sweep(home)
            for name, (data, mode) in files.items():
                self._files[name] = Aside(home, data, mode)
        except BaseException:
            self.discard()
            raise

    def place(self) -> None:
        """Show the new files; raise OSError, with all as it was, if that cannot be done."""
        new = temporary(self.target.parent)
        try:
            if not self._swaps or not self._swap(new):
                self._one_by_one()
        finally:
            rmtree(new, ignore_errors=True)
        self._made = []

    def discard(self) -> None:
        """Let go of files that have no name yet, and of directories that were made for them."""
        for file in self._files.values():
            file.discard()
        for directory in self._made:
            with suppress(OSError):
                directory.rmdir()

    def _swap(self, new: Path) -> bool:
        """Put a new directory in the place of the old one; False if the old one cannot be carried over or exchanged."""
        new.mkdir(0o700)
        if self.target.is_dir() and not _carry(self.target, new, {*self._files, *self._absent}):
            return False
        for name, file in self._files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            file.park(new / name)
        new.chmod(self._mode)
        _flush(new)
        if not self.target.is_dir() or not any(self.target.iterdir()):
            new.replace(self.target)
        elif not _exchange(new, self.target):
            return False
        _flush(self.target.parent)
        return True

    def _one_by_one(self) -> None:
        undo: list[tuple[Path, Path | None]] = []
        made: list[Path] = []
        try:
            for name in self._absent:
                self._save(self.target / name, undo)
            for name, file in self._files.items():
                path = self.target / name
                made += _make(path.parent)
                self._save(path, undo)
                file.place(path)
        except BaseException:
            for path, saved in reversed(undo):
                saved.replace(path) if saved else path.unlink(missing_ok=True)
            for directory in made:
                directory.rmdir()
            raise
        for _, saved in undo:
            if saved:
                saved.unlink()

    @staticmethod
    def _save(path: Path, undo: list[tuple[Path, Path | None]]) -> None:
        saved = temporary(path.parent) if is_there(path) else None
        if saved:
            path.replace(saved)
        undo.append((path, saved))


def _make(directory: Path) -> list[Path]:
    """Make a directory with those above it; give back those that were not there, the innermost first."""
    missing = [path for path in (directory, *directory.parents) if not path.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    return missing


def _can_swap(target: Path) -> bool:
    """True if nobody would miss the directory itself: only its name and content count."""
    if not os.access(target.parent, os.W_OK):
        return False
    if not target.is_dir():
        return True
    try:
        here = Path.cwd()
        listed = any(name.startswith("system.posix_acl") for name in os.listxattr(target))
    except OSError:
        # The current directory is gone, or there are no such attributes; it is not worth finding out more.
        return False
    stays = listed or target.is_mount() or target in (here, *here.parents)
    return not stays and target.stat().st_uid == os.geteuid() and os.access(target, os.W_OK)


def _carry(old: Path, new: Path, without: set[str]) -> bool:
    """Link whatever else the old directory holds into the new one; False if that is too much, or not allowed."""
    entries = 0
    for directory, directories, files in os.walk(old):
        relative = Path(directory).relative_to(old)
        entries += len(files) + len(directories)
        if entries > _MOST:
            return False
        try:
            for name in directories:
                made = new / relative / name
                # A link to a directory is an entry like any other.
                if Path(directory, name).is_symlink():
                    os.link(Path(directory, name), made, follow_symlinks=False)
                elif os.path.ismount(Path(directory, name)):
                    return False
                else:
                    made.mkdir()
                    made.chmod(Path(directory, name).stat().st_mode & 0o7777)
            for name in files:
                if str(relative / name) not in without:
                    os.link(Path(directory, name), new / relative / name, follow_symlinks=False)
        except PermissionError:
            return False
    return True


def _exchange(new: Path, old: Path) -> bool:
    """Let two directories change their names in one step; False where the file system cannot do that."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "renameat2"):
        return False
    names = os.fsencode(new), os.fsencode(old)
    return bool(library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE) == 0)


def _flush(directory: Path) -> None:
    """Let a power failure find the names as they are now."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
