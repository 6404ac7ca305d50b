"""Evidence of shared storage: what makes it certain that two nodes can write to one disk, in words for a message.

Without fencing that is the difference between an outage and destroyed data. Only signs in the configuration count; a
plain Filesystem resource may as well move between replicated or node-local disks.
"""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.derived.disk import Access, DiskKind
from cibtools.cluster.derived.domu import DiskUse, domus_of
from cibtools.cluster.derived.option import meta_is
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Resource

_LOCAL_FSTYPES = frozenset({"tmpfs", "proc", "sysfs", "ramfs", "none", "bind"})
_CLUSTER_LVM = frozenset({"clvmd", "clvm", "cmirrord"})
_DRBD = frozenset({"drbd", "drbddisk"})


def shared_storage(cluster: Cluster) -> tuple[str, ...]:
    """Name what is shared between nodes, the strongest evidence first; nothing if there is no sign of it."""
    found = [words for resource in cluster.primitives for words in _evidence(cluster, resource)]
    found += [
        (4, f"disk {use.identity.name} of domU {domu.title}")
        for domu in domus_of(cluster)
        if domu.managers
        for use in domu.disks
        if _may_be_shared(use)
    ]
    return tuple(words for _, words in sorted(dict.fromkeys(found), key=lambda one: one[0]))


def _evidence(cluster: Cluster, resource: Resource) -> Iterator[tuple[int, str]]:
    agent = resource.agent
    kind = agent.type if agent else ""
    if kind == "Filesystem" and cluster.clone_of(resource):
        fstype = _parameter(resource, "fstype").lower()
        device = _parameter(resource, "device")
        if fstype not in _LOCAL_FSTYPES:
            yield 0, f"{fstype or 'file system'} volume {device or resource.id}"
    elif kind == "EvmsSCC":
        yield 1, f"EVMS container ({resource.id})"
    elif kind in _CLUSTER_LVM:
        yield 1, f"clustered LVM ({resource.id})"
    elif kind in _DRBD:
        yield 2, f"DRBD {_parameter(resource, 'drbd_resource') or resource.id}"
    elif kind in ("Xen", "VirtualDomain") and meta_is(cluster, resource, "allow-migrate", False):
        yield 3, f"disk of domU {resource.id}, which migrates live"


def _may_be_shared(use: DiskUse) -> bool:
    """True for a writable disk that is no image file and not named like a disk inside one host."""
    internal = ("/dev/cciss/", "/dev/hd", "/dev/sd", "/dev/loop")
    return (
        use.identity.kind is not DiskKind.FILE
        and use.access in (Access.WRITE, Access.FORCED)
        and not use.medium
        and not use.identity.name.startswith(internal)
    )


def _parameter(resource: Resource, name: str) -> str:
    pair = resource.parameter(name)
    return pair.value if pair else ""
