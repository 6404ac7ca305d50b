"""Reading what `crm_mon -1` prints: who runs what, when a backup has no status section.

Heartbeat 2.1 and Pacemaker 1.0 print different forms, and `-n` groups resources by node; all of them are read by one
grammar, for a report may hold any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct, field

from cibtools.backup.heartbeat.crm_mon_line import (
    FailedAction,
    MonitoredNode,
    MonitoredResource,
    failed_action,
    node,
    resource,
    without_number,
)
from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.side_text import Line, SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.fact import Truth
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source

__all__ = ["CrmMon", "FailedAction", "MonitoredNode", "MonitoredResource", "parse_crm_mon"]

_HEADER = re.compile(r"(Last updated|Last change|Current DC|Stack|Version):\s*(.*)")
_COUNT = re.compile(r"(\d{1,9}) (Nodes|Resources) configured\b(?:, (\d{1,9}|unknown) expected votes)?", re.IGNORECASE)
_LIST = re.compile(r"([A-Za-z/][\w /-]*): \[ ?(.*?) ?\]?$")
_SET = re.compile(r"(Clone Set|Master/Slave Set|Resource Group): (\S+)(.*)")
_SECTION = re.compile(r"(Failed [\w ]*actions|Migration summary|Operations|Node Attributes|Tickets)", re.IGNORECASE)
_NODE_LISTS = {"online": "online", "offline": "offline", "standby": "standby"}
_ROLES = {"started": "Started", "stopped": "Stopped", "masters": "Master", "slaves": "Slave"}


class CrmMon(Struct, frozen=True, eq=False):
    """What the cluster was doing when somebody looked."""

    updated: str | None
    """The time of day as printed, without a zone; None if not printed, as in reports of hb_report."""
    stack: str | None
    """Cluster stack; Heartbeat 2.1 does not print it."""
    version: str | None
    """Version of the DC; Heartbeat 2.1 does not print it."""
    dc: str | None
    """Name of the designated coordinator; None if there is none or the text does not tell."""
    quorum: Truth
    """Unknown in the form of Heartbeat 2.1, which does not print it."""
    node_count: int | None
    """How many nodes the head of the text counts."""
    nodes: tuple[MonitoredNode, ...]
    resources: tuple[MonitoredResource, ...]
    """One entry for each line: an instance of a clone, or all instances of one role in the form of 1.0."""
    failed_actions: tuple[FailedAction, ...]
    problems: tuple[Problem, ...]
    """Variants: `unreadable` for a line that fits nothing, `node-twice`, `count` if the head counts otherwise."""

    def places_of(self, name: str) -> tuple[str, ...] | None:
        """The nodes on which a resource or the instances of a clone are active; None if the text does not list it."""
        found = [entry for entry in self.resources if name in (entry.id, entry.instance_of, *entry.parents)]
        active = (place for entry in found if entry.role != "Stopped" for place in entry.nodes)
        return tuple(dict.fromkeys(active)) if found else None

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield the state of each node, the DC, what ran where, what was unmanaged, and what failed."""
        if self.updated:
            yield self.updated
        yield listed(f"{node.name} {node.mode}" for node in self.nodes) or "no node"
        yield f"DC {self.dc}" if self.dc else "no DC"
        places = (f"{one.id} on {' and '.join(one.nodes)}" for one in self.resources if one.nodes)
        kinds = (
            ("running", places),
            ("unmanaged", (one.id for one in self.resources if not one.managed)),
            ("FAILED", (one.id for one in self.resources if one.failed)),
            ("failed", (f"{action.resource} {action.operation}" for action in self.failed_actions)),
        )
        yield from (f"{word}: {names}" for word, found in kinds if (names := listed(found)))


Section = Literal["head", "failed", "passed-over"]


class _Reading(Struct):
    """What has been read so far, and where the reader stands."""

    head: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    nodes: list[MonitoredNode] = field(default_factory=list)
    resources: list[MonitoredResource] = field(default_factory=list)
    failed: list[FailedAction] = field(default_factory=list)
    section: Section = "head"
    parents: list[tuple[int, str]] = field(default_factory=list)
    """The sets and groups that are open: indent and id."""
    here: str | None = None
    """The node under which resources are listed."""


def parse_crm_mon(source: Source) -> CrmMon:
    """Read the text; whatever does not fit becomes a problem of the result."""
    text = SideText(source, comment="")
    reading = _Reading()
    for line in text.lines:
        said = line.text.strip()
        if not said:
            reading.here = None
        elif set(said) != {"="} and not _is_read(text, line, said, reading):
            span = text.option(*_extent(line), said).span
            text.problems.append(Problem("unreadable", "crm_mon does not print such a line", span))
    text.problems += _contradictions(reading)
    return _result(reading, tuple(sorted(text.problems, key=lambda problem: problem.span)))


