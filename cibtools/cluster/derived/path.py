"""Who provides which path and who uses it: the dependencies that a cluster has whether or not an order says so.

A resource that starts before its storage fails, and with STONITH a failed stop costs a node. Paths are compared as
text; where the table below cannot prove that a resource makes a path appear, it provides nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.record.fact import Known
from cibtools.cluster.derived.clean_path import clean
from cibtools.cluster.derived.domu import DomU, domus_of
from cibtools.cluster.derived.option import is_managed, is_stopped, parameters
from cibtools.cluster.derived.ordering import OrderGraph
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Resource
from cibtools.cluster.model.place import Place
from cibtools.cluster.vocabulary.agent import agent_facts, is_agent

CLUSTER_FILESYSTEMS = frozenset({"ocfs2", "gfs", "gfs2"})
"""File systems that several nodes may mount for writing."""
_PATH_PARAMETERS = {
    "Filesystem": ("device",),
    "Raid1": ("raidconf",),
    "Xen": ("xmfile",),
    "VirtualDomain": ("config",),
    "nfsserver": ("nfs_shared_infodir",),
    "mysql": ("datadir",),
    "pgsql": ("pgdata",),
    "apache": ("configfile",),
}
# What has no path is named by the service: a cluster filesystem needs its lock manager, EvmsSCC the daemon beside it.
_SERVICES = {"Evmsd": "evmsd", "o2cb": "o2cb", "controld": "dlm", "clvmd": "clvmd"}


class Provider(Struct, frozen=True, eq=False):
    """A primitive that makes paths appear when it starts."""

    resource: Resource
    pattern: re.Pattern[str]
    """Matches a provided path from its beginning."""
    prefix: str
    """The provided directory, device or service; of several that match the longest is in charge."""


class Use(Struct, frozen=True, eq=False):
    """A primitive that needs a path or a service in order to start."""

    consumer: Resource
    path: str
    """The path, cleaned up as text, or the name of a service."""
    what: str
    """How it is used: a parameter's name, or `disk xvda`."""
    place: Place
    sure: bool = True
    """False if we do not know what the agent does with the path."""


class Need(Struct, frozen=True, eq=False):
    """A use and who provides it."""

    use: Use
    providers: tuple[Resource, ...]
    """The nearest provider; several if they provide the very same prefix."""

    @property
    def provider(self) -> Resource:
        """The first of the providers."""
        return self.providers[0]


def clean_path(path: str) -> str:
    """An absolute path cleaned up as text; whatever is not absolute names something else and stays as it is."""
    return clean(path) if path.startswith("/") else path


def _below(directory: str) -> re.Pattern[str]:
    return re.compile(re.escape(directory) + r"(/|$)")


def providers(cluster: Cluster) -> tuple[Provider, ...]:
    """Every primitive that the cluster itself starts and that provides a path or a service."""
    return tuple(
        Provider(found, pattern, prefix)
        for found in cluster.primitives
        if is_managed(cluster, found)
        for pattern, prefix in _provided(found)
    )


def _provided(resource: Resource) -> Iterator[tuple[re.Pattern[str], str]]:
    agent = resource.agent
    if agent is None or agent.standard != "ocf":
        return
    match agent.type:
        case "EvmsSCC":
            yield _below("/dev/evms"), "/dev/evms"
        case "LVM" | "LVM-activate":
            parameter = resource.parameter("volgrpname") or resource.parameter("vgname")
            group = posixpath.basename(parameter.value.rstrip("/")) if parameter else ""
            if group:
                yield _below(f"/dev/{group}"), f"/dev/{group}"
                # The device mapper doubles a dash within a name; a single one separates group and volume.
                mapped = f"/dev/mapper/{group.replace('-', '--')}-"
                yield re.compile(re.escape(mapped) + "(?!-)"), mapped
        case "Raid1":
            parameter = resource.parameter("raiddev")
            if parameter and parameter.value.startswith("/"):
                device = clean_path(parameter.value)
                yield re.compile(re.escape(device) + r"(p\d+)?$"), device
        case "Filesystem":
            parameter = resource.parameter("directory")
            directory = clean_path(parameter.value) if parameter else ""
            if directory.startswith("/") and directory != "/":
                yield _below(directory), directory
        case "Evmsd" | "o2cb" | "controld" | "clvmd":
            service = _SERVICES[agent.type]
            yield re.compile(service + "$"), service


