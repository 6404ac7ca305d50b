"""What an archive gives: its members, those that are refused, and how much it may hold at most."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

MIB = 1 << 20
LONGEST_NAME = 4096
"""Characters of a member's name."""


class ArchiveLimits(Struct, frozen=True):
    """How much an archive may hold."""

    total: int = 512 * MIB
    """Bytes, unpacked."""
    members: int = 20_000
    ratio: int = 200
    """Unpacked bytes for each packed one; small archives may be packed tighter."""
    member: int = 16 * MIB
    """Bytes of one member; larger ones are passed over."""


class BombError(Exception):
    """The archive holds more than any backup; the message says how."""


class Reason(Enum):
    """Why a member is refused."""

    OUTSIDE = "outside"
    """Its name leads out of the archive."""
    LINK = "link"
    """It is a link to something that is not in the archive."""
    DEVICE = "device"
    """It is a device, a pipe or the like."""
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    """The archive cannot be read from there on."""


class Member(Struct, frozen=True):
    """A file in the archive."""

    name: str
    """Its path in the archive, relative and without detours."""
    data: bytes | None
    """None if it is larger than the limit, or not wanted."""


class Refused(Struct, frozen=True):
    """A member that is not read."""

    name: str
    """As the archive has it; the error of the library if the archive is damaged."""
    reason: Reason


def inside(name: str) -> str | None:
    """Return a member's path without detours; empty for the archive's top, None if it leads out."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or ".." in parts or len(name) > LONGEST_NAME or "\0" in name:
        return None
    return "/".join(parts)
