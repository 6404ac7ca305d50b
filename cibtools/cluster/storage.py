"""Evidence of shared storage: what makes it certain that two nodes can write to one disk, in words for a message.

Without fencing that is the difference between an outage and destroyed data. Only signs in the configuration count; a
plain Filesystem resource may as well move between replicated or node-local disks.
"""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.cluster import Cluster
from cibtools.cluster.model import Resource
from cibtools.cluster.option import meta_is

_LOCAL_FSTYPES = frozenset({"tmpfs", "proc", "sysfs", "ramfs", "none", "bind"})
_CLUSTER_LVM = frozenset({"clvmd", "clvm", "cmirrord"})
_DRBD = frozenset({"drbd", "drbddisk"})


def shared_storage(cluster: Cluster) -> tuple[str, ...]:
    """Name what is shared between nodes, the strongest evidence first; nothing if there is no sign of it."""
    found = [words for resource in cluster.primitives for words in _evidence(cluster, resource)]
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


def _parameter(resource: Resource, name: str) -> str:
    pair = resource.parameter(name)
    return pair.value if pair else ""
