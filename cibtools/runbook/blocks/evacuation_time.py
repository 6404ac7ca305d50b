"""How long it takes to empty a node, and whether the link and the timeouts allow it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from cibtools.runbook.estimate.timing import (
    Link,
    Run,
    Transfer,
    finish,
    hard_limit,
    migrate_all,
    nearest,
    slowest_sufficient_link,
)
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import How, Light
from cibtools.runbook.plan.runbook import Criterion
from cibtools.runbook.plan.step import Caution, Duration, Move, as_words


def link_of(survey: Survey) -> Link:
    """The link between the nodes as it is assumed to be."""
    found = survey.parameters
    return Link(found.link, found.stream, Fraction(found.dirty_percent, 100), found.migration_fix)


def _guests(survey: Survey, moves: tuple[Move, ...], how: How) -> list[Guest]:
    ids = {move.rsc for move in moves if move.how is how}
    return [guest for guest in survey.guests if guest.id in ids]


def transfers(survey: Survey, moves: tuple[Move, ...]) -> tuple[Run, ...] | None:
    """The simulated live migrations; None if the memory of one of them is not known."""
    moving = _guests(survey, moves, How.LIVE)
    if any(guest.memory is None for guest in moving):
        return None
    jobs = [Transfer(guest.id, guest.memory or 0, guest.op("migrate_to").delay) for guest in moving]
    return migrate_all(jobs, link_of(survey))


def moving_time(survey: Survey, moves: tuple[Move, ...], runs: tuple[Run, ...] | None) -> Duration:
    """Return how long the moves take: as expected, at most, and until the cluster has given up."""
    live = _guests(survey, moves, How.LIVE)
    restarted = _guests(survey, moves, How.RESTART_THERE) + _guests(survey, moves, How.STOP)
    parameters = survey.parameters
    limit = finish((guest.op("migrate_to").delay, guest.op("migrate_to").timeout) for guest in live)
    limit += max((guest.op("migrate_from").timeout for guest in live), default=0)
    again = finish((guest.op("stop").delay, guest.op("stop").timeout) for guest in restarted)
    again += max((guest.op("start").delay + guest.op("start").timeout for guest in restarted), default=0)
    by_hand = finish((guest.op("stop").delay, parameters.stop_domu) for guest in restarted)
    by_hand += max((guest.op("start").delay + parameters.start_domu for guest in restarted), default=0)
    limit = max(limit, again, 60)
    if runs is None:
        nominal, basis = limit, "the memory of a domU is not known, so the limit is all that can be said"
    else:
        last = nearest(max((run.end for run in runs), default=Fraction(0)))
        nominal = max(last, by_hand, 10)
        link = link_of(survey)
        basis = (
            f"{len(live)} live migrations, 4 at a time over {link.capacity} MB/s, {link.stream} MB/s each at most"
            if live
            else f"{len(restarted)} domUs are stopped and started"
            if restarted
            else "no domU has to move"
        )
    operations = [(guest.op("migrate_to").timeout, guest.op("migrate_to").delay) for guest in live]
    operations += [(guest.op(name).timeout, guest.op(name).delay) for guest in restarted for name in ("stop", "start")]
    return Duration(
        nominal=nominal, limit=limit, hard=max(hard_limit(operations, survey.cluster_delay), limit), basis=basis
    )


def too_late(
    survey: Survey, runs: tuple[Run, ...] | None, moves: tuple[Move, ...]
) -> Iterator[tuple[Criterion, Caution]]:
    """Migrations that take longer than their timeout; beyond timeout and delay the old engines give up."""
    live = {guest.id: guest for guest in _guests(survey, moves, How.LIVE)}
    late = [run for run in runs or () if run.seconds > live[run.name].op("migrate_to").timeout]
    if not late:
        return
    worst = max(late, key=lambda run: (run.seconds, run.name))
    op = live[worst.name].op("migrate_to")
    jobs = [Transfer(name, guest.memory or 0, guest.op("migrate_to").delay) for name, guest in live.items()]
    limits = {name: guest.op("migrate_to").timeout for name, guest in live.items()}
    rate = slowest_sufficient_link(jobs, limits, link_of(survey))
    needed = "no link is fast enough" if rate is None else f"with {rate} MB/s they would"
    text = (
        f"{len(late)} live migrations do not end within their timeout, {worst.name} takes {as_words(worst.seconds)} "
        f"and has {as_words(op.timeout)}: {needed}"
    )
    hopeless = any(
        run.seconds > live[run.name].op("migrate_to").timeout + live[run.name].op("migrate_to").delay for run in late
    )
    light = Light.RED if hopeless else Light.AMBER
    yield (
        Criterion("", light, "every live migration ends within its timeout", text),
        Caution(rule="TIMEOUT-TOO-SMALL", text=text),
    )


def needed_link(survey: Survey, moves: tuple[Move, ...]) -> Iterator[Caution]:
    """The link that the migrations need, where there is not much left of the one that is assumed."""
    live = _guests(survey, moves, How.LIVE)
    if not live or any(guest.memory is None for guest in live):
        return
    link = link_of(survey)
    jobs = [Transfer(guest.id, guest.memory or 0, guest.op("migrate_to").delay) for guest in live]
    rate = slowest_sufficient_link(jobs, {guest.id: guest.op("migrate_to").timeout for guest in live}, link)
    if rate is not None and link.capacity * 4 <= rate * 5 and rate <= link.capacity:
        words = f"for every migration to end within its timeout the link has to carry {rate} MB/s"
        yield Caution(
            rule="MIGRATION-LINK",
            text=f"{words}; {link.capacity} MB/s are assumed: measure the "
            "throughput between the hosts and set link in [runbook] of cibtools.toml",
        )
