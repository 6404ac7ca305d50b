"""Bytes that are on the disk before they have a name: what cannot be written whole never shows.

Linux makes files without a name (O_TMPFILE) that vanish with the process, so neither a full disk nor kill -9 leaves one
behind. Where the file system has none, a hidden file stands in, and the next call removes those of dead processes.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from errno import EEXIST, EINVAL, EISDIR, ENOENT, EOPNOTSUPP
from itertools import count
from pathlib import Path
from shutil import rmtree

_NAME = re.compile(r"\.cibtools-(\d+)-\d+\Z")
_numbers = count()


def temporary(directory: Path) -> Path:
    """A hidden name that only this process uses."""
    return directory / f".cibtools-{os.getpid()}-{next(_numbers)}"


def sweep(directory: Path) -> None:
    """Remove what processes that were killed have left in a directory, as far as that is allowed."""
    with suppress(OSError):
        for entry in list(os.scandir(directory)):
            match = _NAME.match(entry.name)
            if match and not _lives(int(match[1])) and entry.stat(follow_symlinks=False).st_uid == os.geteuid():
                _remove(Path(entry.path))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def is_there(path: Path) -> bool:
    """True for a name that is taken, if only by a link to nothing."""
    return path.is_symlink() or path.exists()


class Aside:
    """Content of one file, written and flushed; `place` gives it its name in one step."""

    def __init__(
        self, directory: Path, data: bytes, mode: int, *, durable: bool = True, owner: tuple[int, int] | None = None
    ) -> None:
        """Write the bytes on the file system of a directory; raise OSError if they do not fit."""
        self._directory = directory
        self._path: Path | None = None
        self._handle = self._open()
        try:
            with open(self._handle, "wb", closefd=False) as file:
                file.write(data)
            # Set here and not when it is opened, so that neither umask nor a default ACL has a say.
            if owner is not None and owner != (os.geteuid(), os.getegid()):
                os.fchown(self._handle, *owner)
            os.fchmod(self._handle, mode)
            if durable:
                os.fsync(self._handle)
        except BaseException:
            self.discard()
            raise

    def _open(self) -> int:
        if hasattr(os, "O_TMPFILE") and Path("/proc/self/fd").is_dir():
            try:
                return os.open(self._directory, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            except OSError as error:
                if error.errno not in (EOPNOTSUPP, EISDIR, EINVAL, ENOENT):
                    raise
        self._path = temporary(self._directory)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        return os.open(self._path, flags, 0o600)

    def place(self, target: Path) -> None:
        """Give the file its name, in the place of one that has it; raise OSError if that cannot be done."""
        if self._path is None:
            if not is_there(target) and self._link(target):
                return
            self.park(temporary(target.parent))
        if self._path is not None:
            self._path.replace(target)
            self._path = None

    def park(self, path: Path) -> None:
        """Give the file a name that is not its last; raise OSError if that is taken."""
        if self._path is not None:
            self._path.replace(path)
        elif not self._link(path):
            raise FileExistsError(EEXIST, "file exists", str(path))
        self._path = path

    def _link(self, target: Path) -> bool:
        """Link the file without a name; False if another one has the name."""
        here = os.open(target.parent, os.O_PATH | os.O_DIRECTORY)
        try:
            # A directory handle makes Python call linkat(2) with AT_SYMLINK_FOLLOW, which this needs.
            os.link(f"/proc/self/fd/{self._handle}", target, src_dir_fd=here)
        except FileExistsError:
            return False
        finally:
            os.close(here)
        return True

    def discard(self) -> None:
        """Let go of the file; without a name it is gone."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Somebody else's.
        return True
    return True
