"""What resource agents say about themselves: advised timeouts, parameters, whether they write to shared storage.

The agents are not in a backup, so their metadata is kept in agents.json: that of heartbeat 2.1.3 where the agent
existed then, with the later numbers for Pacemaker where they were lowered, and that of today for 1.1 and later. Whoever
is not in the table is unknown, and no rule that asks for a fact about it may fire.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.objects import Agent
from cibtools.cluster.vocabulary.data import AgentRow, agent_rows


class AgentFacts(Struct, frozen=True):
    """What is known about one agent."""

    timeouts: tuple[tuple[str, int], ...]
    """Operation and advised timeout in seconds, from the `actions` of the metadata."""
    interval: int | None
    """Advised interval of the monitor in seconds; None if the agent gives none or must not be monitored."""
    required: tuple[str, ...]
    """Parameters without which a start fails."""
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


@lru_cache(maxsize=256)
def agent_facts(agent: Agent, dialect: Dialect) -> AgentFacts | None:
    """Tell what is known about an agent in the release a dialect stands for; None for an agent that is not known."""
    # lrmd takes "heartbeat" where no provider is given.
    name = f"{agent.provider or 'heartbeat'}:{agent.type}"
    match agent.standard:
        case "ocf":
            newer = _rows("today").get(name) if dialect is Dialect.P11 else None
            later = _rows("later").get(name) if dialect.is_pacemaker else None
            row = newer or later or _rows("ocf").get(name)
        case standard:
            row = _rows("standards").get(standard)
    if row is None:
        return None
    return AgentFacts(
        tuple(row["timeouts"].items()),
        row.get("interval"),
        tuple(row.get("required", "").split()),
        row.get("writes", False),
        row.get("anonymous"),
    )


@lru_cache(maxsize=4)
def _rows(part: str) -> Mapping[str, AgentRow]:
    return agent_rows(part)


def is_agent(agent: Agent | None, *types: str) -> bool:
    """True for an OCF agent of one of these types, whoever provides it."""
    return agent is not None and agent.standard == "ocf" and agent.type in types
