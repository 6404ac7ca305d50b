"""A prediction beside what Pacemaker's own scheduler says; a disagreement is shown, not hidden."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from cibtools.runbook.estimate.confirm import Unanswered, Witness
from cibtools.runbook.estimate.placement import State
from cibtools.runbook.plan.enums import Oracle
from cibtools.runbook.plan.step import Caution, Move, Prediction


class Testimony(Struct, frozen=True):
    """A prediction with what the scheduler says to it."""

    prediction: Prediction
    cautions: tuple[Caution, ...]
    where: dict[str, str | None] | None
    """Where the scheduler puts everything; None if it was not asked, did not answer, or says the same."""


def testify(witness: Witness | None, before: State, after: State, ours: Prediction) -> Testimony:
    """Lay what the scheduler says beside a prediction; a disagreement is shown, not hidden."""
    if witness is None:
        return Testimony(ours, (), None)
    try:
        theirs = witness.moves(before, after)
    except Unanswered as reason:
        witness.complaints.append(str(reason))
        return Testimony(
            ours, (Caution(rule="PLACEMENT-UNCONFIRMED", text=f"the scheduler was no help: {reason}"),), None
        )
    mine, others = ({(one.rsc, one.to_node, one.how) for one in moves} for moves in (ours.moves, theirs))
    if mine == others:
        return Testimony(replace(ours, source=Oracle.SCHEDULER), (), None)
    odd = {rsc for rsc, _, _ in mine ^ others}
    differs = tuple(move for move in theirs if move.rsc in odd)
    places = {(rsc, node) for rsc, node, _ in mine} != {(rsc, node) for rsc, node, _ in others}
    if places:
        witness.agrees = False
    told = ", ".join(f"{rsc} {_said(theirs, rsc)} instead of {_said(ours.moves, rsc)}" for rsc in sorted(odd))
    cautions = (Caution(rule="PLACEMENT-DIFFERS", text=f"the scheduler of today decides otherwise: {told}"),)
    where = {**before.where, **{move.rsc: move.to_node for move in theirs}} if places else None
    return Testimony(replace(ours, differs=differs), cautions, where)


def _said(moves: tuple[Move, ...], rsc: str) -> str:
    move = next((move for move in moves if move.rsc == rsc), None)
    if move is None:
        return "stays"
    return f"{move.how.value} to {move.to_node}" if move.to_node else move.how.value
