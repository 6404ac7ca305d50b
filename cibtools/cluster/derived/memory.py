"""The memory budget: do all domUs fit on the nodes that are left when one fails?

A cluster that runs more than its smaller half can hold recovers by leaving domUs down, which nobody notices before the
first failure. What a host has no CIB tells, so the caller does, and what is not known stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from cibtools.backup.record.fact import Known, Unknown
from cibtools.cluster.derived.domu import DomU, domus_of
from cibtools.cluster.derived.option import is_managed, is_stopped, meta
from cibtools.cluster.derived.placement import allowed_nodes
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.value import parse_score

DOM0_FLOOR = 196
"""MiB that domain 0 keeps where xend-config.sxp does not set `dom0-min-mem`: xend's own default."""
XM_DEFAULT = 128
"""MiB of a domU whose file says nothing."""
HYPERVISOR_SHARE = 0.02
"""Part of a host's memory that Xen takes for itself."""
HYPERVISOR_LEAST = 64
"""MiB that Xen takes at least."""
OVERHEAD = 8
"""MiB that a paravirtual domU costs besides its own memory."""
OVERHEAD_HVM = 16
"""The same for a fully virtual domU: shadow page tables and video memory."""
HEADROOM = 0.05
"""Part of the capacity that should stay free."""


class Demand(Struct, frozen=True):
    """What one domU needs."""

    name: str
    memory: int | None
    """MiB; None if the file does not tell."""
    hvm: bool = False
    priority: int = 0
    """The resource's priority: what the engine itself goes by when there is not enough room."""
    banned: frozenset[str] = frozenset()
    """Hosts where it may definitely not run."""

    @property
    def need(self) -> int | None:
        """MiB with overhead."""
        return None if self.memory is None else self.memory + (OVERHEAD_HVM if self.hvm else OVERHEAD)


class Host(Struct, frozen=True):
    """What one node has."""

    name: str
    memory: int | None
    """MiB of the whole machine; None if no input tells."""
    dom0_min_mem: int | None = None
    """MiB that domain 0 keeps; None if xend's configuration does not say."""

    @property
    def capacity(self) -> int | None:
        """MiB for domUs."""
        if self.memory is None:
            return None
        floor = DOM0_FLOOR if self.dom0_min_mem is None else self.dom0_min_mem
        return max(0, self.memory - floor - max(HYPERVISOR_LEAST, round(self.memory * HYPERVISOR_SHARE)))


class Total(Struct, frozen=True):
    """What all domUs need together."""

    memory: int
    """MiB of those whose memory is known."""
    overhead: int
    """MiB on top."""
    unknown: tuple[str, ...]
    """DomUs whose memory is not known; with any of them the sum is a lower bound."""

    @property
    def need(self) -> int:
        """MiB in all."""
        return self.memory + self.overhead


class Shortage(Struct, frozen=True):
    """How things stand without one host."""

    failed: str
    """The host that is gone; empty for a cluster of one."""
    remaining: tuple[str, ...]
    need: int
    capacity: int
    down: tuple[str, ...]
    """DomUs that find no place, lowest priority first."""
    never: tuple[str, ...]
    """Those among them that are larger than any remaining host."""

    @property
    def missing(self) -> int:
        """MiB short; negative if there is room."""
        return self.need - self.capacity

    @property
    def tight(self) -> bool:
        """True if the sum fits, but not domU by domU, or with less headroom than is wise."""
        return self.missing <= 0 and (bool(self.down) or -self.missing < HEADROOM * self.capacity)


def demands(cluster: Cluster) -> tuple[Demand, ...]:
    """What the domUs need that the cluster itself runs: managed, not stopped, and with a file we know."""
    found = []
    for domu in domus_of(cluster):
        running = [one for one in domu.managers if is_managed(cluster, one) and not is_stopped(cluster, one)]
        if running:
            hvm = domu.first.config.text("builder")
            priority = meta(cluster, running[0], "priority")
            allowed = frozenset(allowed_nodes(cluster, running[0]))
            banned = (node.uname for node in cluster.nodes if node not in allowed)
            found.append(
                Demand(
                    domu.title,
                    largest_memory(domu),
                    isinstance(hvm, Known) and hvm.value == "hvm",
                    (parse_score(priority.value) if priority else None) or 0,
                    frozenset(banned),
                )
            )
    return tuple(found)


def largest_memory(domu: DomU) -> int | None:
    """MiB by the largest of the copies, as any of them may be started; None if one of them does not tell."""
    sizes = []
    for file in domu.files:
        fact = file.config.number("memory")
        if isinstance(fact, Unknown):
            return None
        sizes.append(int(fact.value) if isinstance(fact, Known) else XM_DEFAULT)
    return max(sizes)


def total(demands: Iterable[Demand]) -> Total:
    """Add up what domUs need."""
    found = sorted(demands, key=lambda demand: demand.name)
    known = [(demand.memory, demand.need) for demand in found if demand.memory is not None and demand.need is not None]
    memory = sum(size for size, _ in known)
    return Total(
        memory, sum(need for _, need in known) - memory, tuple(demand.name for demand in found if demand.memory is None)
    )


def worst_failure(demands: Sequence[Demand], hosts: Sequence[Host]) -> Shortage | None:
    """The failure of one host that leaves the most domUs down; None if the memory of any host is not known."""
    if not hosts or any(host.capacity is None for host in hosts):
        return None
    failures = [_without(demands, hosts, host) for host in sorted(hosts, key=lambda host: host.name)]
    if len(hosts) == 1:
        failures = [_without(demands, hosts, None)]
    return max(failures, key=lambda shortage: (shortage.missing, len(shortage.down)))


def _without(demands: Sequence[Demand], hosts: Sequence[Host], failed: Host | None) -> Shortage:
    left = {host.name: host.capacity or 0 for host in hosts if host is not failed}
    down = _unplaced(demands, left)
    never = tuple(
        demand.name
        for demand in down
        if all((demand.need or 0) > room for name, room in left.items() if name not in demand.banned)
    )
    return Shortage(
        failed.name if failed else "",
        tuple(sorted(left)),
        total(demands).need,
        sum(left.values()),
        tuple(demand.name for demand in down),
        never,
    )


def _unplaced(demands: Sequence[Demand], rooms: dict[str, int]) -> list[Demand]:
    """Those that first-fit-decreasing finds no host for, within each priority; lowest priority first."""
    free = dict(rooms)
    down = []
    for demand in sorted(demands, key=lambda demand: (-demand.priority, -(demand.need or 0), demand.name)):
        need = demand.need
        if need is None:
            continue
        host = next((name for name in sorted(free) if name not in demand.banned and free[name] >= need), None)
        if host is None:
            down.append(demand)
        else:
            free[host] -= need
    return sorted(down, key=lambda demand: (demand.priority, demand.name))
