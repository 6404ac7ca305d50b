"""A runbook arranged for reading, as values: what Markdown and HTML draw, so that they cannot say different things."""

from __future__ import annotations

from msgspec import Struct

from cibtools.report.runbook.outage import Outage
from cibtools.report.runbook.schedule import Schedule
from cibtools.report.runbook.screen import Screen
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.runbook import Runbook, Table
from cibtools.runbook.plan.step import Caution


class Tick(Struct, frozen=True):
    """A line with a box before it."""

    text: str
    remark: str = ""
    """What the files say about it."""
    light: Light | None = None
    """None where only a look can tell."""


class CheckView(Struct, frozen=True):
    """How to see that a state is reached."""

    text: str
    command: str = ""
    place: str = ""
    shows: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    patience: str = ""


class Block(Struct, frozen=True):
    """Commands to give in one place."""

    place: str
    """Empty if it is where the step runs anyway."""
    text: str


class GateView(Struct, frozen=True):
    """A decision with its conditions."""

    id: str
    title: str
    ticks: tuple[Tick, ...]


class BackView(Struct, frozen=True):
    """The way back."""

    text: str
    blocks: tuple[Block, ...]
    proof: str
    time: str
    possible: bool


class StepView(Struct, frozen=True):
    """One step."""

    id: str
    title: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    expect: str
    moves: tuple[str, ...]
    moves_source: str
    checks: tuple[CheckView, ...]
    gate: GateView | None
    back: BackView | None
    warnings: tuple[Caution, ...]
    soak: str
    basis: str
    where: str = ""
    when: str = ""
    """When it begins, as planned."""
    nodes: tuple[str, ...] = ()
    """The nodes that it concerns."""


class PhaseView(Struct, frozen=True):
    """One phase."""

    id: str
    title: str
    heading: str
    """The title for the table of phases: it says where no way leads back."""
    purpose: str
    entry: tuple[GateView, ...]
    steps: tuple[StepView, ...]
    exit: tuple[GateView, ...]
    no_return: bool
    way_back: str
    abort: str
    afterwards: str
    wait: str
    tables: tuple[Table, ...]
    time: str
    limit: str
    when: str = ""
    evening: str = ""
    """The title of the evening that begins with this phase; empty if none does."""
    resume: str = ""
    """What to type first on that evening."""


class WarningView(Struct, frozen=True):
    """A warning of the summary."""

    rule: str
    text: str
    where: str
    """The steps that carry it, or what of the plan it is about."""
    steps: tuple[str, ...] = ()
    """The ids of these steps."""

    @property
    def cells(self) -> tuple[str, str, str]:
        """Its row of the table."""
        return self.rule, self.text, self.where


class RunbookView(Struct, frozen=True):
    """The whole."""

    runbook: Runbook
    verdict: str
    """Whether the work may begin, in words."""
    line: str
    """Change, dialect, size."""
    against: tuple[tuple[str, str], ...]
    """Why the plan is refused or blocked."""
    why: tuple[tuple[str, str], ...]
    warnings: tuple[WarningView, ...]
    phases: tuple[PhaseView, ...]
    together: str
    """The whole time, and how to cut it into evenings."""
    appendix: tuple[Table, ...]
    """What the plan is built on."""
    screen: Screen
    times: Schedule
    outages: tuple[Outage, ...]
    """How long domUs are away, the longest first."""
