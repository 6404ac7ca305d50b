"""Opening what the user named: files, directories, compressed files and standard input, within limits.

Directories are walked in byte order of names and links are not followed, so the same backup always gives the same
documents. Nothing here looks for meaning; `reader.py` hands each file to the sniffer and the parsers.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from cibtools.backup.files.raw import (
    ARCHIVE_LIMIT,
    HEAD,
    MEMBER_LIMIT,
    SKIPPED_DIRECTORIES,
    Limits,
    Raw,
    failed,
    is_record,
    is_skipped,
    read_bounded,
    reason_of,
)
from cibtools.backup.record.source import Source
from cibtools.errors import InputError

_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04", b"PK\x05\x06")
"""How archives and compressed files begin; a plain tar archive has its mark further on."""


def walk_input(path: str, limits: Limits) -> Iterator[Raw]:
    """Yield every file of one input; raise InputError if the input itself does not exist or cannot be listed."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise InputError(
            f"{path}: {reason_of(error)}", hint="name a CIB file, a backup directory, or - for standard input"
        ) from error
    if not stat.S_ISDIR(mode):
        yield from _named_file(path, limits)
        return
    names, closed = _names_below(path)
    if len(names) > MEMBER_LIMIT:
        raise InputError(
            f"{path}: holds more than {MEMBER_LIMIT} files", hint="name the backup directory itself, not one above it"
        )
    for name in names:
        below = name if path == "." else f"{path}/{name}"
        if is_record(name):
            yield Raw(Source(below, b""), path, name, walked=True, listed=True)
        else:
            yield replace(_read_path(below, path, name, limits), walked=True)
    for name, reason in closed:
        below = name if path == "." else f"{path}/{name}"
        yield replace(failed(below, path, name, reason, ""), walked=True)


def _names_below(top: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Paths of all regular files below a directory, in byte order; and the directories that cannot be listed.

    Raise InputError if that is the directory itself.
    """
    found: list[str] = []
    closed: list[tuple[str, str]] = []

    def fail(error: OSError) -> None:
        name = os.path.relpath(error.filename, top)
        if name == ".":
            raise InputError(f"{error.filename}: {reason_of(error)}") from error
        closed.append((name, reason_of(error)))

    for directory, directories, files in os.walk(top, onerror=fail):
        directories[:] = [name for name in directories if name not in SKIPPED_DIRECTORIES]
        relative = os.path.relpath(directory, top)
        found += [
            name if relative == "." else f"{relative}/{name}"
            for name in files
            if not is_skipped(name) and _may_be_read(os.path.join(directory, name))
        ]
    return sorted(found, key=os.fsencode), sorted(closed)


def _may_be_read(path: str) -> bool:
    """False for pipes, devices and links; what cannot even be asked about shall fail when it is opened."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return True


def _named_file(path: str, limits: Limits) -> Iterator[Raw]:
    """Read a file that the user named: an archive is unpacked."""
    base, name = os.path.dirname(path) or ".", os.path.basename(path)
    try:
        with Path(path).open("rb") as file:
            if file.seekable():
                yield from _file_or_archive(path, base, name, file, limits)
            else:
                yield from walk_stream(path, file, limits, base=base, name=name)
    except OSError as error:
        yield failed(path, base, name, reason_of(error), "")


def walk_stream(
    path: str, file: BinaryIO, limits: Limits, *, base: str = ".", name: str | None = None
) -> Iterator[Raw]:
    """Read what cannot be read twice, such as standard input, under the name that messages shall show."""
    head = file.read(HEAD)
    if not head.startswith(_PACKED) and head[257:262] != b"ustar":
        yield read_bounded(path, base, name or path, head, file, limits)
        return
    data = head + file.read(ARCHIVE_LIMIT + 1 - len(head))
    yield from _file_or_archive(path, base, name or path, io.BytesIO(data), limits)


def _file_or_archive(path: str, base: str, name: str, file: BinaryIO, limits: Limits) -> Iterator[Raw]:
    head = file.read(HEAD)
    file.seek(0)
    if head.startswith(_PACKED) or head[257:262] == b"ustar":
        # Few backups are archives, so nobody else pays for these imports.
        from cibtools.backup.files.archive import is_archive
        from cibtools.backup.files.archive_input import walk_archive

        if is_archive(file):
            yield from walk_archive(path, file, limits)
            return
    yield read_bounded(path, base, name, file.read(HEAD), file, limits)


def _read_path(path: str, base: str, name: str, limits: Limits) -> Raw:
    try:
        with Path(path).open("rb") as file:
            return read_bounded(path, base, name, file.read(HEAD), file, limits)
    except OSError as error:
        return failed(path, base, name, reason_of(error), "")
