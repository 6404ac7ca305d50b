"""How long each domU is away, as far as the plan's own statements tell: from the phase that stops it to the one that
starts it. A live migration is no outage.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.report.runbook.schedule import Schedule, Span
from cibtools.runbook.plan.enums import How
from cibtools.runbook.plan.runbook import Phase, Runbook


class Outage(Struct, frozen=True):
    """One time that domUs are away together."""

    domus: tuple[str, ...]
    evening: int
    begin: int
    end: int
    """Seconds since the evening began, as planned."""
    places: tuple[str, ...]
    """The phases or steps that stop and start them."""

    @property
    def seconds(self) -> int:
        """How long."""
        return self.end - self.begin


def outages(runbook: Runbook, times: Schedule) -> tuple[Outage, ...]:
    """All outages, the longest first; domUs that are away at the same time are one line."""
    alone = [*_stopped(runbook, times), *_restarted(runbook, times)]
    together: dict[tuple[int, int, int, tuple[str, ...]], list[str]] = {}
    for name, span, places in alone:
        together.setdefault((span.evening, span.begin, span.end, places), []).append(name)
    found = [Outage(tuple(names), *key) for key, names in together.items()]
    return tuple(sorted(found, key=lambda one: (-one.seconds, one.evening, one.begin)))


_Away = tuple[str, Span, tuple[str, ...]]


def _stopped(runbook: Runbook, times: Schedule) -> list[_Away]:
    """DomUs that run after one phase and not after the next, until the phase that has them again."""
    running = {name for load in runbook.facts.placement for name in load.domus}
    gone: dict[str, Phase] = {}
    found: list[_Away] = []
    for phase in runbook.phases:
        if not phase.state_after or phase.id not in times.phases:
            continue
        after = {name for load in phase.state_after for name in load.domus}
        gone |= {name: phase for name in sorted(running - after) if name not in gone}
        for name in sorted(after & gone.keys()):
            first, now, back = gone.pop(name), times.phases[phase.id], (phase.id,)
            begin = times.phases[first.id]
            if begin.evening == now.evening:
                found.append((name, Span(now.evening, begin.begin, now.end), (first.id, *back)))
        running = after
    return found


def _restarted(runbook: Runbook, times: Schedule) -> list[_Away]:
    """DomUs that a step is predicted to stop and start again, for as long as the step."""
    return [
        (move.rsc, times.steps[step.id], (step.id,))
        for phase in runbook.phases
        for step in phase.steps
        if step.predicted and step.id in times.steps
        for move in step.predicted.moves
        if move.how is How.RESTART_THERE and step.duration.nominal
    ]
