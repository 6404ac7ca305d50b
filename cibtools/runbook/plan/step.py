"""A step of a runbook as data: commands, checks, times, and the way back.

Times are whole seconds. Texts are plain text without markup; secrets are never in any of them, because nothing that
builds a runbook asks for one.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.runbook.plan.enums import CommandKind, How, Oracle, RiskLevel, StopKind, Tools, Way, Who


def as_words(seconds: int) -> str:
    """Return a time for people: `20 s`, `34 min`, `1 h 24 min`; from two minutes on rounded to whole minutes."""
    if seconds < 120 and seconds % 60:
        return f"{seconds} s"
    hours, minutes = divmod((seconds + 30) // 60, 60)
    parts = [f"{hours} h"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes} min" if seconds else "0 s")
    return " ".join(parts)


class Duration(Struct, frozen=True, kw_only=True):
    """How long something takes, in seconds."""

    nominal: int = 0
    """What we expect."""
    limit: int = 0
    """If every operation uses its declared timeout."""
    hard: int = 0
    """When the transition engine itself has given up; loops that wait end here."""
    basis: str = ""
    """The arithmetic in words."""

    def __add__(self, other: Duration) -> Duration:
        """One after the other; what the parts are based on is said at the parts."""
        return Duration(
            nominal=self.nominal + other.nominal, limit=self.limit + other.limit, hard=self.hard + other.hard
        )


class Soak(Struct, frozen=True, kw_only=True):
    """Time to wait and watch, in seconds; not part of any duration."""

    min: int = 0
    recommended: int = 0


NO_SOAK = Soak()


class Command(Struct, frozen=True, kw_only=True):
    """One or more lines of shell to copy, without prompt and without any secret."""

    run_on: str
    """A node, `any node`, `each node`, `inside domU <name>`: what the prompt says."""
    kind: CommandKind
    text: str
    tools: Tools | None = None
    """The generation it is written for; None for what is no cluster tool."""
    waits: bool = False
    """True if it holds a loop that gives up; what follows in its text runs only if the wait came true."""

    @property
    def alone(self) -> bool:
        """True if it is never copied together with others: it takes the terminal, or a person does it by hand."""
        by_hand = all(line.startswith("#") for line in self.text.split("\n"))
        return by_hand or self.kind is CommandKind.INTERACTIVE


class Check(Struct, frozen=True, kw_only=True):
    """How to see that a state is reached."""

    text: str
    """The condition in words, to be ticked off."""
    command: str = ""
    """Empty if a person has to look."""
    run_on: str = ""
    """Empty if where the step runs."""
    look_for: tuple[str, ...] = ()
    must_not_show: tuple[str, ...] = ()
    retry_every: int = 0
    """Seconds; 0 for a check that is made once."""
    give_up_after: int = 0


class Decision(Struct, frozen=True, kw_only=True):
    """The gate of a step."""

    kind: StopKind = StopKind.NONE
    gate: str = ""
    """The id of the `Gate` of the runbook that is decided here, if it is one."""
    questions: tuple[str, ...] = ()


class Rollback(Struct, frozen=True, kw_only=True):
    """The way back from a step."""

    way: Way
    text: str = ""
    """What state it gives back, what was saved and where; for an impossible one, why."""
    commands: tuple[Command, ...] = ()
    proof: str = ""
    """How to see that the old state is back."""
    seconds: int = 0
    """What it takes."""


NOT_NEEDED = Rollback(way=Way.NOT_NEEDED, text="read only")
"""The way back from a step that changes nothing."""


class Risk(Struct, frozen=True, kw_only=True):
    """What can break, and for whom."""

    level: RiskLevel = RiskLevel.NONE
    text: str = ""


class Caution(Struct, frozen=True, kw_only=True):
    """A finding or a prediction attached to the step where it hurts."""

    rule: str
    """The code of a lint rule, a reason `S-…`, or a topic such as `TIMEOUT-TOO-SMALL`."""
    text: str
    file: str = ""
    line: int | None = None


class Move(Struct, frozen=True, kw_only=True):
    """What happens to one resource."""

    rsc: str
    from_node: str | None
    """None if it runs nowhere, or nobody knows where."""
    to_node: str | None
    how: How
    reason: str = ""


class Prediction(Struct, frozen=True, kw_only=True):
    """What the cluster will do in a step."""

    source: Oracle
    moves: tuple[Move, ...]
    differs: tuple[Move, ...] = ()
    """What the scheduler says instead, where it disagrees."""
    untouched: tuple[str, ...] = ()
    """DomUs that stay where they are."""


class Step(Struct, frozen=True, kw_only=True):
    """One thing to do, with all an operator needs to do it alone."""

    title: str
    """Imperative, at most 72 characters."""
    where: str
    """A node, `all nodes in order a, b`, `console of <node>`, `inside domU <name>`; never empty."""
    tools: Tools
    id: str = ""
    """`P1.03`; given when the phase is put together."""
    commands: tuple[Command, ...] = ()
    expect: str = ""
    """The state that must hold afterwards, one sentence."""
    verify: tuple[Check, ...] = ()
    duration: Duration = Duration()
    rollback: Rollback = NOT_NEEDED
    risk: Risk = Risk()
    decision: Decision = Decision()
    warnings: tuple[Caution, ...] = ()
    predicted: Prediction | None = None
    who: Who = Who.OPERATOR
    soak: Soak = NO_SOAK
    stops: tuple[str, ...] = ()
    """Ids of the domUs that it stops."""
    starts: tuple[str, ...] = ()
    """Ids of the domUs that it starts."""
    down: int = 0
    """Seconds that a domU is down which the step both stops and starts, at its end."""

    @property
    def changes(self) -> bool:
        """True if a command of it changes anything."""
        return any(found.kind.changes for found in self.commands)
