"""Check for things that two resources claim: one device mounted twice, one address on two nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from cibtools.cluster.derived.colocation import ColocationGraph
from cibtools.cluster.derived.device_name import device_names
from cibtools.cluster.derived.disk_name import canonical
from cibtools.cluster.derived.path import CLUSTER_FILESYSTEMS, clean_path
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Nvpair, Resource
from cibtools.cluster.vocabulary.agent import is_agent
from cibtools.lint.record.finding import Hit, Note

_NETWORK_FILESYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smbfs", "glusterfs", "lustre", "ceph"})
_NO_DEVICE = frozenset({"tmpfs", "none", "bind", "proc", "sysfs"})
_KEYS = (
    ("Filesystem", "device", "two mounts corrupt a local filesystem"),
    ("Filesystem", "directory", "one mount hides the other, and the stop of one unmounts the wrong one"),
    ("LVM", "volgrpname", "stopping one deactivates the volumes of the other"),
    ("Raid1", "raiddev", "one array assembled on two nodes is destroyed"),
    ("drbd", "drbd_resource", "two resources promote and demote one device against each other"),
    ("IPaddr", "ip", "duplicate address"),
    ("IPaddr2", "ip", "duplicate address"),
    ("VirtualDomain", "config", "the same guest is started twice and writes to its disks twice"),
    ("ManageVE", "veid", "the same container is started twice"),
    ("oracle", "sid", "one database is started twice on the same files"),
    ("mysql", "datadir", "two servers write to the same files"),
    ("pgsql", "pgdata", "two servers write to the same files"),
)
"""Agent, exclusive parameter and what comes of sharing it; IPaddr and IPaddr2 share one key, xmfile is XEN203's."""
_DEVICES = frozenset({"device", "raiddev"})
"""Parameters that name a device, which may have several names."""
_APART_IS_ENOUGH = frozenset({"directory", "ip", "veid", "sid"})
"""Parameters that mean something of one node, so that resources which never meet may share them."""


def shared_parameters(cluster: Cluster) -> Iterator[Hit]:
    """Report primitives that claim the same exclusive thing (CIB507)."""
    claims: dict[tuple[str, str], list[tuple[Resource, Nvpair, str]]] = {}
    names = device_names(cluster)
    for resource in cluster.primitives:
        for agent, name, consequence in _KEYS:
            pair = resource.parameter(name) if is_agent(resource.agent, agent) else None
            if pair and pair.value.strip():
                claims.setdefault((name, _same_value(name, pair.value, names)), []).append(
                    (resource, pair, consequence)
                )
    graph = ColocationGraph(cluster)
    reported: set[frozenset[Resource]] = set()
    for (name, _), claimants in claims.items():
        for (one, held, _), (other, pair, consequence) in combinations(claimants, 2):
            key = frozenset({one, other})
            # Of a copied mount device and directory are equal: one mistake, and the device is the worse half.
            if key in reported or len(key) < 2 or _may_share(graph, name, one, other):
                continue
            reported.add(key)
            yield Hit(
                cluster.place(pair.element, "value"),
                {"one": one.id, "other": other.id, "name": name, "value": pair.value, "consequence": consequence},
                notes=(Note(cluster.place(held.element, "value"), f"{one.id} has it too"),),
                subject=other.id,
                mutual=True,
            )
    yield from _second_evms(cluster)


def _same_value(name: str, value: str, names: Mapping[str, str]) -> str:
    value = value.strip()
    if name == "ip":
        return value.split("/")[0].lower()
    return canonical(clean_path(value), names) if name in _DEVICES else clean_path(value)


def _may_share(graph: ColocationGraph, name: str, one: Resource, other: Resource) -> bool:
    """True if the two may have one value."""
    if name == "device":
        types = {_text(found, "fstype") for found in (one, other)}
        kinds = [CLUSTER_FILESYSTEMS, _NETWORK_FILESYSTEMS, _NO_DEVICE]
        if any(types <= kind for kind in kinds) or types & _NO_DEVICE or ":" in _text(one, "device"):
            return True
        return all({"ro", "bind"} & set(_text(found, "options").split(",")) for found in (one, other))
    return name in _APART_IS_ENOUGH and graph.kept_apart(one.id, other.id)


def _text(resource: Resource, name: str) -> str:
    pair = resource.parameter(name)
    return pair.value.strip() if pair else ""


def _second_evms(cluster: Cluster) -> Iterator[Hit]:
    """EvmsSCC activates all volumes there are, so there is nothing left for a second one."""
    found = [resource for resource in cluster.primitives if is_agent(resource.agent, "EvmsSCC")]
    for other in found[1:]:
        if other is not found[0]:
            yield Hit(
                cluster.place(other.element, "id"),
                {"one": found[0].id, "other": other.id},
                variant="evms",
                notes=(Note(cluster.place(found[0].element, "id"), "this one activates all volumes already"),),
                subject=other.id,
                mutual=True,
            )
