"""Writing: results go to a file completely or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cibtools.errors import InputError


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file by new content in one step; raise InputError if that cannot be done.

    An existing file keeps its mode; a link is followed, so that the file it names is replaced, not the link.
    """
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
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


def _umask() -> int:
    """The process's umask; the only way to read it is to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