def uses(cluster: Cluster) -> tuple[Use, ...]:
    """Every path and service that a primitive uses, in file order; what the file of a domU says comes last."""
    own = tuple(
        use
        for found in cluster.primitives
        if not found.is_stonith
        for use in (*_path_uses(cluster, found), *_service_uses(cluster, found))
    )
    return (
        *own,
        *(use for domu in domus_of(cluster) for manager in domu.managers for use in _guest_uses(domu, manager)),
    )


def _guest_uses(domu: DomU, manager: Resource) -> Iterator[Use]:
    """The disks and the kernel of a guest, as far as domain 0 serves them."""
    for disk in domu.disks:
        if disk.identity.name.startswith("/") and not disk.identity.owner:
            what = f"disk {disk.vdev}"
            place = Place(disk.file.document, spot=disk.span, item=what)
            yield Use(manager, clean_path(disk.identity.name), what, place)
    for name in ("kernel", "ramdisk"):
        fact = domu.first.config.fact(name)
        if isinstance(fact, Known) and isinstance(fact.value, str) and fact.value.startswith("/"):
            yield Use(manager, clean_path(fact.value), name, Place(domu.first.document, spot=fact.span, item=name))


def _path_uses(cluster: Cluster, resource: Resource) -> Iterator[Use]:
    assert resource.agent is not None
    known = _PATH_PARAMETERS.get(resource.agent.type) if resource.agent.standard == "ocf" else None
    guess = known is None and agent_facts(resource.agent, cluster.dialect) is None
    for pair in parameters(resource):
        if pair.value.startswith("/") and (guess or pair.name in (known or ())):
            yield Use(resource, clean_path(pair.value), pair.name, cluster.place(pair.element, "value"), not guess)


def _service_uses(cluster: Cluster, resource: Resource) -> Iterator[Use]:
    agent, place = resource.agent, cluster.place(resource.element)
    fstype = resource.parameter("fstype") if is_agent(agent, "Filesystem") else None
    services: tuple[str, ...] = ()
    if is_agent(agent, "EvmsSCC"):
        services = ("evmsd",)
    elif is_agent(agent, "clvmd") or (is_agent(agent, "o2cb") and cluster.dialect.is_pacemaker):
        services = ("dlm",)
    elif is_agent(agent, "LVM") and cluster.clone_of(resource):
        services = ("clvmd",)
    elif fstype and fstype.value == "ocfs2":
        services = ("o2cb",)
    elif fstype and fstype.value == "gfs2":
        services = ("dlm",)
    for service in services:
        yield Use(resource, service, "service", place)


def needs(cluster: Cluster) -> tuple[Need, ...]:
    """Every use of a path that some resource provides, with the provider whose prefix is longest."""
    found = providers(cluster)
    needed = []
    for use in uses(cluster):
        matching = [one for one in found if one.resource is not use.consumer and one.pattern.match(use.path)]
        longest = max((len(one.prefix) for one in matching), default=0)
        nearest = tuple(one.resource for one in matching if len(one.prefix) == longest)
        if nearest:
            needed.append(Need(use, nearest))
    return tuple(needed)


def unordered_needs(cluster: Cluster, graph: OrderGraph) -> tuple[Need, ...]:
    """Needs that nothing makes the consumer wait for, nearest provider only.

    A domU whose file lies on a mount need not be ordered after the volume manager below the mount: if it waits for the
    mount, the mount waits for the rest, or that is a need of the mount's own.
    """
    every = needs(cluster)
    names = dict.fromkeys(one.id for need in every for one in need.providers)
    followers = {name: graph.followers(name) for name in names}
    below = {(need.use.consumer.id, one.id) for need in every for one in need.providers}
    by_consumer: dict[str, set[str]] = {}
    for consumer, provider in below:
        by_consumer.setdefault(consumer, set()).add(provider)

    def covered(need: Need) -> bool:
        """True if another provider of the same consumer stands on this one."""
        others = by_consumer[need.use.consumer.id] - {one.id for one in need.providers}
        return any((other, one.id) in below or other in followers[one.id] for other in others for one in need.providers)

    return tuple(
        need
        for need in every
        if not is_stopped(cluster, need.use.consumer)
        and not any(need.use.consumer.id in followers[one.id] for one in need.providers)
        and not covered(need)
    )
