"""What the cluster takes by itself: how long a failure lasts until the domUs run again, and a cold start."""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.runbook.estimate.timing import finish
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.survey import Survey, timers
from cibtools.runbook.plan.statement import Fact

FENCING = 10
"""Seconds that a reset takes at least."""


def outlook(survey: Survey) -> tuple[Fact, ...]:
    """Times in seconds; unknown where the timers of heartbeat are, or where the domUs run."""
    running = [guest for guest in survey.guests if not guest.stopped]
    if not running:
        return ()
    found = [
        Fact(
            "cold start of all domUs on one node", str(_starts(survey, running)), "s",
            note="counted from the start actions; the delays count from there, not from each other",
        )
    ]  # fmt: skip
    deadtime = next((fact.value for fact in timers(survey.cluster) if fact.name == "deadtime"), None)
    if deadtime is None or not survey.placed:
        return tuple(found)
    for host in survey.hosts:
        mine = [guest for guest in running if guest.node == host.name]
        if mine:
            dead = int(deadtime) + FENCING
            first = dead + min(guest.op("start").delay for guest in mine) + survey.parameters.start_domu
            note = f"{deadtime} s until its death is noticed, {FENCING} s at least for its reset, then the starts"
            found.append(Fact(f"first domU runs again after the death of {host.name}", str(first), "s", note=note))
            last = str(dead + _starts(survey, mine))
            found.append(Fact(f"last domU runs again after the death of {host.name}", last, "s", note=note))
    return tuple(found)


def _starts(survey: Survey, guests: Iterable[Guest]) -> int:
    """Seconds until the last of these runs, if all are started at once on one node."""
    return finish((guest.op("start").delay, survey.parameters.start_domu) for guest in guests)
