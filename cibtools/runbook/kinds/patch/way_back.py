"""The way back to the last node that still has the old software, domU by domU."""

from __future__ import annotations

from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.estimate.timing import as_words
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.plan.enums import Way
from cibtools.runbook.plan.step import Command, Rollback


def one_back(draft: Draft, guest: Guest, node: str) -> list[Command]:
    """Take one domU to a node by stop and start; a live migration to an older hypervisor is not supported."""
    console, place = draft.console(), domu.role_place(draft, guest)
    return [
        console.stop(guest.id, place), console.wait_stopped(guest.id, domu.stopping(draft, guest).hard),
        console.move(guest.id, node), console.start(guest.id, place),
        console.wait_running(guest.id, node, domu.starting(draft, guest).hard), console.unmove(guest.id),
    ]  # fmt: skip


def full_way_back(draft: Draft) -> tuple[Rollback, int]:
    """Everything back to the old node, one domU after the other, the most important first."""
    node, console = draft.fallback, draft.console()
    guests = [draft.survey.guest(name) for name in reversed(draft.importance)]
    guests = [guest for guest in guests if not guest.stopped]
    parameters = draft.survey.parameters
    seconds = sum(parameters.stop_domu + parameters.start_domu + domu.delay_cost(guest) for guest in guests)
    commands: list[Command] = [console.online(node)]
    if guests:
        commands += one_back(draft, guests[0], node)
    names = ", ".join(guest.id for guest in guests)
    delays = sum(map(domu.delay_cost, guests))
    text = (
        "If one or two domUs fail: the cluster restarts them elsewhere; check and go on. If many fail: make "
        f"{node} active, those still there stay. The full way back is by stop and start, since {node} may have the "
        f"older hypervisor: for each domU the lines below, in this order: {names}. Together {as_words(seconds)}, of "
        f"which {as_words(delays)} are start_delay."
    )
    return Rollback(
        way=Way.POSSIBLE,
        text=text,
        commands=tuple(commands),
        proof="crm_mon -1 -n -r as in placement.before",
        seconds=seconds,
    ), seconds
