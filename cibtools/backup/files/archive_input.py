"""From an archive that the user named to its files, and to what is said about those that are left out.

A member is treated like a file of a walked directory; what is refused is told once for each cause, however many members
have it, so that a hostile archive cannot fill the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from os import fsencode
from typing import BinaryIO

from cibtools.backup.files.archive import unpack
from cibtools.backup.files.archive_member import ArchiveLimits, BombError, Reason, Refused
from cibtools.backup.files.raw import (
    ARCHIVE_LIMIT,
    MEMBER_LIMIT,
    RATIO_LIMIT,
    Limits,
    Raw,
    is_record,
    is_skipped,
    read_member,
    too_large,
)
from cibtools.backup.record.kind import Defect
from cibtools.backup.record.source import Source, Span

_WORDS = {
    Reason.LINK: "a link that leads out of the archive",
    Reason.DEVICE: "a device or a pipe",
    Reason.ENCRYPTED: "encrypted",
}
_SHOWN = 100
"""Characters of a hostile name that a message quotes."""


def walk_archive(path: str, file: BinaryIO, limits: Limits) -> Iterator[Raw]:
    """Yield every file of an archive, in byte order of names, and what is to be said about the rest."""
    bounds = ArchiveLimits(ARCHIVE_LIMIT, MEMBER_LIMIT, RATIO_LIMIT, limits.cib)
    try:
        members, refused = unpack(file, bounds, lambda name: not is_record(name) and not is_skipped(name))
    except BombError as error:
        message = f"the archive holds {error}, which no backup does"
        yield _complaint(path, path, "", message, "take the backup again, or unpack the archive yourself")
        return
    wanted = sorted((member for member in members if not is_skipped(member.name)), key=lambda item: fsencode(item.name))
    for member in wanted:
        below = f"{path}/{member.name}"
        if is_record(member.name):
            yield Raw(Source(below, b""), path, member.name, walked=True, listed=True)
        elif member.data is None:
            yield too_large(below, path, member.name, limits.cib)
        else:
            yield read_member(below, path, member.name, member.data, limits)
    yield from _refusals(path, refused, bool(members))
    if not wanted and not refused:
        yield _complaint(path, path, "", "the archive holds no files", "take the backup again")


def _refusals(path: str, refused: tuple[Refused, ...], some_read: bool) -> Iterator[Raw]:
    """Say for each cause what is left out; only what may have been configuration is an error."""
    for reason in Reason:
        found = [entry for entry in refused if entry.reason is reason]
        if not found:
            continue
        first = found[0].name
        others = f", as are {len(found) - 1} more members" if len(found) > 1 else ""
        match reason:
            case Reason.DAMAGED:
                rest = ", and what follows there is lost" if some_read else ", and nothing can be read from it"
                message = f"the archive is damaged ({first[:_SHOWN]}){rest}"
                yield _complaint(path, path, "", message, "take the backup again")
            case Reason.OUTSIDE:
                count = f"{len(found)} members" if len(found) > 1 else "a member"
                message = f"the archive has {count} whose name leads out of it, '{first[:_SHOWN]}'"
                yield _complaint(path, path, "", message, "pack the backup with relative names")
            case Reason.ENCRYPTED:
                yield _complaint(
                    f"{path}/{first}", path, first, f"{_WORDS[reason]}{others}", "pack it without a password"
                )
            case _:
                yield _complaint(f"{path}/{first}", path, first, f"{_WORDS[reason]}{others}", "", fatal=False)


def _complaint(path: str, base: str, name: str, message: str, hint: str, *, fatal: bool = True) -> Raw:
    variant = "unread" if fatal else "unclassified"
    defect = Defect(variant, message, Span(0, 0), hint, fatal=fatal)
    return Raw(Source(path, b""), base, name, defect, walked=True)
