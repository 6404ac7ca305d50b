"""Orders: which domU is touched first, and which node.

Least important first: what is learnt on the way is learnt at the expense of what matters least.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from cibtools.cluster.derived.colocation import ColocationGraph
from cibtools.cluster.derived.option import meta
from cibtools.cluster.derived.ordering import OrderGraph
from cibtools.cluster.value import parse_score
from cibtools.runbook.estimate.memory import demand
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.statement import Importance


class PassedOver(Struct, frozen=True):
    """A domU that cannot be the canary."""

    domu: str
    why: str


class Canary(Struct, frozen=True):
    """The domU that runs on new software first."""

    domu: str
    confirm: bool
    """True if only memory and names decided."""
    passed_over: tuple[PassedOver, ...] = ()
    """Less important domUs that cannot be it."""


def importance(survey: Survey) -> tuple[Importance, ...]:
    """The domUs, least important first, each with what sets it apart from the one before."""
    listed = survey.wishes.domu_order
    dependants = _dependants(survey)
    keys = {guest.id: _key(survey, guest, listed, dependants) for guest in survey.guests}
    ordered = sorted(keys, key=lambda name: keys[name])
    found = []
    for number, name in enumerate(ordered):
        before = keys[ordered[number - 1]] if number else None
        found.append(Importance(name, *_decision(keys[name], before, listed=bool(listed))))
    return tuple(found)


_Key = tuple[int, int, int, int, bytes]


def _key(survey: Survey, guest: Guest, listed: tuple[str, ...], dependants: Mapping[str, int]) -> _Key:
    position = listed.index(guest.id) if guest.id in listed else len(listed)
    priority = meta(survey.cluster, guest.resource, "priority")
    score = (parse_score(priority.value) if priority else None) or 0
    # A domU whose memory is not known counts as the largest: it is not picked because of what we do not know.
    size = guest.memory if guest.memory is not None else 1 << 40
    return position, score, dependants[guest.id], size, guest.id.encode()


def _depending(count: int) -> str:
    return "1 resource depends on it" if count == 1 else f"{count} resources depend on it"


def _decision(key: _Key, before: _Key | None, *, listed: bool) -> tuple[str, str]:
    """Which part of the key set a domU apart, and its value in words."""
    position, score, count, size, _ = key
    words = (
        ("list", f"number {position + 1} of the list" if listed else "no list given"),
        ("priority", f"priority {score}"),
        ("dependants", _depending(count)),
        ("memory", "memory not known" if size >= 1 << 40 else f"{size} MiB"),
        ("name", "by its name"),
    )
    if before is None:
        return words[0] if listed else ("first", "nothing less important")
    number = next((number for number, (mine, other) in enumerate(zip(key, before, strict=True)) if mine != other), 4)
    return words[number]


def _dependants(survey: Survey) -> dict[str, int]:
    """How many top-level resources start after a domU or follow it in placement, directly or by way of others."""
    cluster = survey.cluster
    marks = {found.id: 1 << number for number, found in enumerate(cluster.resources)}
    inside = dict.fromkeys((guest.id for guest in survey.guests if guest.id not in marks), 0)
    placed = {found.rsc for found in cluster.colocations}
    after = OrderGraph(cluster).follower_marks(marks | inside)
    with_it = ColocationGraph(cluster).drawn_marks(
        {name: mark if name in placed else 0 for name, mark in (marks | inside).items()}
    )
    return {guest.id: (after[guest.id] | with_it[guest.id]).bit_count() for guest in survey.guests}


def canary(survey: Survey, order: tuple[Importance, ...]) -> Canary | None:
    """The least important domU that is fit to be the first on new software; None if none is."""
    dependants = _dependants(survey)
    passed: list[PassedOver] = []
    for place in order:
        guest = survey.guest(place.domu)
        reason = _unfit(survey, guest, dependants[guest.id])
        if not reason:
            weak = not survey.wishes.domu_order and not _decided(survey, guest)
            return Canary(guest.id, weak, tuple(passed))
        passed.append(PassedOver(guest.id, reason))
    return None


def _unfit(survey: Survey, guest: Guest, dependants: int) -> str:
    if guest.id in survey.parameters.never_canary:
        return "named by never-canary"
    if guest.stopped or guest.id in survey.parameters.stop_list:
        return "stopped"
    if not guest.managed:
        return "not managed"
    if not guest.live:
        return f"cannot migrate live: {guest.obstacles[0]}"
    if dependants:
        return _depending(dependants)
    return ""


def _decided(survey: Survey, guest: Guest) -> bool:
    """True if its priority sets it apart from every other domU that could be the canary."""

    def priority(one: Guest) -> int:
        found = meta(survey.cluster, one.resource, "priority")
        return (parse_score(found.value) if found else None) or 0

    return all(priority(other) > priority(guest) for other in survey.guests if other is not guest)


def node_order(survey: Survey) -> tuple[str, ...]:
    """The nodes in the order in which they are worked on; the last one is the fallback."""
    if survey.wishes.nodes:
        return survey.wishes.nodes
    names = list(survey.names)
    if len(names) < 2:
        return tuple(names)

    def to_move(name: str) -> int:
        load = demand(guest for guest in survey.guests if guest.node == name and not guest.stopped)
        return 1 << 40 if load is None or not survey.placed else load

    first = min(names, key=lambda name: (to_move(name), name == survey.dc, name))
    rest = [name for name in names if name != first]
    fallback = min(rest, key=lambda name: (-(survey.host(name).usable or 0), name))
    middle = sorted((name for name in rest if name != fallback), key=lambda name: (to_move(name), name))
    return (first, *middle, fallback)
