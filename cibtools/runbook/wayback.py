"""The way back to the last node that still has the old software, domU by domU."""

from __future__ import annotations

from cibtools.runbook import domuwork as domu
from cibtools.runbook.course import Course
from cibtools.runbook.step import Command, Rollback
from cibtools.runbook.timing import as_words
from cibtools.runbook.words import Way


def full_way_back(course: Course) -> tuple[Rollback, int]:
    """Everything back to the old node, one domU after the other, the most important first."""
    node, console = course.fallback, course.console()
    guests = [course.survey.guest(name) for name in reversed(course.importance)]
    guests = [guest for guest in guests if not guest.stopped]
    parameters = course.survey.parameters
    seconds = sum(parameters.stop_domu + parameters.start_domu + domu.delay_cost(guest) for guest in guests)
    commands: list[Command] = [console.online(node)]
    if guests:
        first = guests[0]
        place = domu.role_place(course, first)
        commands += [
            console.stop(first.id, place), console.wait_stopped(first.id, domu.stopping(course, first).hard),
            console.move(first.id, node), console.start(first.id, place),
            console.wait_running(first.id, node, domu.starting(course, first).hard), console.unmove(first.id),
        ]  # fmt: skip
    names = ", ".join(guest.id for guest in guests)
    delays = sum(map(domu.delay_cost, guests))
    text = (
        "If one or two domUs fail: the cluster restarts them elsewhere; check and go on. If many fail: make "
        f"{node} active, those still there stay. The full way back is by stop and start, since {node} may have the "
        f"older hypervisor: for each domU the lines below, in this order: {names}. Together {as_words(seconds)}, of "
        f"which {as_words(delays)} are start_delay."
    )
    return Rollback(Way.POSSIBLE, text, tuple(commands), "crm_mon -1 -n -r as in placement.before", seconds), seconds
