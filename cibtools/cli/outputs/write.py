"""The one way to write: places that the guard let through get new content, all of it or none.

Everything is on the disk before anything is shown, so a full disk leaves all as it was. Modes are decided here: what
holds a secret, or comes from a file that not everybody may read, is for its owner alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from msgspec import Struct

from cibtools.cli.outputs.aside import Aside, sweep
from cibtools.cli.outputs.directory import AsideDirectory
from cibtools.cli.outputs.guard import Place
from cibtools.errors import InputError

_OWNER = 0o600


class NewFile(Struct, frozen=True):
    """A file to write."""

    place: Place
    data: bytes
    secret: bool = False
    """True if the content may hold a secret."""


class NewFiles(Struct, frozen=True):
    """A set of files to write into one directory."""

    place: Place
    files: Mapping[str, bytes]
    """Content by name below the directory."""
    absent: frozenset[str] = frozenset()
    """Names that the directory shall not hold any more."""
    ours: frozenset[str] = frozenset()
    """Names that an earlier, unfinished run wrote, and that may be replaced without being asked."""
    secret: bool = False


def write_all(outputs: Sequence[NewFile | NewFiles]) -> None:
    """Write everything that a call gives; raise InputError, with nothing changed, if it does not fit."""
    for output in outputs:
        if isinstance(output, NewFiles):
            output.place.guard.members(output.place, {*output.files, *output.absent}, output.ours)
    with ExitStack() as stack:
        staged = [(output, _stage(output, stack)) for output in outputs]
        for output, aside in staged:
            with _told(output.place.path):
                _show(output, aside)


def _stage(output: NewFile | NewFiles, stack: ExitStack) -> Aside | AsideDirectory | None:
    """Write to the disk without showing it; None for a stream, of which nothing can be taken back."""
    place = output.place
    private = place.guard.private or output.secret
    with _told(place.path):
        if isinstance(output, NewFiles):
            files = {name: (data, _mode(place.target / name, private=private)) for name, data in output.files.items()}
            aside: Aside | AsideDirectory = AsideDirectory(place.target, files, output.absent, 0o777 & ~_umask())
        elif place.is_stream:
            return None
        else:
            sweep(place.target.parent)
            aside = Aside(place.target.parent, output.data, _mode(place.target, private=private))
    stack.callback(aside.discard)
    return aside


def _show(output: NewFile | NewFiles, aside: Aside | AsideDirectory | None) -> None:
    if isinstance(aside, AsideDirectory):
        aside.place()
    elif isinstance(aside, Aside):
        aside.place(output.place.target)
    elif isinstance(output, NewFile):
        with output.place.path.open("wb") as stream:
            stream.write(output.data)


def rewrite_all(files: Mapping[Path, bytes]) -> None:
    """Give files that are there new content, mode and owner kept; raise InputError, nothing changed, if it fails."""
    with ExitStack() as stack:
        staged: list[tuple[Path, Aside]] = []
        for path, data in files.items():
            with _told(path):
                target = path.resolve()
                status = target.stat()
                sweep(target.parent)
                aside = Aside(target.parent, data, status.st_mode & 0o7777, owner=(status.st_uid, status.st_gid))
            stack.callback(aside.discard)
            staged.append((target, aside))
        for target, aside in staged:
            with _told(target):
                aside.place(target)


def write_cached(path: Path, data: bytes) -> None:
    """Write an entry of the cache, for its owner alone; a power failure may lose it. Raise OSError if that fails."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = Aside(path.parent, data, _OWNER, durable=False)
    try:
        aside.place(path)
    finally:
        aside.discard()


def drop_cached(paths: Sequence[Path]) -> None:
    """Remove entries of the cache."""
    for path in paths:
        path.unlink(missing_ok=True)


def write_scratch(path: Path, data: bytes) -> None:
    """Write a file for another program into a temporary directory of this process."""
    path.write_bytes(data)


def _mode(target: Path, *, private: bool) -> int:
    """An existing file keeps its mode, but what is private is for its owner."""
    mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
    return mode & ~0o077 if private else mode


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn the system's refusal into an error that names the output."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{path}: cannot be written ({reason})", hint="choose another place") from error


def _umask() -> int:
    """The process's umask; the only way to read it is to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
