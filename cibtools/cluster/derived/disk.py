"""Disk identity: which entries of domU files mean one and the same device, under whatever name and as whole or as part.

Two domUs that write to one disk destroy it, and Xen's own check sees one host only. Names are compared as text:
symbolic links, minor numbers and device-mapper tables live on hosts we cannot ask. What only a side file knows (aliases
in multipath.conf, links below /dev) comes in as a mapping of names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from cibtools.cluster.derived.clean_path import clean
from cibtools.cluster.derived.disk_name import canonical


class DiskKind(Enum):
    """Where the name of a disk lives."""

    BLOCK = "block"
    """A device node; `file:/dev/x` is one too."""
    FILE = "file"
    """An image file, whichever back end reads it."""
    DRBD = "drbd"
    """A DRBD resource by its name."""
    OTHER = "other"
    """Whatever a block script makes of it: iSCSI names and the like."""


class Access(Enum):
    """What a domU may do to a disk."""

    READ = "r"
    WRITE = "w"
    FORCED = "w!"
    """Write, and no check whether another domain has it."""


class Clash(Enum):
    """What two domUs do to each other on one disk."""

    READERS = "readers"
    """Both only read."""
    CHANGING = "changing"
    """One reads while the other writes."""
    WRITERS = "writers"


class Relation(Enum):
    """How two disks are the same."""

    SAME = "same"
    ALIAS = "alias"
    """Two names of one device."""
    OVERLAP = "overlap"
    """A whole disk and one of its partitions."""


class DiskIdentity(Struct, frozen=True):
    """One source of a disk entry, reduced to what can be compared."""

    kind: DiskKind
    name: str
    """The source as written, cleaned up as text only."""
    device: str
    """The one name we use for the device, whichever of its names was written."""
    owner: str = ""
    """The domain that serves the disk if that is not domain 0."""
    format: str = ""
    """Image format, for files that are not plain."""
    certain: bool = True
    """False if the same name need not mean the same device: kernel names such as `/dev/sdc`, relative paths."""


_MODES = {"r": Access.READ, "ro": Access.READ, "w": Access.WRITE, "rw": Access.WRITE, "w!": Access.FORCED}
_PLAIN_DRIVERS = frozenset({"", "aio", "sync"})
_TAP = re.compile(r"(?:tapdisk:)?(aio|sync|ram|qcow2?|vmdk|vhd):(?=/)")
_FILE_TYPES = frozenset({"file", "tap", "tap2", "blktap", "blktap2"})
# The kernel hands these names out in the order in which it meets the disks, on each node anew.
_KERNEL_NAME = re.compile(r"/dev/(?:[sh]d[a-z]+\d*|dm-\d+|loop\d+|(?:cciss|ida)/c\d+d\d+(?:p\d+)?)$")
_PARTITIONS = (
    re.compile(r"(/dev/(?:xvd|sd|hd|vd)[a-z]+)\d+$"),
    re.compile(r"(/dev/(?:(?:cciss|ida)/c\d+d\d+|md\d+|drbd\d+|mmcblk\d+|nvme\d+n\d+))p\d+$"),
    re.compile(r"(/dev/.+)-part\d+$"),
)
# kpartx puts a `p` between name and number if it is not told otherwise.
_KPARTX = re.compile(r"(/dev/mapper/.+)p\d+$")


def parse_access(mode: str) -> Access | None:
    """What a mode allows; None for a mode that Xen does not know."""
    return _MODES.get(mode.strip())


def is_cdrom(vdev: str, path: str) -> bool:
    """True for a drive that is read-only by its nature, or an image of such a medium."""
    return vdev.strip().endswith(":cdrom") or path.lower().endswith(".iso")


def identify(
    kind: str, driver: str, path: str, backend: str = "", aliases: Mapping[str, str] | None = None
) -> DiskIdentity | None:
    """Reduce a disk source to its identity; None for an empty drive.

    `kind` and `driver` are what stands before the path (`phy`, `tap` and `aio`), `backend` is the fourth field of the
    entry. `aliases` maps further names to names, such as `/dev/mapper/mpath1` to one below `/dev/disk/by-id`.
    """
    kind, driver, path, backend = kind.strip().lower(), driver.strip().lower(), path.strip(), backend.strip()
    if not path:
        return None
    known = aliases or {}
    owner = "" if backend in ("", "0", "Domain-0") else backend
    if kind == "phy":
        name = clean(path if path.startswith("/") else f"/dev/{path}")
        return _named(DiskKind.BLOCK, name, owner, "", known)
    if kind in _FILE_TYPES or (not kind and path.startswith("/")):
        tap = _TAP.match(path)
        driver, path = (tap[1], path[tap.end() :]) if tap else (driver, path)
        name = clean(path)
        place = DiskKind.BLOCK if name.startswith("/dev/") else DiskKind.FILE
        return _named(place, name, owner, "" if driver in _PLAIN_DRIVERS else driver, known)
    name = ":".join(part for part in (kind, driver, path) if part)
    if kind == "drbd":
        # Xen's util/blkif.py puts /dev/ before it; the script block-drbd takes it for the name of a resource.
        node = path if path.startswith("/") else f"/dev/{path}"
        if re.match(r"/dev/drbd(?:\d|/)", node):
            return _named(DiskKind.BLOCK, clean(node), owner, "", known)
        return _named(DiskKind.DRBD, name, owner, "", known)
    return _named(DiskKind.OTHER, name.casefold(), owner, "", known)


def _named(kind: DiskKind, name: str, owner: str, image: str, aliases: Mapping[str, str]) -> DiskIdentity:
    device = canonical(name, aliases)
    certain = not _KERNEL_NAME.match(name) and (kind is not DiskKind.FILE or name.startswith("/"))
    return DiskIdentity(kind, name, device, owner, image, certain)


def whole_disk(device: str, known: Mapping[str, str]) -> str | None:
    """The disk that a device is a partition of, or None; `known` maps names in use as disks to their devices.

    `/dev/mapper/mpath1p2` could be a name like any other, so it counts as a partition only if `mpath1` is known.
    """
    for pattern in _PARTITIONS:
        found = pattern.match(device)
        if found:
            return found[1]
    found = _KPARTX.match(device)
    return known.get(found[1]) if found else None


def relate(one: DiskIdentity, two: DiskIdentity, known: Mapping[str, str]) -> Relation | None:
    """How two disks are the same device, or None; `known` as for `whole_disk`."""
    if one.owner != two.owner:
        return None
    if one.device == two.device:
        return Relation.SAME if one.name == two.name else Relation.ALIAS
    if whole_disk(one.device, known) == two.device or whole_disk(two.device, known) == one.device:
        return Relation.OVERLAP
    return None


def clash(one: Access, two: Access, *, medium: bool = False) -> Clash | None:
    """What two domUs with these rights do to each other; `medium` if the disk is a CD or an image of one."""
    writers = sum(access is not Access.READ for access in (one, two))
    if writers == 2:
        return Clash.WRITERS
    if writers == 1:
        return Clash.CHANGING
    return None if medium else Clash.READERS
