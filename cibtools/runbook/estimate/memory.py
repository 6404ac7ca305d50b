"""RAM arithmetic: whether the domUs of an emptied node fit elsewhere, in sum, piece by piece, and as predicted.

The schedulers of these releases balance by number and know nothing of memory, so that they may fill one node beyond its
memory where a packing by size would have worked. What is not known stays unknown, and no sum pretends otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from cibtools.cluster.value import parse_boolean
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.host import Host
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import Light
from cibtools.runbook.plan.statement import NodeMemory


class Room(Struct, frozen=True):
    """The verdict on one question about memory."""

    light: Light
    text: str
    """With the numbers."""
    stop_list: tuple[str, ...] = ()
    """The domUs to stop for the rest to fit, least important first."""


def demand(guests: Iterable[Guest]) -> int | None:
    """MiB for all of these; None if one of them is not known."""
    needs = [guest.need for guest in guests]
    return None if None in needs else sum(need for need in needs if need is not None)


def capacity(hosts: Iterable[Host]) -> int | None:
    """MiB of all of these; None if one of them is not known."""
    rooms = [host.usable for host in hosts]
    return None if None in rooms else sum(room for room in rooms if room is not None)


def unknown_memory(guests: Iterable[Guest], hosts: Iterable[Host]) -> str:
    """What is missing to compute, in words; empty if nothing is."""
    missing = [f"the memory of domU {guest.id}" for guest in guests if guest.need is None]
    for host in hosts:
        if host.total.value is None:
            missing.append(f"the memory of {host.name} (--node-ram {host.name}=SIZE)")
        elif host.dom0.value is None:
            missing.append(f"what domain 0 of {host.name} keeps ({host.dom0.note})")
    if len(missing) > 4:
        missing = [*missing[:3], f"{len(missing) - 3} more"]
    return ", ".join(missing)


def running_guests(survey: Survey) -> tuple[Guest, ...]:
    """The domUs that need a place: neither stopped nor given up for the time being."""
    given_up = survey.parameters.stop_list
    return tuple(guest for guest in survey.guests if not guest.stopped and guest.id not in given_up)


def proposal(survey: Survey, leaving: str, importance: tuple[str, ...]) -> tuple[str, ...]:
    """The domUs to stop for the rest to fit on the nodes that are left, least important first; none if it fits."""
    domus = list(running_guests(survey))
    need, have = demand(domus), capacity(host for host in survey.hosts if host.name != leaving)
    if need is None or have is None:
        return ()
    rank = _ranks(importance)
    return tuple(sorted(_too_much(domus, need - have, rank), key=rank.__getitem__))


def _ranks(importance: tuple[str, ...]) -> dict[str, int]:
    return {name: number for number, name in enumerate(importance)}


def resizes(survey: Survey) -> str:
    """The domUs whose agent changes their memory by itself, which makes every sum meaningless."""
    found = []
    for guest in survey.guests:
        pair = guest.resource.parameter("allow_mem_management")
        if pair and parse_boolean(pair.value):
            found.append(guest.id)
    return ", ".join(found)


def without(survey: Survey, names: frozenset[str]) -> Room:
    """Tell whether all domUs fit on the nodes that are left without some, as a sum: necessary, not sufficient."""
    left = [host for host in survey.hosts if host.name not in names]
    domus = running_guests(survey)
    missing = unknown_memory(domus, left)
    need, have = demand(domus), capacity(left)
    nodes = ", ".join(host.name for host in left) or "no node"
    if need is None or have is None:
        return Room(Light.AMBER, f"needs {missing}")
    text = f"{nodes}: {need} of {have} MiB needed"
    if resizes(survey):
        return Room(Light.AMBER, f"{text}, but the agent changes the memory of {resizes(survey)} by itself")
    return Room(Light.GREEN if need <= have else Light.RED, text)


def fits(
    survey: Survey, where: Mapping[str, str | None], importance: tuple[str, ...], stopped: frozenset[str] = frozenset()
) -> Room:
    """Tell whether a placement of the domUs respects the memory of every node, and what to stop if it does not."""
    loads: dict[str, list[Guest]] = {host.name: [] for host in survey.hosts}
    for guest in survey.guests:
        node = where.get(guest.id)
        if node in loads and not guest.stopped and guest.id not in stopped:
            loads[node].append(guest)
    used = [host for host in survey.hosts if loads[host.name]]
    missing = unknown_memory([guest for load in loads.values() for guest in load], used)
    if missing:
        return Room(Light.AMBER, f"needs {missing}")
    words, stops, rank = [], [], _ranks(importance)
    if resizes(survey):
        return Room(Light.AMBER, f"means nothing: the agent changes the memory of {resizes(survey)} by itself")
    for host in used:
        need, room = demand(loads[host.name]) or 0, host.usable or 0
        words.append(f"{host.name} {need} of {room} MiB")
        stops += _too_much(loads[host.name], need - room, rank)
    return Room(Light.RED if stops else Light.GREEN, "; ".join(words), tuple(sorted(stops, key=rank.__getitem__)))


def _too_much(load: list[Guest], excess: int, rank: Mapping[str, int]) -> list[str]:
    """The least important domUs whose memory makes up for an excess; none that turns out not to be needed."""
    chosen: list[Guest] = []
    for guest in sorted(load, key=lambda one: rank[one.id]):
        if excess <= 0:
            break
        chosen.append(guest)
        excess -= guest.need or 0
    # Taking the last one may have made earlier ones unnecessary.
    for guest in list(reversed(chosen)):
        if excess + (guest.need or 0) <= 0:
            chosen.remove(guest)
            excess += guest.need or 0
    return [guest.id for guest in chosen]


def packs(survey: Survey, leaving: str, where: Mapping[str, str | None]) -> bool | None:
    """Tell whether the domUs of a node find room elsewhere, largest first; None if the memory is not known."""
    free: dict[str, int] = {}
    loads: dict[str | None, list[Guest]] = {}
    for guest in survey.guests:
        if not guest.stopped:
            loads.setdefault(where.get(guest.id), []).append(guest)
    for host in survey.hosts:
        if host.name == leaving:
            continue
        here = demand(loads.get(host.name, ()))
        if here is None or host.usable is None:
            return None
        free[host.name] = host.usable - here
    moving = [guest.need for guest in loads.get(leaving, ())]
    for need in sorted((need or 0 for need in moving), reverse=True):
        place = next((name for name, room in free.items() if room >= need), None)
        if place is None:
            return False
        free[place] -= need
    return None if None in moving else True


def node_memories(survey: Survey) -> tuple[NodeMemory, ...]:
    """The table of memory, node by node."""
    guests = running_guests(survey)
    every = demand(guests)
    loads: dict[str | None, list[Guest]] = {}
    for guest in guests:
        loads.setdefault(guest.node, []).append(guest)
    known = sum(host.usable for host in survey.hosts if host.usable is not None)
    unknown = sum(host.usable is None for host in survey.hosts)
    found = []
    for host in survey.hosts:
        others = known - (host.usable or 0) if unknown == (host.usable is None) else None
        mine = demand(loads.get(host.name, ())) if survey.placed else None
        found.append(NodeMemory(host.name, host.usable, mine, every, others))
    return tuple(found)
