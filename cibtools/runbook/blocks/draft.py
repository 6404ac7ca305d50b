"""A plan while it is being written: how things stand so far, and the gates met on the way."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from cibtools.runbook.console.chain import chained
from cibtools.runbook.console.console import Console
from cibtools.runbook.estimate.confirm import Witness
from cibtools.runbook.estimate.feature import Features
from cibtools.runbook.estimate.placement import State
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Light, Tools
from cibtools.runbook.plan.remark import Remark, about
from cibtools.runbook.plan.runbook import Criterion, Gate
from cibtools.runbook.plan.statement import NodeLoad
from cibtools.runbook.plan.step import Caution, Step
from cibtools.runbook.preflight.gates import pick

_TITLE = 72
"""Characters of a title that can be read at a glance."""


class Draft(Struct):
    """What the phases of a plan have in common; the state is how the phases before have left the cluster."""

    survey: Survey
    features: Features
    checks: tuple[Criterion, ...]
    """The pre-flight checks."""
    remarks: tuple[Remark, ...]
    importance: tuple[str, ...]
    """DomUs, least important first."""
    nodes: tuple[str, ...]
    """In the order of the work; the last is the fallback."""
    state: State
    gates: list[Gate] = field(default_factory=list)
    patched: set[str] = field(default_factory=set)
    """Nodes that run the new software."""
    pinned: str = ""
    """The domU whose pin is still there."""
    witness: Witness | None = None
    """Pacemaker's own scheduler, where it is installed."""

    @property
    def tools(self) -> Tools:
        """The generation of tools before anything is exchanged."""
        return self.survey.tools

    @property
    def fallback(self) -> str:
        """The node that is worked on last."""
        return self.nodes[-1]

    def console(self, away_from: str = "") -> Console:
        """A shell on a node that is not being worked on; on the DC if it qualifies."""
        busy = tuple(self.state.standby | self.state.down)
        return Console(self.tools, self.survey.other(away_from, busy))

    def gate(self, identity: str, title: str, criteria: Iterable[Criterion]) -> Gate:
        """Add a gate to the plan."""
        found = Gate(identity, title, tuple(criteria))
        self.gates.append(found)
        return found

    def check(self, *numbers: str) -> tuple[Criterion, ...]:
        """Pre-flight checks by their numbers."""
        return pick(self.checks, *numbers)

    def loads(self) -> tuple[NodeLoad, ...]:
        """The domUs of every node as things stand; none if it is not known where they run."""
        if not self.survey.placed:
            return ()
        return tuple(NodeLoad(name, self.state.domus(self.survey, name)) for name in self.survey.names)

    def cautions(self, *rules: str, subjects: Iterable[str] | None = None) -> tuple[Caution, ...]:
        """What the linter has to say to a step."""
        found = about(self.remarks, rules, None if subjects is None else frozenset(subjects))
        return tuple(remark.caution() for remark in found)


def numbered(phase: str, steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps of a phase with their ids, waits joined to what follows, titles not too long."""
    return tuple(
        replace(
            step,
            id=f"{phase}.{number:02d}",
            title=_short(step.title),
            commands=chained(step.commands),
            rollback=replace(step.rollback, commands=chained(step.rollback.commands)),
        )
        for number, step in enumerate(steps, 1)
    )


def _short(title: str) -> str:
    return title if len(title) <= _TITLE else title[: _TITLE - 1].rstrip(" ,") + "…"


def look(text: str, reason: str = "to be seen on the cluster") -> Criterion:
    """A condition that only a look at the cluster, or a person, can settle."""
    return Criterion("", Light.AMBER, text, reason, True)