def _extent(line: Line) -> tuple[int, int]:
    start = line.start + len(line.text) - len(line.text.lstrip())
    return start, line.start + len(line.text.rstrip())


def _is_read(text: SideText, line: Line, said: str, reading: _Reading) -> bool:
    """Read one line that says something; False if it fits nothing."""
    section = _SECTION.match(said)
    if section and not line.text[0].isspace():
        reading.section = "failed" if section[1].lower().startswith("failed") else "passed-over"
        return True
    option = text.option(*_extent(line), said)
    if reading.section == "passed-over":
        return True
    if reading.section == "failed":
        action = failed_action(option)
        reading.failed += [action] if action else []
        return action is not None or line.text[0].isspace()
    return _is_head(said, reading) or _is_node(option, reading) or _is_resource(option, line, reading)


def _is_head(said: str, reading: _Reading) -> bool:
    if header := _HEADER.fullmatch(said):
        reading.head.setdefault(header[1], header[2])
        return True
    if counted := _COUNT.match(said):
        reading.counts.setdefault(counted[2].lower(), int(counted[1]))
        return True
    return said.strip(":* ") in (
        "Resource management is DISABLED",
        "The cluster will not attempt to start, stop or recover services",
        "Full list of resources",
        "Inactive resources",
        "No active resources",
        "Active resources",
    )


def _is_node(option: Option, reading: _Reading) -> bool:
    found = node(option)
    if found:
        reading.nodes.append(found)
        reading.here = found.name
        reading.parents.clear()
        return True
    listed = _LIST.fullmatch(option.text)
    mode = _NODE_LISTS.get(listed[1].lower()) if listed else None
    if listed is None or mode is None:
        return False
    reading.here = None
    reading.nodes += [MonitoredNode(name, None, mode, option.span) for name in listed[2].split()]
    return True


def _is_resource(option: Option, line: Line, reading: _Reading) -> bool:
    indent = len(line.text.expandtabs()) - len(line.text.expandtabs().lstrip())
    reading.parents = [(depth, name) for depth, name in reading.parents if depth < indent]
    parents = tuple(name for _, name in reading.parents)
    if opened := _SET.match(option.text):
        reading.parents.append((indent, without_number(opened[2])))
        reading.here = None
        return True
    listed = _LIST.fullmatch(option.text)
    role = _ROLES.get(listed[1].lower()) if listed else None
    if listed and role and parents:
        nodes = tuple(_without_instances(listed[2].split()))
        reading.resources.append(MonitoredResource(parents[-1], "", role, nodes, option.span, parents))
        return True
    found = resource(option, parents, reading.here)
    reading.resources += [found] if found else []
    return found is not None


def _without_instances(words: list[str]) -> list[str]:
    """Nodes of a list; where instances are stopped, 1.0 may name the instances themselves."""
    return [word for word in words if ":" not in word]


def _contradictions(reading: _Reading) -> list[Problem]:
    found = []
    first: dict[str, MonitoredNode] = {}
    for entry in reading.nodes:
        kept = first.setdefault(entry.name.lower(), entry)
        if kept is not entry:
            message = f"{entry.name} is listed twice, as {kept.mode} and as {entry.mode}"
            found.append(Problem("node-twice", message, entry.span, (kept.span,)))
    counted = reading.counts.get("nodes")
    if counted is not None and first and counted != len(first):
        message = f"its head counts {counted} nodes, but it lists {len(first)}"
        found.append(Problem("count", message, next(iter(first.values())).span))
    return found


def _result(reading: _Reading, problems: tuple[Problem, ...]) -> CrmMon:
    dc = re.match(r"(\S+)(?: \(([^)\s]+)\))?(.*)", reading.head.get("Current DC", ""))
    known = dc is not None and dc[1].upper() != "NONE"
    quorum = re.search(r"partition (with|WITHOUT) quorum", reading.head.get("Current DC", ""))
    return CrmMon(
        updated=reading.head.get("Last updated"),
        stack=reading.head.get("Stack"),
        version=reading.head.get("Version"),
        dc=dc[1] if dc and known else None,
        quorum=Truth.UNKNOWN if quorum is None else Truth.YES if quorum[1] == "with" else Truth.NO,
        node_count=reading.counts.get("nodes"),
        nodes=tuple(reading.nodes),
        resources=tuple(reading.resources),
        failed_actions=tuple(reading.failed),
        problems=problems,
    )
