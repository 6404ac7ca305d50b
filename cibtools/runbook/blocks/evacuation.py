"""Emptying a node: whether it may be done, what will move, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from cibtools.cluster.derived.device import devices
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.evacuation_time import moving_time, needed_link, too_late, transfers
from cibtools.runbook.estimate.agreement import Testimony, testify
from cibtools.runbook.estimate.memory import fits, packs
from cibtools.runbook.estimate.placement import Outcome, settle
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import How, Light, Oracle, Severity
from cibtools.runbook.plan.runbook import Criterion
from cibtools.runbook.plan.step import Caution, Duration, Move, Prediction
from cibtools.runbook.strategy.reason import reason


class Evacuation(Struct, frozen=True):
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
    ours = Prediction(source=Oracle.STATIC, moves=outcome.moves, untouched=untouched)
    testimony = testify(draft.witness if survey.placed else None, before, after, ours)
    runs = transfers(survey, outcome.moves)
    late = tuple(too_late(survey, runs, outcome.moves))
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
        *needed_link(survey, outcome.moves),
        *(caution for _, caution in late),
        *_restarts(outcome.moves),
        *draft.cautions(*topic.MOVING, subjects=[move.rsc for move in outcome.moves]),
    )
    duration = moving_time(survey, outcome.moves, runs)
    return Evacuation(node, outcome, duration, criteria, cautions, testimony.prediction)


def _memory(draft: Draft, node: str, outcome: Outcome, testimony: Testimony) -> Criterion:
    survey = draft.survey
    text = f"memory for what moves off {node}"
    if not survey.placed:
        return Criterion("P-10", Light.AMBER, text, "needs to know where the domUs run (--placement FILE)")
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
        yield look(f"yes, {active[0]} may be alone and without fencing until {node} is back{because}: name ______")
    elif lost:
        yield look(f"yes, {names} may run nowhere until {node} is back: name ______")


def _restarts(moves: tuple[Move, ...]) -> Iterator[Caution]:
    for move in moves:
        if move.how is How.RESTART_THERE and move.reason:
            yield Caution(rule="S-NO-LIVE", text=f"{move.rsc} is stopped and started: {move.reason}")


def order_restart(draft: Draft, node: str) -> tuple[Criterion, tuple[Caution, ...]]:
    """Whether domUs restart when a node comes back, because mandatory orders tie them to its clones."""
    text = "no domU restarts when the node becomes active"
    found = draft.features
    if not found.orders:
        return Criterion("", Light.GREEN, text, "no mandatory order reaches from a clone to a domU"), ()
    ids = ", ".join(order.id for order in found.orders)
    values = {"ids": ids, "node": node, "list": ", ".join(found.restarted)}
    told = reason("S-ORDER-RESTART", Severity.REFUSAL, draft.survey.wishes.accept, values)
    light = Light.AMBER if told.accepted else Light.RED
    return Criterion("", light, text, told.text), (told.caution(),)
