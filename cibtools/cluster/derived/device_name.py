"""Further names of devices that side files of the nodes tell: aliases of multipath maps, DRBD resources, md arrays.

A name counts only if no two nodes take it for different devices; where they do, it tells nothing about identity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from cibtools.backup.record.kind import Kind
from cibtools.cluster.derived.clean_path import clean
from cibtools.cluster.derived.disk_name import canonical, scsi_name
from cibtools.cluster.model.cluster import Cluster


@lru_cache(maxsize=4)
def device_names(cluster: Cluster) -> Mapping[str, str]:
    """Return names of devices that have another, plainer one, as `disk.identify` takes them."""
    disks = _agreed((*_multipath(cluster), *_md(cluster)))
    return disks | _agreed(_drbd(cluster, disks))


def _agreed(told: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    disputed: set[str] = set()
    for name, device in told:
        if found.setdefault(name, device) != device:
            disputed.add(name)
    return {name: device for name, device in found.items() if name not in disputed}


def _multipath(cluster: Cluster) -> Iterator[tuple[str, str]]:
    documents = cluster.backup.of_kind(Kind.MULTIPATH)
    if not documents:
        return
    from cibtools.backup.storage.multipath import MultipathConf

    for document in documents:
        if isinstance(document.content, MultipathConf):
            for alias, wwid in document.content.aliases.items():
                device = scsi_name(wwid)
                yield f"/dev/mapper/{alias}", device
                # An identifier that is not hexadecimal is the name of a map like any other.
                yield f"/dev/mapper/{wwid}", device


def _drbd(cluster: Cluster, disks: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Resources by name, and the devices below them, by their plainest names: they hold the same blocks."""
    documents = cluster.backup.of_kind(Kind.DRBD)
    if not documents:
        return
    from cibtools.backup.storage.drbd import DrbdConf

    for document in documents:
        if isinstance(document.content, DrbdConf):
            for volume in document.content.volumes:
                device = f"/dev/drbd{volume.minor}" if volume.minor is not None else volume.device
                if not device:
                    continue
                if volume.device and clean(volume.device) != device:
                    yield clean(volume.device), device
                yield (f"drbd:{volume.resource}" if volume.number == 0 else
                       f"/dev/drbd/by-res/{volume.resource}/{volume.number}"), device  # fmt: skip
                if volume.disk:
                    yield canonical(clean(volume.disk), disks), device
                    yield f"/dev/drbd/by-disk/{volume.disk.removeprefix('/dev/')}", device


def _md(cluster: Cluster) -> Iterator[tuple[str, str]]:
    documents = cluster.backup.of_kind(Kind.MDADM)
    if not documents:
        return
    from cibtools.backup.sides.mdadm import MdadmConf

    for document in documents:
        if isinstance(document.content, MdadmConf):
            for array in document.content.arrays:
                for name in array.names:
                    yield name, array.device
