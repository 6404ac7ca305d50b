"""How long each domU is away as planned: from the begin of its stop to the end of its start.

Where no steps name a domU that is down after one phase and up after another, the phases are the limits. A live
migration is no outage.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.report.runbook.schedule import Schedule, Span
from cibtools.runbook.plan.enums import How
from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.plan.step import as_words


class Outage(Struct, frozen=True):
    """One time that domUs are away together."""

    domus: tuple[str, ...]
    evening: int
    begin: int
    end: int
    """Seconds since the evening began, as planned."""
    places: tuple[str, ...]
    """The steps, or phases, that stop and start them."""

    @property
    def seconds(self) -> int:
        """How long."""
        return self.end - self.begin

    @property
    def length(self) -> str:
        """How long, in words."""
        return as_words(self.seconds)


_Away = tuple[str, Span, tuple[str, ...]]


def outages(runbook: Runbook, times: Schedule) -> tuple[Outage, ...]:
    """All outages, the longest first; domUs that are away at the same time are one line."""
    alone = [*_stopped(runbook, times), *_moved(runbook, times)]
    known = {name for name, _, _ in alone}
    alone += [found for found in _between(runbook, times) if found[0] not in known]
    together: dict[tuple[int, int, int, tuple[str, ...]], list[str]] = {}
    for name, span, places in alone:
        together.setdefault((span.evening, span.begin, span.end, places), []).append(name)
    found = [Outage(tuple(names), *key) for key, names in together.items()]
    return tuple(sorted(found, key=lambda one: (-one.seconds, one.evening, one.begin)))


def _stopped(runbook: Runbook, times: Schedule) -> list[_Away]:
    """DomUs that one step stops, and the same or a later step of the evening starts."""
    gone: dict[str, tuple[str, Span]] = {}
    found: list[_Away] = []
    for phase in runbook.phases:
        for step in phase.steps:
            now = times.steps.get(step.id)
            if now is None:
                continue
            for name in step.stops:
                if name in step.starts:
                    found.append((name, Span(now.evening, now.end - step.down, now.end), (step.id,)))
                else:
                    gone.setdefault(name, (step.id, now))
            for name in step.starts:
                if name in gone:
                    first, begin = gone.pop(name)
                    if begin.evening == now.evening:
                        found.append((name, Span(now.evening, begin.begin, now.end), (first, step.id)))
    return found


def _moved(runbook: Runbook, times: Schedule) -> list[_Away]:
    """DomUs that a step is predicted to stop on one node and start on another, for as long as the step."""
    return [
        (move.rsc, times.steps[step.id], (step.id,))
        for phase in runbook.phases
        for step in phase.steps
        if step.predicted and step.id in times.steps
        for move in step.predicted.moves
        if move.how is How.RESTART_THERE and step.duration.nominal
    ]


def _between(runbook: Runbook, times: Schedule) -> list[_Away]:
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
            first, now = gone.pop(name), times.phases[phase.id]
            begin = times.phases[first.id]
            if begin.evening == now.evening:
                found.append((name, Span(now.evening, begin.begin, now.end), (first.id, phase.id)))
        running = after
    return found
