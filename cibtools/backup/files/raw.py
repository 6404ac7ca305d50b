"""One file as it came: its bytes within limits, decompressed, or the reason why it could not be read.

Which files a backup is about at all is decided here too, so that a directory and an archive are treated alike.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.record.kind import Defect
from cibtools.backup.record.source import Source, Span

MIB = 1 << 20
CIB_LIMIT = 16 * MIB
"""Largest CIB that is read, in bytes, after decompression."""
_ELEMENT = 64
"""Fewer bytes than an element of any real CIB takes on average."""
FILE_LIMIT = MIB
"""Largest file of any other kind."""
MEMBER_LIMIT = 20_000
"""Most files that one directory may hold."""
RATIO_LIMIT = 200
"""Most bytes that one compressed byte may become; more is a decompression bomb."""
ARCHIVE_LIMIT = 512 * MIB
"""Most bytes that an archive may hold."""
HEAD = 64 * 1024
"""Bytes by which a file is first judged."""
SKIPPED_DIRECTORIES = frozenset({".git", ".hg", ".svn", ".venv", "__pycache__", "node_modules"})
_SKIPPED_ENDINGS = (".swp", ".pyc")
_LEFTOVER_ENDINGS = ("~", ".rpmsave", ".rpmnew", ".rpmorig", ".orig")
_LOGS = frozenset((
    "ha-log", "ha-log.txt", "ha-debug", "ha-debug.txt", "cluster-log.txt", "messages", "events.txt", "analysis.txt",
    "dlm_dump.txt",
))  # fmt: skip
_LIFTED = "if it is one all the same, allow more MiB: --max-size 64"
_COMPRESSIONS = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"))


class Limits(Struct, frozen=True):
    """How large a file may be, in bytes."""

    cib: int = CIB_LIMIT
    other: int = FILE_LIMIT

    @property
    def elements(self) -> int:
        """How many elements a CIB may have: each takes far more memory than its bytes."""
        return self.cib // _ELEMENT


class Raw(Struct, frozen=True):
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


def is_skipped(name: str) -> bool:
    """True for a path that no backup is about: hidden files, scratch files of editors, repositories."""
    *directories, base = name.split("/")
    if any(directory.startswith(".cibtools-") for directory in directories):
        # What a killed process of ours has left beside its result.
        return True
    hidden = base.startswith(".") or base.endswith(_SKIPPED_ENDINGS) or (".xml" in base and is_leftover(base))
    return hidden or not SKIPPED_DIRECTORIES.isdisjoint(directories)


def is_leftover(name: str) -> bool:
    """Tell whether an editor or a package manager left the file: only as copy of a side file it is worth a word."""
    return name.lower().endswith(_LEFTOVER_ENDINGS)


def is_record(name: str) -> bool:
    """True for what reports record of the past, which may be large and is no configuration."""
    directory, _, base = f"/{name}".rpartition("/")
    plain = base.removesuffix(".gz").removesuffix(".bz2").removesuffix(".xz")
    return directory.endswith("/pengine") or plain in _LOGS or plain.endswith(".log")


def read_member(path: str, base: str, name: str, data: bytes, limits: Limits) -> Raw:
    """Read a file that lay in an archive."""
    file = io.BytesIO(data)
    return replace(read_bounded(path, base, name, file.read(HEAD), file, limits), walked=True)


def read_bounded(path: str, base: str, name: str, head: bytes, file: BinaryIO, limits: Limits) -> Raw:
    """Read a file whose head is read already."""
    packing = next((packing for magic, packing in _COMPRESSIONS if head.startswith(magic)), None)
    limit = limits.cib if packing or _looks_like_xml(head) else limits.other
    data = head if len(head) < HEAD else head + file.read(limit - len(head) + 1)
    if len(data) > limit:
        return too_large(path, base, name, limit)
    if packing is None:
        return _within(Raw(Source(path, data), base, name), limits)
    try:
        unpacked = _unpack(packing, data, limits.cib)
    except ValueError as error:
        return failed(path, base, name, f"the {packing} data is damaged ({error})", "take the backup again")
    if unpacked is None or len(unpacked) > max(RATIO_LIMIT * len(data), MIB):
        return too_large(path, base, name, limits.cib)
    return _within(Raw(Source(path, unpacked), base, name), limits)


def _within(raw: Raw, limits: Limits) -> Raw:
    """A file, or the failure that stands for XML of too many elements."""
    data = raw.source.data
    if len(data) <= limits.elements or data.count(b"<") - data.count(b"</") <= limits.elements:
        return raw
    message = f"more than {limits.elements} elements, which no CIB has"
    return failed(raw.source.path, raw.base, raw.name, message, _LIFTED)


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
    return failed(
        path,
        base,
        name,
        f"larger than {limit // MIB} MiB, which no such file is",
        "leave it out of the backup directory" if limit == FILE_LIMIT else _LIFTED,
    )


def failed(path: str, base: str, name: str, message: str, hint: str) -> Raw:
    """The failure that stands for a file that could not be read."""
    return Raw(Source(path, b""), base, name, Defect("unread", message, Span(0, 0), hint, fatal=True))


def reason_of(error: OSError) -> str:
    """Why the system refused, in small letters for the middle of a sentence."""
    return (error.strerror or str(error)).lower()
