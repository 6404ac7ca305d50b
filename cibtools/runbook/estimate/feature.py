"""What of a cluster decides how it can be upgraded: EVMS, OCFS2, fencing, memory, orders."""

from __future__ import annotations

from msgspec import Struct

from cibtools.cluster.derived.evms import is_evms
from cibtools.cluster.derived.fencing import Cover, fencing_coverage
from cibtools.cluster.model.objects import OrderConstraint, Resource
from cibtools.runbook.estimate.memory import Room, capacity, demand, running_guests, without
from cibtools.runbook.estimate.mobility import restart_orders
from cibtools.runbook.estimate.order import node_order
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Light


class SharedMount(Struct, frozen=True):
    """An OCFS2 volume that the cluster mounts."""

    resource: str
    """The id of the Filesystem resource."""
    mount: str
    """The mount point as written; empty if none is."""


class NotLive(Struct, frozen=True):
    """A domU that cannot migrate live."""

    domu: str
    why: str


class Features(Struct, frozen=True, eq=False):
    """The facts that strategies are chosen by."""

    evms_resources: tuple[Resource, ...]
    evms_domus: tuple[str, ...]
    """DomUs with a disk below /dev/evms."""
    evms_file_systems: tuple[str, ...]
    """Filesystem resources on such a device."""
    evms_example: str
    ocfs2: tuple[SharedMount, ...]
    ocfs2_domus: tuple[str, ...]
    """DomUs with a disk in a file on such a mount point."""
    not_live: tuple[NotLive, ...]
    orders: tuple[OrderConstraint, ...]
    """Mandatory orders that restart domUs when a node comes back."""
    restarted: tuple[str, ...]
    unfenced: tuple[str, ...]
    """Nodes that certainly nothing fences."""
    tightest: tuple[str, Room]
    """The node whose absence leaves the least memory, and what that means."""
    need: int | None
    have: int | None

    @property
    def evms(self) -> bool:
        """True if anything uses EVMS."""
        return bool(self.evms_resources or self.evms_domus or self.evms_file_systems)


def features(survey: Survey) -> Features:
    """Gather what decides."""
    cluster = survey.cluster
    primitives = cluster.primitives
    file_systems = [found for found in primitives if found.agent and found.agent.type == "Filesystem"]
    ocfs2 = tuple(SharedMount(one.id, _parameter(one, "directory")) for one in file_systems if _fstype(one) == "ocfs2")
    on_evms = {
        guest.id: use.identity.name
        for guest in survey.guests
        for use in (guest.domu.disks if guest.domu else ())
        if is_evms(use.identity.name)
    }
    evms_fs = {one.id: _parameter(one, "device") for one in file_systems if "/evms/" in _parameter(one, "device")}
    example = next(iter((*evms_fs.values(), *on_evms.values())), "")
    orders, restarted = restart_orders(survey)
    tightest = _tightest(survey)
    left = [host for host in survey.hosts if host.name != tightest[0]]
    return Features(
        tuple(found for found in primitives if found.agent and found.agent.type == "EvmsSCC"),
        tuple(on_evms),
        tuple(evms_fs),
        example,
        ocfs2,
        _on_mounts(survey, tuple(one.mount for one in ocfs2)),
        tuple(
            NotLive(guest.id, guest.obstacles[0]) for guest in survey.guests if guest.obstacles and not guest.stopped
        ),
        orders,
        restarted,
        tuple(one.node.uname for one in fencing_coverage(cluster).nodes if one.cover is Cover.UNCOVERED),
        tightest,
        demand(running_guests(survey)),
        capacity(left),
    )


def _tightest(survey: Survey) -> tuple[str, Room]:
    rooms = [(name, without(survey, frozenset({name}))) for name in node_order(survey)]
    rank = {Light.RED: 0, Light.AMBER: 1, Light.GREEN: 2}

    def left(name: str) -> int:
        return capacity(host for host in survey.hosts if host.name != name) or 0

    return min(rooms, key=lambda room: (rank[room[1].light], left(room[0]), room[0]))


def _on_mounts(survey: Survey, mounts: tuple[str, ...]) -> tuple[str, ...]:
    """DomUs whose disks are files on these mount points."""
    return tuple(
        guest.id
        for guest in survey.guests
        if any(
            use.identity.name.startswith(mount.rstrip("/") + "/")
            for use in (guest.domu.disks if guest.domu else ())
            for mount in mounts
            if mount
        )
    )


def _parameter(resource: Resource, name: str) -> str:
    pair = resource.parameter(name)
    return pair.value.strip() if pair else ""


def _fstype(resource: Resource) -> str:
    return _parameter(resource, "fstype").lower()
