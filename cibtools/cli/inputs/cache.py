"""The cache: what was worked out before and cannot have changed, in the user's cache directory.

Two things are kept: the parsed rule files, which take as long to parse as Python to start, and the answer of `lint` for
inputs, rules and options that are the same to the byte, since hooks and editors ask again and again. Cached answers are
what was printed, so secrets are masked in them; the directory is readable by its owner alone all the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from cibtools import __version__
from cibtools.cli.outputs.write import drop_cached, write_cached

_KEPT = 32
"""So many answers are kept, the newest."""


def cache_directory() -> Path:
    """Where the cache is: XDG_CACHE_HOME or ~/.cache, below it `cibtools`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cibtools"


def recall(name: str) -> object:
    """What is kept under a name; None if it is not there, or not as it was written."""
    try:
        directory = cache_directory()
        if not _is_ours(directory):
            return None
        seal, _, text = (directory / f"{name}.json").read_bytes().partition(b"\n")
        kept: object = json.loads(text) if seal.decode() == digest([name, text]) else None
    except (OSError, ValueError, RuntimeError):
        return None
    return kept


def keep(name: str, value: object, family: str, count: int = _KEPT) -> None:
    """Keep a value, and of the family of names that begin alike only the newest.

    A cache that cannot be written costs time and nothing else, so that is no error.
    """
    try:
        directory = cache_directory()
        if directory.exists() and not _is_ours(directory):
            return
        text = json.dumps(value).encode()
        write_cached(directory / f"{name}.json", b"%s\n%s" % (digest([name, text]).encode(), text))
        kept = sorted(directory.glob(f"{family}-*.json"), key=lambda path: path.stat().st_mtime_ns)
        drop_cached(kept[:-count])
    except (OSError, RuntimeError):
        return


def _is_ours(directory: Path) -> bool:
    """True for a directory that is ours and that nobody else may write to: what others put there is not believed."""
    status = directory.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022


def digest(parts: Iterable[str | bytes]) -> str:
    """A name for a sequence of texts; no other sequence has it."""
    # The module behind hashlib, where it is to be had: hashlib loads OpenSSL, which takes longer than all else here.
    try:
        from _blake2 import blake2b
    except ImportError:
        from hashlib import blake2b

    state = blake2b(digest_size=20)
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()


def program_stamp() -> str:
    """A text that changes with the program itself, so that a checkout under work never answers from its past."""
    package = Path(__file__).parent.parent.parent
    tables = (package / "cluster" / "vocabulary").glob("*.json")
    return f"{__version__}\0{stamp(sorted((*package.rglob('*.py'), *tables)))}"


def stamp(files: Iterable[Path]) -> str:
    """A text that changes whenever one of these files changes, is added or goes away."""
    marks = ((path, path.stat()) for path in files)
    return "\0".join(f"{path}\0{status.st_mtime_ns} {status.st_size}" for path, status in marks)
