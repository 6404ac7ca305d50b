"""Opening what the user named: files, directories, compressed files and standard input, within limits.

Directories are walked in byte order of names and links are not followed, so the same backup always gives the same
documents. Nothing here looks for meaning; `reader.py` hands each file to the sniffer and the parsers.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from cibtools.backup.document import Document
from cibtools.backup.kind import Defect, Kind
from cibtools.backup.source import Source, Span
from cibtools.errors import InputError

MIB = 1 << 20
CIB_LIMIT = 16 * MIB
"""Largest CIB that is read, in bytes, after decompression."""
FILE_LIMIT = MIB
"""Largest file of any other kind."""
MEMBER_LIMIT = 20_000
"""Most files that one directory may hold."""
RATIO_LIMIT = 200
"""Most bytes that one compressed byte may become; more is a decompression bomb."""
ARCHIVE_LIMIT = 512 * MIB
"""Most bytes that an archive may hold."""
_HEAD = 64 * 1024
_SKIPPED_DIRECTORIES = frozenset({".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules"})
_SKIPPED_ENDINGS = ("~", ".swp", ".rpmsave", ".rpmnew", ".orig", ".pyc")
_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00", b"PK\x03\x04", b"PK\x05\x06")
"""How archives and compressed files begin; a plain tar archive has its mark further on."""
_LOGS = frozenset((
    "ha-log", "ha-log.txt", "ha-debug", "ha-debug.txt", "cluster-log.txt", "messages", "events.txt", "analysis.txt",
    "dlm_dump.txt",
))  # fmt: skip
_COMPRESSIONS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"))


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be, in bytes."""

    cib: int = CIB_LIMIT
    other: int = FILE_LIMIT


@dataclass(frozen=True, slots=True)
class Raw:
    """One file as it came: a source, or the defect that kept it from being read."""

    source: Source
    base: str
    """The input it came from: a directory that was walked, or the file's own directory."""
    name: str
    """Its path below `base`."""
    failure: Defect | None = None
    walked: bool = False
    """True if the user named the directory or archive, not the file."""
    listed: bool = False
    """True for what reports record and nobody looks into: logs, inputs of the policy engine."""

    def document(self) -> Document:
        """The document that stands for a file that could not be read."""
        assert self.failure is not None
        return Document(Kind.UNREAD, self.source, reason=self.failure.message, defects=(self.failure,))


