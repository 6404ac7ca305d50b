"""The one name of a device that has several: links below /dev, names of maps, of partitions, of volumes.

Names are compared as text; what only a side file knows comes in as a mapping of names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from cibtools.cluster.derived.evms import lvm_name, without_nodes

# device-mapper joins the names of volume group and volume with one dash and doubles the dashes within them.
_DM_VOLUME = re.compile(r"/dev/mapper/((?:[^-/]|--)+)-((?:[^-/]|--)+)$")
_WWID = r"[0-9a-fA-F]{17,33}"
_BY_WWID = re.compile(rf"/dev/(?:mapper/|mpath/|disk/by-name/|disk/by-id/(?:scsi-|dm-name-|dm-uuid-mpath-))({_WWID})$")
# What device-mapper and the udev rules of its releases call a map besides /dev/mapper/NAME.
_MAP_NAME = re.compile(r"/dev/(?:mpath/|disk/by-name/|disk/by-id/dm-name-)([^/]+)$")
_BY_MAP_UUID = re.compile(r"/dev/disk/by-id/dm-uuid-(?:part(\d+)-)?mpath-([^/]+)$")
# The identifiers of SCSI's page 0x83 as scsi_id prints them: a digit for the type and 8, 12 or 16 bytes.
_MAP_OF_WWID = re.compile(r"/dev/mapper/([0-9a-fA-F]{17}(?:[0-9a-fA-F]{8}){0,2})$")
_PART_MARKS = ("-part", "_part", "p", "")
_PART_DIGITS = 3
"""Digits of the highest number that kpartx gives a partition."""
_MD = re.compile(r"/dev/md/(d?\d+)(p\d+)?$")
_DRBD = re.compile(r"/dev/drbd/(?:by-res/([^/]+)(?:/0)?|(\d+))$")
_WWN = re.compile(r"/dev/disk/by-id/wwn-0x([0-9a-fA-F]{16,32})$")
_PART = re.compile(r"(/dev/(?:mapper|disk/by-(?:id|path))/.+)[-_]part(\d+)$")


def scsi_name(wwid: str) -> str:
    """Return what a disk is called by its identifier; hexadecimal ones are written in any case."""
    return f"/dev/disk/by-id/scsi-{wwid.lower() if re.fullmatch(_WWID, wwid) else wwid}"


def canonical(name: str, aliases: Mapping[str, str]) -> str:
    """One name for a device that has several; a name we know nothing about is its own."""
    name = aliases.get(name, name)
    other = _other_name(name, aliases)
    if other is not None:
        return canonical(other, aliases)
    name = without_nodes(name)
    part = _PART.match(name)
    if part:
        return _below(f"{canonical(part[1], aliases)}-part{part[2]}", aliases)
    lvm = lvm_name(name)
    if lvm is not None and lvm.is_compatible:
        return _below(lvm.path, aliases)
    wwid = _BY_WWID.match(name)
    if wwid:
        return _below(scsi_name(wwid[1]), aliases)
    # A NAA identifier is type 3 in scsi_id's counting and stands without it in the wwn links.
    wwn = _WWN.match(name)
    if wwn:
        return _below(scsi_name(f"3{wwn[1]}"), aliases)
    found = _DM_VOLUME.match(name)
    if found:
        return _below(f"/dev/{found[1].replace('--', '-')}/{found[2].replace('--', '-')}", aliases)
    return _below(name, aliases)


def _below(name: str, aliases: Mapping[str, str]) -> str:
    """The device that lies on a disk, such as one of DRBD, if a side file says so."""
    return aliases.get(name, name)


def _other_name(name: str, aliases: Mapping[str, str]) -> str | None:
    """The plainer name of a device-mapper, md or DRBD device that is named by a link; None if it is plain already."""
    found = _MAP_NAME.match(name)
    if found:
        return f"/dev/mapper/{found[1]}"
    found = _BY_MAP_UUID.match(name)
    if found:
        return scsi_name(found[2]) + (f"-part{found[1]}" if found[1] else "")
    part = _map_partition(name, aliases)
    if part is not None:
        return part
    found = _MD.match(name)
    if found:
        return f"/dev/md{'_' * found[1].startswith('d')}{found[1]}{found[2] or ''}"
    found = _DRBD.match(name)
    if found:
        return f"drbd:{found[1]}" if found[1] else f"/dev/drbd{found[2]}"
    return None


def _map_partition(name: str, aliases: Mapping[str, str]) -> str | None:
    """The partition of a map that a name spells as kpartx does: `web1`, `webp1`, `web-part1`; None if it is none.

    A digit at the end may belong to the name: only what is left without it shows that it is a partition.
    """
    if not name.startswith("/dev/mapper/") or name in aliases or _MAP_OF_WWID.match(name):
        return None
    for digits in range(1, _PART_DIGITS + 1):
        stem, number = name[:-digits], name[-digits:]
        if not (number.isascii() and number.isdigit()):
            break
        bases = (stem.removesuffix(mark) for mark in _PART_MARKS if stem.endswith(mark) and number[0] != "0")
        for base in bases:
            wwid = _MAP_OF_WWID.match(base)
            whole = aliases.get(base) or (scsi_name(wwid[1]) if wwid else None)
            if whole:
                return f"{whole}-part{number}"
    return None
