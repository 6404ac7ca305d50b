"""Several domUs at a time: which are stopped together, and how long that takes."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.estimate.timing import finish, hard_limit
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.step import Duration


def waves(draft: Draft) -> tuple[tuple[Guest, ...], ...]:
    """The domUs to stop together, least important first."""
    guests = [draft.survey.guest(name) for name in draft.importance]
    running = [guest for guest in guests if not guest.stopped and guest.managed]
    size = max(1, draft.survey.parameters.wave)
    return tuple(tuple(running[number : number + size]) for number in range(0, len(running), size))


def together(survey: Survey, guests: tuple[Guest, ...], name: str, nominal: int) -> Duration:
    """How long one operation of several domUs takes, four at a time on each node."""
    nodes = {guest.node for guest in guests}
    loads = [[guest for guest in guests if guest.node == node] for node in nodes]
    expected = max((finish((one.op(name).delay, nominal) for one in load) for load in loads), default=0)
    limit = max((finish((one.op(name).delay, one.op(name).timeout) for one in load) for load in loads), default=0)
    hard = hard_limit([(guest.op(name).timeout, guest.op(name).delay) for guest in guests], survey.cluster_delay)
    limit = max(expected, limit)
    return Duration(
        nominal=expected,
        limit=limit,
        hard=max(hard, limit),
        basis=f"{len(guests)} domUs, four at a time on each node, with delays",
    )


def all_start(draft: Draft) -> Duration:
    """How long it takes when all domUs start at once."""
    guests = tuple(guest for wave in waves(draft) for guest in wave)
    return together(draft.survey, guests, "start", draft.survey.parameters.start_domu)
