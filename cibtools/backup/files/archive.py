"""Unpacking an archive in memory: nothing is written, no name leads out of it, and nothing explodes.

Limits are checked on what the decompressor gives out, before anybody believes a header; a bomb is refused as a whole,
while a damaged archive gives up what stands before the damage.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO, Self

from cibtools.backup.files.archive_member import (
    LONGEST_NAME,
    MIB,
    ArchiveLimits,
    BombError,
    Member,
    Reason,
    Refused,
    inside,
)

_ENCRYPTED = 0x1
_LONGEST_EXTENSION = 2 * LONGEST_NAME
_MOST_EXTENSIONS = 2 * MIB
"""Bytes of all headers that extend others: the library's time for each grows with the square of its size."""
_FOREIGN_ERRORS = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, OverflowError,
    LookupError, RecursionError, NotImplementedError, struct.error,
)  # fmt: skip
"""What the standard library raises for damaged archives, in one place or another."""

_PACKINGS: tuple[tuple[bytes, Callable[[BinaryIO], AbstractContextManager[io.BufferedIOBase]]], ...] = (
    (b"\x1f\x8b", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\x00", lzma.LZMAFile),
)


_EXTENSIONS = (
    tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK,
)  # fmt: skip


def is_archive(file: BinaryIO) -> bool:
    """Tell whether a file holds an archive, compressed or not, from its first block; the file is rewound."""
    head = file.read(512)
    file.seek(0)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return True
    opened = next((opened for magic, opened in _PACKINGS if head.startswith(magic)), None)
    if opened:
        try:
            with opened(file) as stream:
                head = stream.read(512)
        except _FOREIGN_ERRORS:
            head = b""
        file.seek(0)
    return head[257:262] == b"ustar"


def unpack(
    file: BinaryIO, limits: ArchiveLimits, wanted: Callable[[str], bool]
) -> tuple[tuple[Member, ...], tuple[Refused, ...]]:
    """Read an archive; of two members with one name the later counts. Raise BombError if it holds too much.

    Members whose names are not wanted are listed without their data.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    zipped = file.read(2) == b"PK"
    file.seek(0)
    members: dict[str, Member] = {}
    refused: list[Refused] = []
    entries = _zip_entries(file, size, limits, wanted) if zipped else _tar_entries(file, size, limits, wanted, members)
    try:
        for number, entry in enumerate(entries, 1):
            if number > limits.members:
                raise BombError(f"more than {limits.members} members")
            if isinstance(entry, Member):
                members.pop(entry.name, None)
                members[entry.name] = entry
            elif entry:
                refused.append(entry)
    except _FOREIGN_ERRORS as error:
        refused.append(Refused(str(error) or type(error).__name__, Reason.DAMAGED))
    return tuple(members.values()), tuple(refused)


class _Bounded(io.RawIOBase):
    """A stream that gives out no more than it may."""

    def __init__(self, stream: io.BufferedIOBase | BinaryIO, size: int, limits: ArchiveLimits) -> None:
        self._stream = stream
        self._dense = max(limits.ratio * size, MIB)
        self._limits = limits
        self._given = 0

    def read(self, size: int = -1) -> bytes:
        most = min(self._limits.total, self._dense) - self._given + 1
        data = self._stream.read(most if size < 0 else min(size, most))
        self._given += len(data)
        if self._given > self._limits.total:
            raise BombError(f"more than {self._limits.total // MIB} MiB when unpacked")
        if self._given > self._dense:
            raise BombError(f"more than {self._limits.ratio} times as large when unpacked")
        return data


def _header_type() -> type[tarfile.TarInfo]:
    """The library's header, but one that is damaged does not pass for the end of the archive."""

    class Header(tarfile.TarInfo):
        left = _MOST_EXTENSIONS

        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
            """Read one block."""
            try:
                header = super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError as error:
                if buf.strip(b"\0"):
                    raise tarfile.ReadError(str(error)) from error
                raise
            if header.type in _EXTENSIONS:
                cls.left -= header.size
                if header.size > _LONGEST_EXTENSION or cls.left < 0:
                    raise tarfile.ReadError("a name or an extended header is too long")
            return header

    return Header


def _tar_entries(
    file: BinaryIO, size: int, limits: ArchiveLimits, wanted: Callable[[str], bool], before: dict[str, Member]
) -> Iterator[Member | Refused | None]:
    """Read a tar archive from front to end; None stands for a directory."""
    head = file.read(6)
    file.seek(0)
    opened = next((opened for magic, opened in _PACKINGS if head.startswith(magic)), None)
    declared = 0
    with (
        opened(file) if opened else nullcontext(file) as plain,
        tarfile.open(
            fileobj=_Bounded(plain, size, limits), mode="r|", tarinfo=_header_type(), errors="surrogateescape"
        ) as tar,
    ):
        for info in tar:
            declared += max(info.size, 0)
            if declared > limits.total:
                raise BombError(f"more than {limits.total // MIB} MiB when unpacked")
            yield _tar_entry(tar, info, limits, wanted, before)


def _tar_entry(
    tar: tarfile.TarFile,
    info: tarfile.TarInfo,
    limits: ArchiveLimits,
    wanted: Callable[[str], bool],
    before: dict[str, Member],
) -> Member | Refused | None:
    name = inside(info.name)
    if name is None:
        return Refused(info.name, Reason.OUTSIDE)
    if info.isdir() or not name:
        return None
    if info.islnk():
        target = before.get(inside(info.linkname) or "")
        return Member(name, target.data) if target else Refused(name, Reason.LINK)
    if info.issym():
        # What it leads to inside the archive is read where it lies, and holds for every node from there.
        return None if _leads_inside(name, info.linkname) else Refused(name, Reason.LINK)
    if not info.isfile():
        return Refused(name, Reason.DEVICE)
    if info.size > limits.member or not wanted(name):
        return Member(name, None)
    content = tar.extractfile(info)
    return Member(name, content.read(limits.member) if content else b"")


def _leads_inside(name: str, target: str) -> bool:
    """Tell whether a symbolic link stays below the top of the archive."""
    if target.startswith("/"):
        return False
    depth = name.count("/")
    for part in target.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(part, 1)
        if depth < 0:
            return False
    return True


def _zip_entries(
    file: BinaryIO, size: int, limits: ArchiveLimits, wanted: Callable[[str], bool]
) -> Iterator[Member | Refused | None]:
    """Read a zip archive; the library gives out no more than a header declares, so the headers are summed first."""
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        declared = sum(info.file_size for info in infos)
        if declared > limits.total:
            raise BombError(f"more than {limits.total // MIB} MiB when unpacked")
        if declared > max(limits.ratio * size, MIB):
            raise BombError(f"more than {limits.ratio} times as large when unpacked")
        if len(infos) > limits.members:
            raise BombError(f"more than {limits.members} members")
        for info in infos:
            yield _zip_entry(archive, info, limits, wanted)


def _zip_entry(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: ArchiveLimits, wanted: Callable[[str], bool]
) -> Member | Refused | None:
    name = inside(info.filename)
    mode = info.external_attr >> 16
    if name is None:
        return Refused(info.filename, Reason.OUTSIDE)
    if info.is_dir() or not name:
        return None
    if info.flag_bits & _ENCRYPTED:
        return Refused(name, Reason.ENCRYPTED)
    if stat.S_ISLNK(mode):
        return Refused(name, Reason.LINK)
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return Refused(name, Reason.DEVICE)
    if info.file_size > limits.member or not wanted(name):
        return Member(name, None)
    with archive.open(info) as content:
        return Member(name, content.read(limits.member))
