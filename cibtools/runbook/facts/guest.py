"""The domUs as a plan sees them: memory, operation times, where each runs, and whether it can migrate live."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from msgspec import Struct

from cibtools.backup.record.fact import Known, Unknown
from cibtools.cluster.derived.activity import Activity
from cibtools.cluster.derived.disk import DiskKind
from cibtools.cluster.derived.domu import DomU, domus_of, xen_resources
from cibtools.cluster.derived.memory import largest_memory
from cibtools.cluster.derived.option import cluster_option, is_managed, is_stopped, meta_is
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Operation, Resource
from cibtools.cluster.value import parse_time
from cibtools.runbook.facts.parameters import Parameters, Wishes

DEFAULT_TIMEOUT = 20
"""Seconds an operation gets if neither it nor `default-action-timeout` says more."""
_PASS_THROUGH = ("pci", "usbdevice", "ioports", "irq", "vscsi")


class OpTimes(Struct, frozen=True):
    """One operation of a resource, in seconds."""

    timeout: int
    delay: int
    declared: bool
    """False if the timeout is the cluster's default."""


class Guest(Struct, frozen=True, eq=False):
    """One primitive that runs a domU."""

    resource: Resource
    domu: DomU | None
    """None if its file is not among the inputs."""
    memory: int | None
    """MiB; None if its file does not tell or is not there."""
    need: int | None
    """MiB with what it costs besides."""
    times: Mapping[str, OpTimes]
    """By operation: start, stop, migrate_to, migrate_from, monitor."""
    nodes: tuple[str, ...]
    """Where it is active, as the backup or the operator says; empty if nobody knows, or it does not run."""
    managed: bool
    stopped: bool
    """True if its target role says so."""
    obstacles: tuple[str, ...]
    """Why it cannot migrate live for certain."""
    doubts: tuple[str, ...]
    """What speaks against a live migration without proving anything."""

    @property
    def id(self) -> str:
        """The id of the primitive."""
        return self.resource.id

    @property
    def node(self) -> str | None:
        """The one node it runs on."""
        return self.nodes[0] if len(self.nodes) == 1 else None

    @property
    def live(self) -> bool:
        """True if nothing in the files forbids a live migration."""
        return not self.obstacles

    def op(self, name: str) -> OpTimes:
        """The times of an operation."""
        return self.times[name]


_OPERATIONS = ("start", "stop", "monitor", "migrate_to", "migrate_from")


def guests(
    cluster: Cluster, running: Mapping[str, tuple[Activity, ...]], wishes: Wishes, parameters: Parameters
) -> tuple[Guest, ...]:
    """All domUs in the order of the CIB."""
    default = default_timeout(cluster)
    placed = dict(wishes.placement)
    known = frozenset(node.uname for node in cluster.nodes)
    by_manager = {manager.id: domu for domu in domus_of(cluster) for manager in domu.managers}
    found = []
    for resource in xen_resources(cluster):
        domu = by_manager.get(resource.id)
        memory = largest_memory(domu) if domu else None
        wanted = placed.get(resource.id)
        nodes = (wanted,) if wanted else tuple(one.node for one in running.get(resource.id, ()) if one.node in known)
        found.append(
            Guest(
                resource,
                domu,
                memory,
                None if memory is None else memory + overhead(memory, parameters),
                {name: op_times(resource.operations, name, default) for name in _OPERATIONS},
                nodes,
                is_managed(cluster, resource),
                is_stopped(cluster, resource),
                tuple(_obstacles(cluster, resource, domu)),
                tuple(_doubts(domu)),
            )
        )
    return tuple(found)


def overhead(memory: int, parameters: Parameters) -> int:
    """MiB that a domU costs besides its memory, rounded up."""
    return ceil(parameters.overhead + memory * parameters.overhead_permille / 1000)


def default_timeout(cluster: Cluster) -> int:
    """Seconds that operations get which say nothing."""
    found = cluster_option(cluster, "default-action-timeout")
    milliseconds = parse_time(found.value) if found else None
    return DEFAULT_TIMEOUT if milliseconds is None else ceil(milliseconds / 1000)


def op_times(operations: Sequence[Operation], name: str, default: int) -> OpTimes:
    """The times of the operation of that name; the cluster's default where none is declared."""
    op = next((op for op in operations if op.name == name), None)
    if op is None:
        return OpTimes(default, 0, False)
    timeout = default if op.timeout is None else ceil(op.timeout / 1000)
    return OpTimes(timeout, ceil((op.start_delay or 0) / 1000), op.timeout is not None)


def _obstacles(cluster: Cluster, resource: Resource, domu: DomU | None) -> Iterator[str]:
    """What rules a live migration out, as far as the files tell."""
    if not meta_is(cluster, resource, "allow-migrate", False):
        yield f"{'allow-migrate' if cluster.dialect.is_pacemaker else 'allow_migrate'} is not set"
    if cluster.clone_of(resource) is not None:
        yield "it is part of a clone"
    if domu is None:
        return
    for name in _PASS_THROUGH:
        fact = domu.first.config.fact(name)
        if isinstance(fact, Known) and fact.value:
            yield f"{name} hands it a device of one host"
    for use in domu.disks:
        if use.identity.kind is DiskKind.BLOCK and use.identity.name.startswith(
            ("/dev/hd", "/dev/cciss/", "/dev/loop")
        ):
            yield f"disk {use.vdev} is {use.identity.name}, which only one host has"


def _doubts(domu: DomU | None) -> Iterator[str]:
    """What makes a live migration uncertain."""
    if domu is None:
        yield "its xm file is not in the backup"
        return
    builder = domu.first.config.text("builder")
    if isinstance(builder, Known) and builder.value == "hvm":
        yield "it is fully virtual, and the agent promises live migration for paravirtual domUs only"
    elif isinstance(builder, Unknown):
        yield "its xm file does not tell plainly how it is built"
    for use in domu.disks:
        if use.identity.kind is DiskKind.FILE and not use.medium:
            yield f"disk {use.vdev} is a file, {use.identity.name}: it has to be on a cluster file system"
    if not domu.first.config.disks_known:
        yield "its disks are not all known"
