"""A runbook as data: gates, and phases of steps; what it looks like is decided by the renderers."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from cibtools.runbook.plan.enums import Light, Readiness, Tools, worst
from cibtools.runbook.plan.statement import NO_FACTS, Assumption, Facts, InputFile, NodeLoad, Reason
from cibtools.runbook.plan.step import NO_SOAK, Duration, Soak, Step


class Criterion(Struct, frozen=True):
    """One condition of a gate."""

    check: str
    """`P-10`; empty for a question to a person."""
    state: Light
    text: str
    """What has to hold, with the numbers."""
    reason: str = ""
    """Why it is not green, or what the files prove."""
    live: bool = False
    """True if no file can tell and somebody has to look; amber then, but no sign of trouble."""


class Gate(Struct, frozen=True):
    """A point where the plan goes on only if all of its criteria hold."""

    id: str
    """`G-START`, `G-EVAC(host1)`."""
    title: str
    criteria: tuple[Criterion, ...]

    @property
    def state(self) -> Light:
        """The worst of its criteria."""
        return worst(criterion.state for criterion in self.criteria)


class Table(Struct, frozen=True):
    """Numbers of a phase, side by side."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Phase(Struct, frozen=True):
    """Steps that belong together."""

    id: str
    """`P1`."""
    title: str
    purpose: str
    tools: Tools
    steps: tuple[Step, ...]
    entry_gates: tuple[str, ...] = ()
    exit_gates: tuple[str, ...] = ()
    point_of_no_return: bool = False
    rollback_to: str = ""
    """The phase whose state the way back leads to; empty if there is none."""
    rollback_seconds: int = 0
    """What the full way back takes from the end of this phase."""
    turn_back_by: str = ""
    """`01:13`: the latest time to turn back within the window; empty if there is no window or no way back."""
    soak: Soak = NO_SOAK
    state_after: tuple[NodeLoad, ...] = ()
    abort_if: tuple[str, ...] = ()
    """When to stop and turn back."""
    tables: tuple[Table, ...] = ()
    instead_of: str = ""
    """The first of the phases of which exactly one is done; empty if the phase is always done."""

    @property
    def waits(self) -> int:
        """Seconds of waiting inside the phase, after its steps; the wait after the phase is not among them."""
        return sum(step.soak.min for step in self.steps)

    @property
    def duration(self) -> Duration:
        """All steps one after the other."""
        return sum((step.duration for step in self.steps), Duration())


def done(phases: Iterable[Phase]) -> tuple[Phase, ...]:
    """Return the phases that are carried out one after the other: of alternatives the one that takes longest."""
    longest: dict[str, Phase] = {}
    for phase in phases:
        key = phase.instead_of or phase.id
        if key not in longest or phase.duration.nominal > longest[key].duration.nominal:
            longest[key] = phase
    return tuple(longest.values())


class Session(Struct, frozen=True):
    """Phases that fit one evening."""

    title: str
    phases: tuple[str, ...]
    seconds: int
    """Work and the waits inside; the wait after the last phase is not among them."""
    resume: str = ""
    """What to type first on every node, because the shell of the evening before is gone; empty on the first evening."""


class Slot(Struct, frozen=True):
    """The time there is for an evening, as `--window` gives it."""

    start: str
    """`20:00`."""
    seconds: int


class ClusterBrief(Struct, frozen=True):
    """The cluster in one line."""

    nodes: tuple[str, ...]
    domus: int
    dialect: str
    """`heartbeat-2.1` or `pacemaker-1.0`."""


class Runbook(Struct, frozen=True):
    """A procedure from the first look to the last signature."""

    kind: str
    """The procedure, as its kind declares it: `rolling-patch`, `upgrade-hops`."""
    title: str
    summary: str
    change_id: str
    date: str
    """As given; empty if it was not."""
    verdict: Readiness
    cluster: ClusterBrief
    reasons: tuple[Reason, ...] = ()
    facts: Facts = NO_FACTS
    assumptions: tuple[Assumption, ...] = ()
    gates: tuple[Gate, ...] = ()
    phases: tuple[Phase, ...] = ()
    inputs: tuple[InputFile, ...] = ()
    sessions: tuple[Session, ...] = ()
    hints: tuple[str, ...] = ()
    """What else to know: other methods on offer, options worth giving."""
    slot: Slot | None = None
    """None if no window was given."""

    @property
    def window(self) -> Duration:
        """All phases one after the other, without soaking; of alternatives the longest."""
        return sum((phase.duration for phase in done(self.phases)), Duration())

    @property
    def soak(self) -> Soak:
        """All waiting between the phases and steps."""
        soaks = [phase.soak for phase in self.phases] + [step.soak for phase in self.phases for step in phase.steps]
        return Soak(min=sum(soak.min for soak in soaks), recommended=sum(soak.recommended for soak in soaks))
