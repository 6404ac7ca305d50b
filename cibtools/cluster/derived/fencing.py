"""Which node is fenced by which device, and why the others cannot: the question nobody's verifier answers.

A device needs three things to shoot a node: the node in its host list as the plugin reads it, a node other than the
target to run on (the fencing daemon of heartbeat 2.1 refuses to shoot its own host), and to be active at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.device import Device, devices, intends, is_target
from cibtools.cluster.derived.option import cluster_option
from cibtools.cluster.derived.topology import levels_for
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Node
from cibtools.cluster.value import parse_boolean, parse_time
from cibtools.cluster.vocabulary.plugin import Quality, Reader


class Obstacle(Enum):
    """Why a device cannot fence a node."""

    NONE = "none"
    NOT_LISTED = "not-listed"
    UNREADABLE = "unreadable-list"
    """The list means the node, but the plugin reads something else."""
    INACTIVE = "inactive"
    BANNED = "banned"
    """Excluded from every node."""
    SELF_ONLY = "self-only"
    """May run on the target only."""
    FAKE = "fake"
    HELPER = "helper"


class Attempt(Struct, frozen=True):
    """What one device can do for one node."""

    device: Device
    can: Truth
    """UNKNOWN if only the running device could tell."""
    obstacle: Obstacle
    words: str
    """The reason for a person, to be read after the device's id."""


class Cover(Enum):
    """Whether a node is fenced."""

    COVERED = "covered"
    UNCOVERED = "uncovered"
    UNKNOWN = "unknown"
    """Nothing in the files proves it either way."""


class NodeCoverage(Struct, frozen=True):
    """The verdict on one node."""

    node: Node
    cover: Cover
    gap: str
    """Empty if a real device covers it; else `uncovered`, `banned`, `self-only`, `inactive`, `test-only`,
    `unreadable-list` or `unknown`. A test-only node counts as covered, by devices that are no good."""
    attempts: tuple[Attempt, ...]
    """Every device that was considered."""

    @property
    def by(self) -> tuple[Device, ...]:
        """The devices that can fence the node, as far as the files tell."""
        return tuple(attempt.device for attempt in self.attempts if attempt.can is Truth.YES)


class Coverage(Struct, frozen=True):
    """Fencing of a whole cluster."""

    devices: tuple[Device, ...]
    nodes: tuple[NodeCoverage, ...]
    watchdog: bool
    """True if every node fences itself by its watchdog, which Pacemaker 1.1 can use in place of a device."""

    def of(self, name: str) -> NodeCoverage | None:
        """The verdict on the node of that name."""
        return next((found for found in self.nodes if found.node.uname == name), None)


@lru_cache(maxsize=4)
def fencing_coverage(cluster: Cluster) -> Coverage:
    """Work out for every node of a cluster which devices can fence it."""
    found = devices(cluster)
    watchdog = has_watchdog_fencing(cluster)
    return Coverage(found, tuple(_judge(cluster, node, found, watchdog) for node in cluster.nodes), watchdog)


def has_watchdog_fencing(cluster: Cluster) -> bool:
    """True if Pacemaker relies on each node's watchdog; older releases do not know it."""
    if cluster.dialect is not Dialect.P11:
        return False
    watchdog = cluster_option(cluster, "have-watchdog")
    timeout = cluster_option(cluster, "stonith-watchdog-timeout")
    return bool(
        watchdog
        and parse_boolean(watchdog.value)
        and timeout
        and ((parse_time(timeout.value) or 0) > 0 or timeout.value.strip().startswith("-"))
    )


def _judge(cluster: Cluster, node: Node, found: tuple[Device, ...], watchdog: bool) -> NodeCoverage:
    attempts = tuple(attempt(cluster, device, node) for device in found)
    if watchdog:
        return NodeCoverage(node, Cover.COVERED, "", attempts)
    cover, gap = _verdict(attempts)
    levels = levels_for(cluster, node)
    if levels and gap == "":
        # With levels only they count, and every device of a level has to succeed.
        able = {one.device.resource.id: one.can for one in attempts}
        known = [[able.get(name, Truth.NO) for name in level] for level in levels]
        if not any(all(can is Truth.YES for can in level) for level in known):
            certain = all(Truth.NO in level for level in known)
            return NodeCoverage(node, *_UNCOVERED if certain else _UNKNOWN, attempts)
    elif levels is None and gap == "":
        return NodeCoverage(node, *_UNKNOWN, attempts)
    return NodeCoverage(node, cover, gap, attempts)


