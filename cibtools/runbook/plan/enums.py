"""The words of a runbook: the closed lists that its fields choose from; the values are what the JSON form says."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Readiness(Enum):
    """Whether the procedure may be started."""

    READY = "ready"
    WARNINGS = "ready-with-warnings"
    BLOCKED = "blocked"
    """A gate is red already, from the files alone."""
    REFUSED = "refused"
    """The strategy itself is unsafe; there are no phases."""


class Method(Enum):
    """The ways from one release to another."""

    PATCH = "PATCH"
    HOPS = "HOPS"
    REATTACH = "REATTACH"
    SHUTDOWN = "SHUTDOWN"
    SWING = "SWING"


class Tools(Enum):
    """The generation of cluster tools that commands are written for."""

    HB21 = "hb21"
    """heartbeat 2.1 and Pacemaker 0.6."""
    P10 = "p10"
    """Pacemaker 1.0, in the spellings that 1.0.3 and 1.0.13 have in common."""

    @property
    def title(self) -> str:
        """The name for people."""
        return "heartbeat 2.1" if self is Tools.HB21 else "Pacemaker 1.0"


class CommandKind(Enum):
    """What a command does to the cluster."""

    READ = "read"
    CHANGE = "change"
    DESTRUCTIVE = "destructive"
    """What it takes away does not come back by itself."""
    INTERACTIVE = "interactive"
    WAIT = "wait"

    @property
    def changes(self) -> bool:
        """True for what changes anything."""
        return self in (CommandKind.CHANGE, CommandKind.DESTRUCTIVE)


class Light(Enum):
    """What is known about a condition: unknown is amber and never green."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


def worst(lights: Iterable[Light]) -> Light:
    """The light that decides where several conditions have to hold."""
    found = set(lights)
    return next((light for light in (Light.RED, Light.AMBER) if light in found), Light.GREEN)


class Who(Enum):
    """Who does a step."""

    OPERATOR = "operator"
    SECOND = "second person"
    """Four eyes on what cannot be undone."""


class Severity(Enum):
    """How much weight a reason has."""

    INFO = "info"
    WARNING = "warning"
    REFUSAL = "refusal"


class RiskLevel(Enum):
    """How much can break."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Origin(Enum):
    """Where a value that no file states comes from."""

    DEFAULT = "default"
    OPTION = "option"


class StopKind(Enum):
    """Whether a step ends in a decision."""

    NONE = "none"
    GO = "go/no-go"
    STOP = "stop"
    """Cannot go on by itself."""


class Way(Enum):
    """Whether a step can be taken back."""

    POSSIBLE = "possible"
    NOT_NEEDED = "not needed"
    """The step only reads or waits."""
    IMPOSSIBLE = "not possible"


class How(Enum):
    """What happens to a resource in a step."""

    LIVE = "live-migrate"
    RESTART_THERE = "stop-start"
    STOP = "stop"
    START = "start"
    STAY = "stay"
    FENCE = "fence"
    UNKNOWN = "unknown"


class Oracle(Enum):
    """Who predicted."""

    STATIC = "static"
    SCHEDULER = "scheduler"
    """Pacemaker's own scheduler was asked and says the same, or what it says counts."""
