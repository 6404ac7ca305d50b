"""Names of disks inside a domU, which an xm file may also give as a device number."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"0x[0-9a-fA-F]{3,8}|[0-9][0-9a-fA-F]{2,7}")
_IDE_MAJORS = (3, 22, 33, 34, 56, 57, 88, 89, 90, 91)
_MAJORS = {8: "sd", 202: "xvd"}
"""Major numbers of Linux, Documentation/devices.txt."""


def frontend(vdev: str) -> str:
    """The name of a disk inside the domU, without what only says how it is presented."""
    name = vdev.strip()
    for prefix in ("ioemu:", "tap:", "/dev/"):
        name = name.removeprefix(prefix)
    return _from_number(name.partition(":")[0])


def _from_number(name: str) -> str:
    """The name of a device that is given as a hexadecimal number, as xend reads it (util/blkif.py); else the name."""
    if not _NUMBER.fullmatch(name):
        return name
    number = int(name, 16)
    if number >> 28:
        disk, partition = (number >> 8) & 0xFFFFF, number & 0xFF
        return _device_name("xvd", disk, partition) if number >> 28 == 1 else name
    major, minor = number >> 8, number & 0xFF
    if major in _IDE_MAJORS:
        return _device_name("hd", 2 * _IDE_MAJORS.index(major) + (minor >> 6), minor & 0x3F)
    if major in _MAJORS:
        return _device_name(_MAJORS[major], minor >> 4, minor & 0xF)
    return name


def _device_name(stem: str, disk: int, partition: int) -> str:
    letters = ""
    disk += 1
    while disk:
        disk, letter = divmod(disk - 1, 26)
        letters = chr(ord("a") + letter) + letters
    return f"{stem}{letters}{partition or ''}"
