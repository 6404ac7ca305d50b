"""Fencing devices as configured: whom they mean to fence, where they may run, whether they are active at all."""

from __future__ import annotations

from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.option import is_stopped, meta, whole_number
from cibtools.cluster.derived.placement import ban, is_opt_in, is_placed
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import LocationConstraint, Node, Nvpair, Resource
from cibtools.cluster.vocabulary.plugin import (
    LIKELY_LISTS,
    Plugin,
    Quality,
    Reader,
    find_plugin,
    intended_hosts,
    read_hosts,
)


class HostList(Struct, frozen=True):
    """The hosts a device is for."""

    reader: Reader
    pair: Nvpair | None
    """The parameter it stands in."""
    names: tuple[str, ...]
    """As the plugin reads them."""


class Device(Struct, frozen=True, eq=False):
    """One fencing resource; the child of a clone stands for all its instances."""

    resource: Resource
    plugin: Plugin
    hosts: HostList
    executors: tuple[str, ...]
    """Unames of the nodes where it may run, those included that nothing definitely excludes."""
    bans: tuple[LocationConstraint, ...]
    """What excludes it from the others."""
    inactive: str
    """Why it does not run, to be read after "but"; empty if it does."""
    cloned: bool
    instances: int | None
    """For clones with an explicit `clone-max`: how many run."""


def devices(cluster: Cluster) -> tuple[Device, ...]:
    """All fencing devices of a cluster, in file order."""
    return tuple(_device(cluster, found) for found in cluster.primitives if found.is_stonith)


def _device(cluster: Cluster, resource: Resource) -> Device:
    assert resource.agent is not None
    plugin = find_plugin(resource.agent.type, cluster.dialect)
    bans = [(node, ban(cluster, resource, node)) for node in cluster.nodes]
    executors = tuple(node.uname for node, found in bans if found.verdict is not Truth.YES)
    causes = tuple(dict.fromkeys(cause for _, found in bans for cause in found.causes))
    clone = cluster.clone_of(resource)
    instances = whole_number(meta(cluster, clone, "clone-max")) if clone else None
    return Device(
        resource,
        plugin,
        host_list(cluster, resource, plugin),
        executors,
        causes,
        _inactive(cluster, resource, instances),
        clone is not None,
        instances,
    )


def _inactive(cluster: Cluster, resource: Resource, instances: int | None) -> str:
    if is_stopped(cluster, resource):
        return "is stopped"
    if cluster.dialect is Dialect.P11:
        return ""  # the fencing daemon uses a device whether or not it runs
    if instances == 0:
        return "has no instances"
    if is_opt_in(cluster) and cluster.nodes and is_placed(cluster, resource) is Truth.NO and cluster.has("constraints"):
        return "is placed nowhere in an opt-in cluster"
    return ""


def host_list(cluster: Cluster, resource: Resource, plugin: Plugin) -> HostList:
    """Find and read a device's host list; without one, how the device knows its hosts."""
    if cluster.dialect.is_pacemaker:
        found = _pacemaker_list(resource, plugin)
        if found:
            return found
    if plugin.quality is Quality.CUSTOM:
        return _custom_list(resource)
    if not plugin.parameter:
        return HostList(plugin.reader, None, ())
    pair = resource.parameter(plugin.parameter)
    # The rackpdu script of 2.1.3 has no list and reports the name of the power strip; the later one can ask the strip.
    asks = plugin.type == "external/rackpdu" and (pair is None or pair.value.strip() == "AUTO")
    optional = plugin.parameter not in plugin.required
    if asks or (pair is None and (optional or any(nvset.conditional for nvset in resource.instance_sets))):
        return HostList(Reader.DYNAMIC, pair, ())
    return HostList(plugin.reader, pair, read_hosts(plugin.reader, pair.value) if pair else ())


def _pacemaker_list(resource: Resource, plugin: Plugin) -> HostList | None:
    """What Pacemaker itself was told about the targets (`pcmk_host_*`), which comes before the plugin's own list."""
    check = resource.parameter("pcmk_host_check")
    method = check.value.strip() if check else ""
    if method == "none":
        return HostList(Reader.EVERYONE, check, ())
    if method in ("dynamic-list", "status"):
        return HostList(Reader.DYNAMIC, check, ())
    names: list[str] = []
    first: Nvpair | None = None
    for parameter, reader in (("pcmk_host_list", Reader.PACEMAKER), ("pcmk_host_map", Reader.PACEMAKER_MAP)):
        pair = resource.parameter(parameter)
        if pair:
            first = first or pair
            names += read_hosts(reader, pair.value)
    if first:
        return HostList(
            Reader.PACEMAKER if first.name == "pcmk_host_list" else Reader.PACEMAKER_MAP,
            first,
            tuple(dict.fromkeys(names)),
        )
    if method == "static-list" or (plugin.quality is Quality.REAL and plugin.type.startswith("fence_")):
        return HostList(Reader.PACEMAKER if method else Reader.DYNAMIC, check, ())
    return None


def _custom_list(resource: Resource) -> HostList:
    """A list that looks like one; who knows how a plugin of somebody's own splits it."""
    for name in LIKELY_LISTS:
        pair = resource.parameter(name)
        if pair:
            return HostList(Reader.PACEMAKER, pair, intended_hosts(pair.value))
    return HostList(Reader.DYNAMIC, None, ())


def is_target(cluster: Cluster, device: Device, node: Node) -> bool:
    """True if the device's list names the node; 2.1 and 1.0 compare exactly, later releases ignore case."""
    if cluster.dialect is Dialect.P11:
        return node.uname.lower() in {name.lower() for name in device.hosts.names}
    return node.uname in device.hosts.names


def intends(device: Device, node: Node) -> bool:
    """True if the list says the node's name in some way that the plugin does not understand."""
    if device.hosts.pair is None:
        return False
    short = node.uname.lower().partition(".")[0]
    words = {word.lower() for word in intended_hosts(device.hosts.pair.value)}
    return node.uname.lower() in words or any(word.partition(".")[0] == short for word in words)
