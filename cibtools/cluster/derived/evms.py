"""What an EVMS volume is called under LVM: worked out from its path alone, for everything that asks.

Source: EVMS user guide on compatibility volumes; README of hb2openais for containers above the volume group.
"""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.cluster.derived.clean_path import clean

_EVMS = "/dev/evms/"
_NODES = f"{_EVMS}.nodes/"
_COMPATIBLE = re.compile(r"/dev/evms/(?:([^/]+)/)?lvm2/([^/]+)/([^/]+)$")
_NATIVE = re.compile(r"/dev/evms/([^/]+)/([^/]+)$")
_NO_GROUPS = frozenset(("lvm2", ".nodes", "md", "dm"))
"""Directories below /dev/evms that are no containers."""


class LvmName(Struct, frozen=True):
    """The path under LVM of one EVMS volume."""

    group: str
    volume: str
    container: str
    """The cluster container that the path names, or nothing."""
    is_compatible: bool
    """True for a compatibility volume, which LVM knows under this name; for a native one the name is likely."""

    @property
    def path(self) -> str:
        """The device."""
        return f"/dev/{self.group}/{self.volume}"


def is_evms(path: str) -> bool:
    """True for a path below the directory of EVMS, however it is spelled."""
    return clean(path).startswith(_EVMS)


def without_nodes(path: str) -> str:
    """The plain name of a volume that is named by its device node; other paths stay."""
    return _EVMS + path.removeprefix(_NODES) if path.startswith(_NODES) else path


def lvm_name(path: str) -> LvmName | None:
    """Work out the name under LVM of an EVMS volume; None if the path does not tell."""
    path = without_nodes(clean(path))
    found = _COMPATIBLE.match(path)
    if found:
        return LvmName(found[2], found[3], found[1] or "", is_compatible=True)
    found = _NATIVE.match(path)
    return LvmName(found[1], found[2], "", is_compatible=False) if found and found[1] not in _NO_GROUPS else None
