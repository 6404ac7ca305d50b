"""Which domUs can go back to the one node with the old software: not banned from it, and within its memory."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from cibtools.cluster.value import INFINITY
from cibtools.runbook.estimate.score import location_score
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.survey import Survey


class Returning(Struct, frozen=True):
    """The domUs of a cluster, by whether there is a way back for them."""

    taken: tuple[Guest, ...]
    """In the order that was given."""
    left: tuple[tuple[Guest, str], ...]
    """Those that have to stay on the new software, with the reason."""


def returning(survey: Survey, node: str, guests: Iterable[Guest]) -> Returning:
    """Return who finds a place on a node, the first ones first; memory that is not known holds nobody back."""
    room = survey.host(node).usable
    taken: list[Guest] = []
    left: list[tuple[Guest, str]] = []
    for guest in guests:
        if location_score(survey.cluster, guest.resource, survey.host(node).node, None).value <= -INFINITY:
            left.append((guest, f"a constraint bans it from {node}"))
        elif room is not None and guest.need is not None and guest.need > room:
            left.append((guest, f"{guest.need} MiB needed, {room} MiB left on {node}"))
        else:
            taken.append(guest)
            room = None if room is None else room - (guest.need or 0)
    return Returning(tuple(taken), tuple(left))
