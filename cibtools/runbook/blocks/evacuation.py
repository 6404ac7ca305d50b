"""Emptying a node: whether it may be done, what will move, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from cibtools.cluster.derived.device import devices
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.estimate.confirm import Testimony, testify
from cibtools.runbook.estimate.memory import fits, packs
from cibtools.runbook.estimate.placement import Outcome, settle
from cibtools.runbook.estimate.timing import (
    Link,
    Run,
    Transfer,
    as_words,
    finish,
    hard_limit,
    migrate_all,
    nearest,
    slowest_sufficient_link,
)
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import How, Light, Oracle, Severity
from cibtools.runbook.plan.runbook import Criterion
from cibtools.runbook.plan.step import Caution, Duration, Move, Prediction
from cibtools.runbook.strategy.reason import reason


@dataclass(frozen=True, slots=True)
class Evacuation:
    """What happens when a node goes into standby."""

    node: str
    outcome: Outcome
    duration: Duration
    criteria: tuple[Criterion, ...]
    cautions: tuple[Caution, ...]
    prediction: Prediction

    @property
    def moves(self) -> tuple[Move, ...]:
        """Everything that changes its place."""
        return self.outcome.moves


def plan_evacuation(draft: Draft, node: str) -> Evacuation:
    """Predict what standby does to a node, and judge it; the state of the plan stays as it is."""
    survey, before = draft.survey, draft.state
    after = replace(before, standby=before.standby | {node})
    outcome = settle(survey, before, after)
    moved = {move.rsc for move in outcome.moves}
    untouched = tuple(guest.id for guest in survey.guests if guest.id not in moved)
    ours = Prediction(Oracle.STATIC, outcome.moves, untouched=untouched)
    testimony = testify(draft.witness if survey.placed else None, before, after, ours)
    runs = _transfers(survey, outcome.moves)
    late = tuple(_too_late(survey, runs, outcome.moves))
    criteria = (
        look("the cluster is idle (S_IDLE)"),
        _memory(draft, node, outcome, testimony),
        _network(draft, node),
        _unmanaged(draft, node),
        _places(survey, outcome),
        *(criterion for criterion, _ in late),
        *_lost_fencing(draft, node, outcome),
    )
    cautions = (
        *testimony.cautions,
        *_link(survey, outcome.moves),
        *(caution for _, caution in late),
        *_restarts(outcome.moves),
        *draft.cautions(*topic.MOVING, subjects=[move.rsc for move in outcome.moves]),
    )
    duration = _duration(survey, outcome.moves, runs)
    return Evacuation(node, outcome, duration, criteria, cautions, testimony.prediction)


def link_of(survey: Survey) -> Link:
    """The link between the nodes as it is assumed to be."""
    found = survey.parameters
    return Link(found.link, found.stream, Fraction(found.dirty_percent, 100), found.migration_fix)


def _guests(survey: Survey, moves: tuple[Move, ...], how: How) -> list[Guest]:
    ids = {move.rsc for move in moves if move.how is how}
    return [guest for guest in survey.guests if guest.id in ids]


def _transfers(survey: Survey, moves: tuple[Move, ...]) -> tuple[Run, ...] | None:
    """The simulated live migrations; None if the memory of one of them is not known."""
    moving = _guests(survey, moves, How.LIVE)
    if any(guest.memory is None for guest in moving):
        return None
    jobs = [Transfer(guest.id, guest.memory or 0, guest.op("migrate_to").delay) for guest in moving]
    return migrate_all(jobs, link_of(survey))


def _duration(survey: Survey, moves: tuple[Move, ...], runs: tuple[Run, ...] | None) -> Duration:
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
    return Duration(nominal, limit, max(hard_limit(operations, survey.cluster_delay), limit), basis)


def _too_late(
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
    yield Criterion("", light, "every live migration ends within its timeout", text), Caution("TIMEOUT-TOO-SMALL", text)


def _link(survey: Survey, moves: tuple[Move, ...]) -> Iterator[Caution]:
    """The link that the migrations need, where there is not much left of the one that is assumed."""
    live = _guests(survey, moves, How.LIVE)
    if not live or any(guest.memory is None for guest in live):
        return
    link = link_of(survey)
    jobs = [Transfer(guest.id, guest.memory or 0, guest.op("migrate_to").delay) for guest in live]
    rate = slowest_sufficient_link(jobs, {guest.id: guest.op("migrate_to").timeout for guest in live}, link)
    if rate is not None and link.capacity * 4 <= rate * 5 and rate <= link.capacity:
        words = f"for every migration to end within its timeout the link has to carry {rate} MB/s"
        yield Caution("MIGRATION-LINK", f"{words}; {link.capacity} are assumed, measure them")


def _memory(draft: Draft, node: str, outcome: Outcome, testimony: Testimony) -> Criterion:
    survey = draft.survey
    text = f"memory for what moves off {node}"
    if not survey.placed:
        return Criterion("P-10", Light.AMBER, text, "cannot be computed: it is not known where the domUs run")
    room = fits(survey, outcome.state.guests_where(survey), draft.importance, outcome.state.stopped)
    if testimony.where is not None:
        # Where the two disagree about nodes, the worse of both counts.
        theirs = replace(outcome.state, where=testimony.where).guests_where(survey)
        other = fits(survey, theirs, draft.importance, outcome.state.stopped)
        room = min((room, other), key=lambda one: (Light.RED, Light.AMBER, Light.GREEN).index(one.light))
    words = room.text
    if room.light is Light.RED:
        packing = packs(survey, node, draft.state.guests_where(survey))
        hint = "; moved one by one they would fit (crm_resource -M)" if packing else ""
        words += f"; stop {', '.join(room.stop_list)} (stop-list) for the rest to fit{hint}"
        accepted = "S-RAM" in survey.wishes.accept
        return Criterion("P-10", Light.AMBER if accepted else Light.RED, text, words)
    return Criterion("P-10", room.light, text, words)


def _network(draft: Draft, node: str) -> Criterion:
    attributes = network_attributes(draft.survey)
    names = ", ".join(found.name for found in attributes)
    receiving = [name for name in draft.state.active(draft.survey) if name != node]
    if not attributes:
        return Criterion("P-13", Light.GREEN, "network attributes", "no rule of a domU asks for one")
    text = f"{names} above 0 on {', '.join(receiving) or 'no node'}: without it the cluster stops every domU"
    bad, unknown = [], False
    for name in receiving:
        values = draft.state.attributes.get(name)
        unknown = unknown or values is None
        bad += [
            f"{one.name} on {name}" for one in attributes if values is not None and values.get(one.name, "0") == "0"
        ]
    if bad:
        gone = [one.keeper.id for one in attributes if one.keeper and one.stopped]
        because = f", since {', '.join(gone)} is stopped" if gone else ""
        return Criterion("P-13", Light.RED, text, f"not there: {', '.join(bad)}{because}")
    if unknown:
        return Criterion("P-13", Light.AMBER, text, "no status section in the backup")
    return Criterion("P-13", Light.GREEN, text, "so it was when the backup was taken; look again")


def _unmanaged(draft: Draft, node: str) -> Criterion:
    text = f"no unmanaged resource on {node}"
    left = [
        guest.id
        for guest in draft.survey.guests
        if not guest.managed and draft.state.of(draft.survey, guest.id) == node
    ]
    if left:
        return Criterion("", Light.RED, text, f"{', '.join(left)} would stay there and lose their storage")
    return Criterion("", Light.GREEN, text, "all domUs there are managed")


def _places(survey: Survey, outcome: Outcome) -> Criterion:
    """Whether every domU has a place afterwards."""
    text = "every domU has a place afterwards"
    domus = {guest.id for guest in survey.guests}
    lost = [move.rsc for move in outcome.moves if move.how is How.STOP and move.rsc in domus]
    if lost:
        return Criterion("", Light.RED, text, f"the cluster would stop {', '.join(lost)}")
    if outcome.doubts:
        return Criterion("", Light.AMBER, text, f"the files do not settle {', '.join(outcome.doubts[:3])}")
    return Criterion("", Light.GREEN, text, "predicted from scores and constraints")


def _lost_fencing(draft: Draft, node: str, outcome: Outcome) -> Iterator[Criterion]:
    """Devices that run nowhere while the node is away, and whom they leave unfenced."""
    survey = draft.survey
    active = [name for name in outcome.state.active(survey) if name != node]
    lost = [
        device for device in devices(survey.cluster) if device.executors and not set(device.executors) & set(active)
    ]
    names = ", ".join(device.resource.id for device in lost)
    if len(active) == 1:
        because = f" ({names} may not run there)" if lost else ""
        yield look(
            f"accepted: {active[0]} has no partner and cannot be fenced meanwhile{because}", "a question of risk"
        )
    elif lost:
        yield look(f"accepted: nothing runs {names} meanwhile", "a question of risk")


def _restarts(moves: tuple[Move, ...]) -> Iterator[Caution]:
    for move in moves:
        if move.how is How.RESTART_THERE and move.reason:
            yield Caution("S-NO-LIVE", f"{move.rsc} is stopped and started: {move.reason}")


def order_restart(draft: Draft, node: str) -> tuple[Criterion, tuple[Caution, ...]]:
    """Whether domUs restart when a node comes back, because mandatory orders tie them to its clones."""
    text = "no domU restarts when the node becomes active"
    found = draft.features
    if not found.orders:
        return Criterion("", Light.GREEN, text, "no mandatory order reaches from a clone to a domU"), ()
    ids = ", ".join(order.id for order in found.orders)
    told = reason(
        "S-ORDER-RESTART", Severity.REFUSAL, draft.survey.wishes.accept, ids=ids, node=node,
        list=", ".join(found.restarted),
    )  # fmt: skip
    light = Light.AMBER if told.accepted else Light.RED
    return Criterion("", light, text, told.text), (told.caution(),)