def attempt(cluster: Cluster, device: Device, node: Node) -> Attempt:
    """Tell whether a device can fence a node, and if not, why."""
    reader = device.hosts.reader
    if reader is Reader.ITSELF:
        return Attempt(device, Truth.NO, Obstacle.SELF_ONLY, "fences only the node it runs on, if that still works")
    if reader not in (Reader.DYNAMIC, Reader.EVERYONE) and not is_target(cluster, device, node):
        return _not_listed(cluster, device, node)
    lists = f"lists {node.uname}" if device.hosts.names else "takes every host"
    obstacle, words = _obstacle(device, node)
    if words:
        return Attempt(device, Truth.NO, obstacle, f"{lists}, but {words}")
    if reader is Reader.DYNAMIC:
        return Attempt(device, Truth.UNKNOWN, obstacle, "tells its hosts only when it is asked")
    if device.plugin.quality is Quality.CUSTOM:
        return Attempt(device, Truth.UNKNOWN, obstacle, f"{lists}, but {device.plugin.type} is not a plugin we know")
    return Attempt(device, Truth.YES, obstacle, f"{lists}{_short_of(device)}")


def _not_listed(cluster: Cluster, device: Device, node: Node) -> Attempt:
    shown = ", ".join(f'"{name}"' for name in device.hosts.names) or "empty"
    custom = device.plugin.quality is Quality.CUSTOM
    if custom and not any(is_target(cluster, device, other) for other in cluster.nodes):
        return Attempt(device, Truth.UNKNOWN, Obstacle.NONE, f"{device.plugin.type} is not a plugin we know")
    if intends(device, node):
        return Attempt(device, Truth.NO, Obstacle.UNREADABLE, f"its list is read as {shown}")
    return Attempt(device, Truth.NO, Obstacle.NOT_LISTED, f"lists {', '.join(device.hosts.names) or 'nobody'}")


def _obstacle(device: Device, node: Node) -> tuple[Obstacle, str]:
    """Why a device that is for a node cannot fence it."""
    if device.plugin.quality is Quality.FAKE:
        return Obstacle.FAKE, "claims success and does nothing"
    if device.plugin.quality is Quality.HELPER:
        return Obstacle.HELPER, "only checks and never fences"
    if device.inactive:
        return Obstacle.INACTIVE, device.inactive
    if not device.executors:
        return Obstacle.BANNED, f"may run nowhere{_because(device)}"
    if device.executors == (node.uname,):
        return Obstacle.SELF_ONLY, f"may run on {node.uname} only{_because(device)}"
    return Obstacle.NONE, ""


def _because(device: Device) -> str:
    ids = tuple(dict.fromkeys(found.id for found in device.bans))
    return f" ({', '.join(ids)})" if ids else ""


def _short_of(device: Device) -> str:
    if device.instances is None or device.instances >= len(device.executors):
        return ""
    plural = "" if device.instances == 1 else "s"
    return f", with {device.instances} instance{plural} for {len(device.executors)} nodes"


_COVERED = (Cover.COVERED, "")
_UNCOVERED = (Cover.UNCOVERED, "uncovered")
_UNKNOWN = (Cover.UNKNOWN, "unknown")
_FAILURES = (
    (Obstacle.SELF_ONLY, "self-only"),
    (Obstacle.BANNED, "banned"),
    (Obstacle.INACTIVE, "inactive"),
    (Obstacle.UNREADABLE, "unreadable-list"),
)
"""Which failure names the gap, if several devices fail in different ways: the nearest to working first."""


def _verdict(attempts: Iterable[Attempt]) -> tuple[Cover, str]:
    attempts = tuple(attempts)
    able = {one.device.plugin.quality for one in attempts if one.can is Truth.YES}
    if Quality.REAL in able:
        return _COVERED
    if any(one.can is Truth.UNKNOWN and one.device.plugin.quality is not Quality.TEST for one in attempts):
        return _UNKNOWN
    if able:
        return Cover.COVERED, "test-only"
    obstacles = {one.obstacle for one in attempts}
    return Cover.UNCOVERED, next((gap for obstacle, gap in _FAILURES if obstacle in obstacles), "uncovered")
