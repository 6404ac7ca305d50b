"""The lines of `crm_mon -1` that name nodes, resources and failed actions, each by its grammar."""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.backup.lines.directive import Option
from cibtools.backup.record.source import Span

_NODE = re.compile(r"Node:? ([^\s:]+)(?: \(([^)\s]+)\))?: (.+)")
_RESOURCE = re.compile(r"(\S+)\s*\(([a-z][\w-]*(?:::?[\w./-]+)*)( ORPHANED)?\)(:?)(?:\s+(.*))?", re.ASCII)
_ACTION = re.compile(r"(?:\* )?(\S+)_([a-z]+)_(\d{1,12}) \(([^)]*)\)(?::\s*(.*))?", re.ASCII)
_ACTION_ON = re.compile(r"(?:\* )?(\S+)_([a-z]+)_(\d{1,12}) on (\S+) '([^']*)' \((\d{1,9})\): (.*)", re.ASCII)
_MARK = re.compile(r"\((?:unmanaged|disabled|blocked)\)|\bFAILED\b|\bORPHANED\b")
_ROLES = frozenset(("Started", "Stopped", "Master", "Slave"))
_MODES = ("pending", "maintenance", "standby", "offline", "online")


class MonitoredNode(Struct, frozen=True):
    """A node and what it was doing."""

    name: str
    uuid: str | None
    """Printed by Heartbeat 2.1 only."""
    mode: str
    """`online`, `standby`, `offline`, `pending`, `maintenance`; `unclean` for one that must be fenced; or, in lower
    case, what else is printed."""
    span: Span
    on_fail: bool = False
    """True if it is in standby because an operation failed."""
    standby: bool = False
    """True if it is to be in standby, even where it is off line now."""


class MonitoredResource(Struct, frozen=True):
    """A resource, or the instances of a clone in one role."""

    id: str
    """With the number of the instance (`pingd-child:0`) where it is printed."""
    agent: str
    """`class:type` or `class::provider:type`; empty for the instances of a clone."""
    role: str
    """`Started`, `Stopped`, `Master` or `Slave`."""
    nodes: tuple[str, ...]
    """Where it is; more than one for a resource that is none that may run twice is a fault."""
    span: Span
    parents: tuple[str, ...] = ()
    """The groups and clones it is printed under, the outermost first."""
    managed: bool = True
    failed: bool = False
    orphaned: bool = False
    """True if it runs but is no longer configured."""

    @property
    def instance_of(self) -> str:
        """The id without the number of the instance."""
        return without_number(self.id)


def without_number(name: str) -> str:
    """The id of a clone's child without the number of the instance."""
    return re.sub(r":\d+\Z", "", name)


class FailedAction(Struct, frozen=True):
    """An operation that went wrong."""

    resource: str
    operation: str
    interval: int
    """Milliseconds; 0 for an operation that is done once."""
    node: str | None
    call: int | None
    rc: int | None
    """What the agent returned."""
    status: str
    """In words, as printed."""
    span: Span


def node(line: Option) -> MonitoredNode | None:
    """Read `Node: host1 (uuid): online` and `Node host1: UNCLEAN (offline)`."""
    found = _NODE.fullmatch(line.text)
    if found is None:
        return None
    words = found[3].strip().lower()
    mode = (
        "unclean" if words.startswith("unclean") else next((mode for mode in _MODES if words.startswith(mode)), words)
    )
    return MonitoredNode(found[1], found[2], mode, line.span, "on-fail" in words, "standby" in words)


def resource(line: Option, parents: tuple[str, ...], here: str | None) -> MonitoredResource | None:
    """Read `id (class::provider:type): Started host1 (unmanaged) FAILED`; `here` is the node that lists it with -n."""
    found = _RESOURCE.fullmatch(line.text)
    if found is None:
        return None
    said = found[5] or ""
    flags, rest = _flags(said)
    if several := re.search(r"\[(.*)\]", rest):
        nodes = several[1].split()
        words = rest[: several.start()].split()
    else:
        words = rest.split()
        nodes = words[1:2] if words and words[0] in _ROLES else []
    if not nodes and here and "Stopped" not in words:
        nodes = [here]
    if words and words[0] not in _ROLES:
        return None
    role = words[0] if words else "Started" if nodes else "Stopped"
    return MonitoredResource(
        found[1],
        found[2],
        role,
        tuple(nodes),
        line.span,
        parents,
        managed="unmanaged" not in flags,
        failed="failed" in flags,
        orphaned=found[3] is not None or "orphaned" in flags,
    )


def _flags(said: str) -> tuple[set[str], str]:
    """The marks of a line in lower case, and the rest."""
    return {mark.strip("()").lower() for mark in _MARK.findall(said)}, _MARK.sub(" ", said)


def failed_action(line: Option) -> FailedAction | None:
    """Read `nfs_start_0 (node=host1, call=12, rc=1): complete` and the form of later releases."""
    if later := _ACTION_ON.fullmatch(line.text):
        facts = _pairs(later[7])
        call = _number(facts.get("call", ""))
        return FailedAction(
            later[1], later[2], int(later[3]), later[4], call, int(later[6]), later[5] or "unknown", line.span
        )
    found = _ACTION.fullmatch(line.text)
    if found is None:
        return None
    facts = _pairs(found[4])
    status = found[5] or facts.get("status", "")
    return FailedAction(
        found[1],
        found[2],
        int(found[3]),
        facts.get("node"),
        _number(facts.get("call", "")),
        _number(facts.get("rc", "")),
        status,
        line.span,
    )


def _pairs(text: str) -> dict[str, str]:
    return {
        name.strip(): value.strip()
        for name, equals, value in (part.partition("=") for part in text.split(","))
        if equals
    }


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None