def walk_input(path: str, limits: Limits) -> Iterator[Raw]:
    """Yield every file of one input; raise InputError if the input itself does not exist or cannot be listed."""
    try:
        mode = os.stat(path).st_mode
    except OSError as error:
        raise InputError(
            f"{path}: {_reason(error)}", hint="name a CIB file, a backup directory, or - for standard input"
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
        yield replace(_failed(below, path, name, reason, ""), walked=True)


def _names_below(top: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Paths of all regular files below a directory, in byte order; and the directories that cannot be listed.

    Raise InputError if that is the directory itself.
    """
    found: list[str] = []
    closed: list[tuple[str, str]] = []

    def fail(error: OSError) -> None:
        name = os.path.relpath(error.filename, top)
        if name == ".":
            raise InputError(f"{error.filename}: {_reason(error)}") from error
        closed.append((name, _reason(error)))

    for directory, directories, files in os.walk(top, onerror=fail):
        directories[:] = [name for name in directories if name not in _SKIPPED_DIRECTORIES]
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


def is_skipped(name: str) -> bool:
    """True for a path that no backup is about: hidden files, copies of editors and package managers, repositories."""
    *directories, base = name.split("/")
    hidden = base.startswith(".") or base.endswith(_SKIPPED_ENDINGS)
    return hidden or not _SKIPPED_DIRECTORIES.isdisjoint(directories)


def is_record(name: str) -> bool:
    """True for what reports record of the past, which may be large and is no configuration."""
    directory, _, base = f"/{name}".rpartition("/")
    plain = base.removesuffix(".gz").removesuffix(".bz2").removesuffix(".xz")
    return directory.endswith("/pengine") or plain in _LOGS or plain.endswith(".log")


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
        yield _failed(path, base, name, _reason(error), "")


def walk_stream(
    path: str, file: BinaryIO, limits: Limits, *, base: str = ".", name: str | None = None
) -> Iterator[Raw]:
    """Read what cannot be read twice, such as standard input, under the name that messages shall show."""
    head = file.read(_HEAD)
    if not head.startswith(_PACKED) and head[257:262] != b"ustar":
        yield _bounded(path, base, name or path, head, file, limits)
        return
    data = head + file.read(ARCHIVE_LIMIT + 1 - len(head))
    yield from _file_or_archive(path, base, name or path, io.BytesIO(data), limits)


def _file_or_archive(path: str, base: str, name: str, file: BinaryIO, limits: Limits) -> Iterator[Raw]:
    head = file.read(_HEAD)
    file.seek(0)
    if head.startswith(_PACKED) or head[257:262] == b"ustar":
        # Few backups are archives, so nobody else pays for these imports.
        from cibtools.backup.archive import is_archive
        from cibtools.backup.archive_input import walk_archive

        if is_archive(file):
            yield from walk_archive(path, file, limits)
            return
    yield _bounded(path, base, name, file.read(_HEAD), file, limits)


def _read_path(path: str, base: str, name: str, limits: Limits) -> Raw:
    try:
        with Path(path).open("rb") as file:
            return _bounded(path, base, name, file.read(_HEAD), file, limits)
    except OSError as error:
        return _failed(path, base, name, _reason(error), "")


def read_member(path: str, base: str, name: str, data: bytes, limits: Limits) -> Raw:
    """Read a file that lay in an archive."""
    file = io.BytesIO(data)
    return replace(_bounded(path, base, name, file.read(_HEAD), file, limits), walked=True)


def _bounded(path: str, base: str, name: str, head: bytes, file: BinaryIO, limits: Limits) -> Raw:
    """Read a file whose head is read already."""
    packing = next((packing for magic, packing in _COMPRESSIONS if head.startswith(magic)), None)
    limit = limits.cib if packing or _looks_like_xml(head) else limits.other
    data = head if len(head) < _HEAD else head + file.read(limit - len(head) + 1)
    if len(data) > limit:
        return too_large(path, base, name, limit)
    if packing is None:
        return Raw(Source(path, data), base, name)
    try:
        unpacked = _unpack(packing, data, limits.cib)
    except ValueError as error:
        return _failed(path, base, name, f"the {packing} data is damaged ({error})", "take the backup again")
    if unpacked is None or len(unpacked) > max(RATIO_LIMIT * len(data), MIB):
        return too_large(path, base, name, limits.cib)
    return Raw(Source(path, unpacked), base, name)


def _unpack(packing: str, data: bytes, limit: int) -> bytes | None:
    """The unpacked bytes, or None if they are more than limit; raise ValueError if they are damaged."""
    # Few backups are compressed, so nobody else pays for these imports.
    import bz2
    import gzip
    import lzma
    import zlib

    packed = io.BytesIO(data)
    try:
        with (
            gzip.GzipFile(fileobj=packed)
            if packing == "gzip"
            else bz2.BZ2File(packed)
            if packing == "bzip2"
            else lzma.LZMAFile(packed)
        ) as stream:
            unpacked = stream.read(limit + 1)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise ValueError(str(error)) from error
    return None if len(unpacked) > limit else unpacked


def _looks_like_xml(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").startswith(b"<") or b"<cib" in head


def too_large(path: str, base: str, name: str, limit: int) -> Raw:
    """The failure that stands for a file beyond the limit."""
    return _failed(
        path,
        base,
        name,
        f"larger than {limit // MIB} MiB, which no such file is",
        "leave it out of the backup directory",
    )


def _failed(path: str, base: str, name: str, message: str, hint: str) -> Raw:
    return Raw(Source(path, b""), base, name, Defect("unread", message, Span(0, 0), hint, fatal=True))


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
