"""The cluster of the report: nodes and memory, domUs with disks, who fences whom, and where domUs are in each phase."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.fencing import Attempt, Cover, Obstacle, fencing_coverage
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.vocabulary.plugin import Quality
from cibtools.report.cluster.clusterview import ClusterView
from cibtools.runbook.plan.runbook import Runbook

FULL = 1000
"""Width of a bar that is full."""


class Meter(Struct, frozen=True):
    """Memory that is used, against what there is."""

    name: str
    used: str
    share: str
    left: str
    width: int
    """Of `FULL`; 0 if it is not known."""
    over: bool


class Cell(Struct, frozen=True):
    """What one device can do for one node."""

    state: str
    """`good`, `look`, `stop`, or `none` for a device that is not meant for the node."""
    word: str
    reason: str


class Matrix(Struct, frozen=True):
    """Fencing: nodes by devices."""

    devices: tuple[str, ...]
    rows: tuple[tuple[str, Cell, tuple[Cell, ...]], ...]
    """Node, verdict on the node, one cell for each device."""


def matrix(cluster: Cluster) -> Matrix:
    """Work out which device fences which node, and why the others do not."""
    coverage = fencing_coverage(cluster)
    rows = []
    for found in coverage.nodes:
        cells = tuple(map(_cell, found.attempts))
        whole = {
            Cover.COVERED: Cell("good", "✔ covered", ""),
            Cover.UNKNOWN: Cell("look", "△ not known", ""),
            Cover.UNCOVERED: Cell("stop", "✖ not covered", ""),
        }[found.cover]
        if found.gap == "test-only":
            whole = Cell("look", "△ by test devices only", "")
        rows.append((found.node.uname, whole, cells))
    return Matrix(tuple(device.resource.id for device in coverage.devices), tuple(rows))


def _cell(attempt: Attempt) -> Cell:
    if attempt.can is Truth.YES:
        test = attempt.device.plugin.quality is Quality.TEST
        return Cell("look", "△ in tests only", attempt.words) if test else Cell("good", "✔ fences", attempt.words)
    if attempt.can is Truth.UNKNOWN:
        return Cell("look", "△ not known", attempt.words)
    if attempt.obstacle is Obstacle.NOT_LISTED:
        return Cell("none", "– no", attempt.words)
    return Cell("stop", "✖ no", attempt.words)


def meters(runbook: Runbook) -> Iterator[Meter]:
    """Memory of every node today, and of the others while it is away (N−1)."""
    for one in runbook.facts.ram:
        yield _meter(f"{one.node} today", one.used, one.usable)
    for one in runbook.facts.ram:
        yield _meter(f"the others without {one.node}", one.needed_elsewhere, one.room_elsewhere)


def _meter(name: str, used: int | None, room: int | None) -> Meter:
    if used is None or not room:
        return Meter(name, "not known" if used is None else f"{used} MiB", "", "capacity not known", 0, False)
    left = f"{room - used} MiB free" if room >= used else f"{used - room} MiB too little"
    percent = used * 100 // room
    return Meter(name, f"{used} of {room} MiB", f"{percent} %", left, min(FULL, used * FULL // room), used > room)


class Moment(Struct, frozen=True):
    """Where the domUs are after a phase."""

    phase: str
    """`P1 Controlled stop`; `before` for the state of the backup."""
    cells: tuple[tuple[tuple[str, ...], str], ...]
    """For each node: the domUs, and their memory."""


def moments(runbook: Runbook, view: ClusterView) -> tuple[Moment, ...]:
    """The placement of the backup and after each phase; phases that change nothing are one line."""
    memory = {manager: domu.memory for domu in view.domus for manager in domu.managers}
    found: list[Moment] = []
    states = [("before", runbook.facts.placement)]
    states += [(f"{phase.id} {phase.title}", phase.state_after) for phase in runbook.phases if phase.state_after]
    for name, loads in states:
        by_node = {load.node: load.domus for load in loads}
        cells = tuple((by_node.get(node, ()), _sum(by_node.get(node, ()), memory)) for node in runbook.cluster.nodes)
        if found and found[-1].cells == cells:
            first = found[-1].phase.partition(" … ")[0]
            found[-1] = Moment(f"{first} … {name}", cells)
        elif loads:
            found.append(Moment(name, cells))
    return tuple(found)


def _sum(names: tuple[str, ...], memory: dict[str, int | None]) -> str:
    """The memory of domUs together; what is not known is said."""
    known = [memory.get(name) for name in names]
    missing = sum(one is None for one in known)
    total = f"{sum(one or 0 for one in known)} MiB"
    return f"{total} and {missing} not known" if missing else total
