"""Shared volumes as LVM and OCFS2 see them: who may use a volume group, which devices a node has, what is mounted.

LVM as of 2.02.39: `vg_check_status` skips a clustered group while locking is local (lib/metadata/metadata.c); where
clvmd does not answer, locking falls back to local (lib/locking/locking.c); no locking counts as clustered
(lib/locking/no_locking.c).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.rehearsal.world import Group, World

LVM_CONF = "/etc/lvm/lvm.conf"
_TYPE = re.compile(r"^\s*locking_type\s*=\s*(\d)", re.MULTILINE)
_FILTER = re.compile(r"^\s*filter\s*=\s*\[\s*\"([^\"]*)\"", re.MULTILINE)
_GIVEN = re.compile(r"locking_type\s*=\s*(\d)")
_CLUSTER = 3


def kind_of(resource: etree._Element) -> str:
    """Return the type of an agent without its class."""
    return resource.get("type", "")


def parameter(resource: etree._Element, name: str) -> str:
    """Return an instance attribute of a resource, in either syntax."""
    pairs = resource.iterfind("instance_attributes//nvpair")
    return next((pair.get("value", "") for pair in pairs if pair.get("name") == name), "")


def primitives(world: World, *kinds: str) -> list[etree._Element]:
    """Return the primitives of these types."""
    return [one for one in world.cib.iterfind("configuration/resources//primitive") if kind_of(one) in kinds]


def active_on(world: World, node: str, kind: str) -> bool:
    """Tell whether a primitive of that type runs on a node."""
    return any(node in world.where(one.get("id", "")) for one in primitives(world, kind))


def locking(world: World, node: str, given: str = "") -> int:
    """Return how LVM locks on a node: 0 not at all, 1 for one host, 3 through the cluster; with `--config` if given."""
    asked = _GIVEN.search(given) or _TYPE.search(_conf(world, node))
    kind = int(asked[1]) if asked else 1
    if kind == _CLUSTER and not active_on(world, node, "clvmd"):
        return 1
    return kind


def falls_back(world: World, node: str) -> bool:
    """Tell whether LVM is to lock through the cluster there, and cannot."""
    asked = _TYPE.search(_conf(world, node))
    return asked is not None and int(asked[1]) == _CLUSTER and not active_on(world, node, "clvmd")


def sees_disks(world: World, node: str) -> bool:
    """Tell whether LVM looks at the shared disks there: the first pattern of its filter must not reject all."""
    found = _FILTER.search(_conf(world, node))
    return node not in world.masked and not (found and found[1] == "r|.*|")


def reachable(world: World, node: str, given: str = "") -> Iterator[Group]:
    """Return the groups that a command of LVM works on."""
    if sees_disks(world, node):
        kind = locking(world, node, given)
        yield from (one for one in world.groups.values() if one.lvm and not (one.clustered and kind == 1))


def skipped(world: World, node: str, given: str = "") -> Iterator[Group]:
    """Return the groups that a command of LVM skips because they are clustered."""
    if sees_disks(world, node):
        kind = locking(world, node, given)
        yield from (one for one in world.groups.values() if one.lvm and one.clustered and kind == 1)


def devices(world: World, node: str) -> frozenset[str]:
    """Return the volumes that are block devices on a node."""
    if node in world.masked:
        return frozenset()
    if not world.nodes[node].renewed:
        return frozenset(path for one in world.groups.values() if not one.lvm for path in one.volumes.values())
    here = (one for one in world.groups.values() if node in one.active)
    return frozenset(f"/dev/{one.name}/{volume}" for one in here for volume in one.volumes)


def names(world: World) -> frozenset[str]:
    """Return every path that one of the volumes has, had or will have."""
    found = ((one, volume) for one in world.groups.values() for volume in one.volumes)
    forms = ("/dev/{0}/{1}", "/dev/evms/{0}/{1}", "/dev/evms/{0}/lvm2/{0}/{1}")
    return frozenset(form.format(one.name, volume) for one, volume in found for form in forms)


def mounts(world: World, node: str) -> Iterator[tuple[str, str]]:
    """Yield device and directory of each OCFS2 volume that is mounted on a node."""
    for one in primitives(world, "Filesystem"):
        if parameter(one, "fstype") == "ocfs2" and node in world.where(one.get("id", "")):
            yield parameter(one, "device"), parameter(one, "directory")


def volume(world: World, device: str) -> tuple[Group, str] | None:
    """Return the group and the name of a volume by its path under LVM; None if there is none."""
    _, _, group, name, *more = [*device.split("/"), "", ""]
    found = world.groups.get(group)
    return (found, name) if found and not any(more) and name in found.volumes else None


def follow(world: World, before: dict[str, frozenset[str]]) -> None:
    """Let what the cluster has started or stopped work on the volumes; what cannot start is noted as failed."""
    for one in primitives(world, "LVM"):
        group, name = world.groups.get(parameter(one, "volgrpname")), one.get("id", "")
        if group is None:
            continue  # it was there before the rehearsal, and no step is about it
        for node in world.nodes:
            if node not in world.where(name):
                if node in before.get(name, frozenset()):
                    group.active.discard(node)
            elif group in list(reachable(world, node)):
                group.active.add(node)
            else:
                _refuse(world, node, name, before)
    for one in primitives(world, "Filesystem"):
        found = volume(world, parameter(one, "device"))
        for node in world.where(one.get("id", "")):
            if found and not (node in found[0].active and found[0].stacks.get(found[1]) == "pcmk"):
                _refuse(world, node, one.get("id", ""), before)


def _refuse(world: World, node: str, name: str, before: dict[str, frozenset[str]]) -> None:
    if node not in before.get(name, frozenset()):
        world.fail(node, name)


def _conf(world: World, node: str) -> str:
    return world.disk.get((node, LVM_CONF), b"").decode("utf-8", "replace")
