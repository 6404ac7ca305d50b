"""The way back to the last node that still has the old software, domU by domU."""

from __future__ import annotations

from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.estimate.returning import Returning, returning
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.plan.enums import Way
from cibtools.runbook.plan.step import Caution, Command, Rollback, as_words


def one_back(draft: Draft, guest: Guest, node: str) -> list[Command]:
    """Take one domU to a node by stop and start; a live migration to an older hypervisor is not supported."""
    console, place = draft.console(), domu.role_place(draft, guest)
    return [
        console.stop(guest.id, place), console.wait_stopped(guest.id, domu.stopping(draft, guest).hard),
        console.move(guest.id, node), console.start(guest.id, place),
        console.wait_running(guest.id, node, domu.starting(draft, guest).hard), console.unmove(guest.id),
    ]  # fmt: skip


def who_returns(draft: Draft) -> Returning:
    """Return which domUs the old node can take back, the most important first."""
    guests = [draft.survey.guest(name) for name in reversed(draft.importance)]
    return returning(draft.survey, draft.fallback, [guest for guest in guests if not guest.stopped])


def no_way_back(draft: Draft) -> tuple[Caution, ...]:
    """Return a warning for the domUs that the old node cannot take back; it stands before the point of no return."""
    left = who_returns(draft).left
    if not left:
        return ()
    names = "; ".join(f"{guest.id} ({why})" for guest, why in left)
    text = f"No way back to the software of {draft.fallback} for: {names}. These domUs stay on the new software."
    return (Caution(rule="NO-WAY-BACK", text=text),)


def full_way_back(draft: Draft) -> tuple[Rollback, int]:
    """Return the way of every domU that fits back to the old node, one after the other, and the seconds it takes."""
    node, console = draft.fallback, draft.console()
    who = who_returns(draft)
    parameters = draft.survey.parameters
    delays = sum(map(domu.delay_cost, who.taken))
    seconds = len(who.taken) * (parameters.stop_domu + parameters.start_domu) + delays
    commands = [console.online(node), *(line for guest in who.taken for line in one_back(draft, guest, node))]
    stay = "".join(f" {guest.id} stays on the new software: {why}." for guest, why in who.left)
    text = (
        "If one or two domUs fail: the cluster restarts them elsewhere; check and go on. If many fail: make "
        f"{node} active, those still there stay. The full way back is by stop and start, since {node} may have the "
        f"older hypervisor, the most important domU first.{stay} Together {as_words(seconds)}, of "
        f"which {as_words(delays)} are start_delay."
    )
    way = Rollback(
        way=Way.POSSIBLE, text=text, commands=tuple(commands), proof="crm_mon -1 -n -r as in placement.before",
        seconds=seconds,
    )  # fmt: skip
    return way, seconds
