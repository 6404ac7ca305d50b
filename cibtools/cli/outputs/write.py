"""Files of options are read, and results written: they go to a file completely or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from cibtools.errors import ConfigError, InputError


def read_text(path: Path) -> str:
    """The text of a small file that an option names; raise ConfigError if it cannot be read."""
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 (byte {error.start})", hint="save it as UTF-8") from error


def write_atomically(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Replace a file by new content in one step; raise InputError if that cannot be done.

    An existing file keeps its mode; a link is followed, so that the file it names is replaced, not the link. What is no
    regular file, such as /dev/stdout, is written to as it is. Without `durable` a power failure may lose the content.
    """
    target = path.resolve()
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        temporary = target.with_name(f".{target.name}.{os.getpid()}")
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                if durable:
                    os.fsync(file.fileno())
            temporary.chmod(mode)
            temporary.replace(target)
        except BaseException:
            temporary.unlink()
            raise
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({(error.strerror or str(error)).lower()})", hint="choose another place"
        ) from error


def make_directory(directory: Path) -> None:
    """Make a directory with those above it, if it is not there; raise InputError if that cannot be done."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{directory}: cannot be made ({(error.strerror or str(error)).lower()})") from error


def _umask() -> int:
    """The process's umask; the only way to read it is to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
