"""What resource agents say about themselves: advised timeouts, parameters, whether they write to shared storage.

The agents are not in a backup, so their metadata is kept here as a table: that of heartbeat 2.1.3 where the agent
existed then, with the later numbers for Pacemaker where they were lowered. Whoever is not in the table is unknown, and
no rule that asks for a fact about it may fire.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.objects import Agent


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """What is known about one agent."""

    timeouts: tuple[tuple[str, int], ...]
    """Operation and advised timeout in seconds, from the `actions` of the metadata."""
    interval: int | None
    """Advised interval of the monitor in seconds; None if the agent gives none or must not be monitored."""
    required: tuple[str, ...]
    """Parameters without which a start fails."""
    exclusive: tuple[str, ...]
    """Parameters whose value no second resource may have."""
    writes: bool
    """True if it writes to storage that another node may write to as well."""
    anonymous: bool | None
    """True if its clone instances are interchangeable; None if it depends on how it is set up."""

    def timeout(self, operation: str) -> int | None:
        """The advised timeout of an operation in seconds."""
        return next((seconds for name, seconds in self.timeouts if name == operation), None)

    def offers(self, operation: str) -> bool:
        """True if the metadata names the operation."""
        return self.timeout(operation) is not None


_Row = tuple[str, str, str, str, str]
# timeouts in seconds and monitor interval, required, exclusive, writes (w), anonymous (a) or unique (u)
_DRBD: _Row = (
    "start 240 stop 100 monitor 20 promote 90 demote 90 notify 90",
    "20",
    "drbd_resource",
    "drbd_resource",
    "w u",
)
_DATABASE = "start 120 stop 120 monitor 30"
_PINGD: _Row = ("start 90 stop 100 monitor 20", "10", "", "name", "a")
_TABLE: dict[str, _Row] = {
    "heartbeat:Xen": (
        "start 60 stop 40 monitor 30 migrate_to 120 migrate_from 120",
        "10",
        "xmfile",
        "xmfile",
        "w",
    ),
    "heartbeat:Filesystem": (
        "start 60 stop 60 monitor 40 notify 60",
        "20",
        "device directory fstype",
        "device directory",
        "w a",
    ),
    # EvmsSCC answers "not running" to every monitor, so there is no advice for one.
    "heartbeat:EvmsSCC": ("start 60 stop 60 notify 60", "", "", "", "a"),
    "heartbeat:Evmsd": ("start 90 stop 100 monitor 20", "10", "", "", "a"),
    "heartbeat:o2cb": ("start 60 stop 60 monitor 40 notify 60", "20", "", "", "a"),
    "heartbeat:pingd": _PINGD,
    "pacemaker:pingd": _PINGD,
    "pacemaker:ping": ("start 60 stop 20 monitor 60", "10", "host_list", "name", "a"),
    "heartbeat:IPaddr": ("start 90 stop 100 monitor 20", "5", "ip", "ip", "u"),
    "heartbeat:IPaddr2": ("start 90 stop 100 monitor 20", "5", "ip", "ip", "u"),
    "heartbeat:LVM": ("start 30 stop 30 monitor 30", "10", "volgrpname", "volgrpname", "w"),
    "heartbeat:drbd": _DRBD,
    "linbit:drbd": _DRBD,
    "heartbeat:Raid1": ("start 10 stop 10 monitor 10", "10", "raidconf raiddev", "raiddev", "w"),
    "heartbeat:ManageVE": ("start 75 stop 75 monitor 10", "10", "veid", "veid", "w"),
    "heartbeat:apache": ("start 90 stop 100 monitor 20", "10", "configfile", "configfile", ""),
    "heartbeat:mysql": (_DATABASE, "20", "", "datadir", "w"),
    "heartbeat:pgsql": (_DATABASE, "30", "", "pgdata", "w"),
    "heartbeat:oracle": (_DATABASE, "120", "sid", "sid", "w"),
    "heartbeat:VirtualDomain": (
        "start 90 stop 90 monitor 30 migrate_to 120 migrate_from 60",
        "10",
        "config",
        "config",
        "w",
    ),
}
# Lowered in the resource-agents that came with Pacemaker 1.0.
_LATER: dict[str, _Row] = {
    "heartbeat:IPaddr": ("start 20 stop 20 monitor 20", "10", "ip", "ip", "u"),
    "heartbeat:IPaddr2": ("start 20 stop 20 monitor 20", "10", "ip", "ip", "u"),
}
_SCRIPT: _Row = ("", "", "", "", "a")
# What lrmd tells about every STONITH plugin; how long a board takes is the plugin's secret.
_STONITH: _Row = ("start 15 stop 15 monitor 15", "3600", "", "", "a")


@lru_cache(maxsize=256)
def agent_facts(agent: Agent, dialect: Dialect) -> AgentFacts | None:
    """What is known about an agent in the release a dialect stands for, or None for an agent that is not known."""
    match agent.standard:
        case "ocf":
            # lrmd takes "heartbeat" where no provider is given.
            name = f"{agent.provider or 'heartbeat'}:{agent.type}"
            row = (_LATER.get(name) if dialect.is_pacemaker else None) or _TABLE.get(name)
        case "stonith":
            row = _STONITH
        case "lsb" | "heartbeat":
            row = _SCRIPT
        case _:
            row = None
    if row is None:
        return None
    words, interval, required, exclusive, flags = row
    pairs = words.split()
    return AgentFacts(
        tuple((name, int(seconds)) for name, seconds in zip(pairs[::2], pairs[1::2], strict=True)),
        int(interval) if interval else None,
        tuple(required.split()),
        tuple(exclusive.split()),
        "w" in flags,
        True if "a" in flags else False if "u" in flags else None,
    )


def is_agent(agent: Agent | None, *types: str) -> bool:
    """True for an OCF agent of one of these types, whoever provides it."""
    return agent is not None and agent.standard == "ocf" and agent.type in types
