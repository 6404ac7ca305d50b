"""Upgrade by complete shutdown: everything stops, everything is exchanged, everything starts."""

from __future__ import annotations

from dataclasses import replace

from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.batch import all_start, together, waves
from cibtools.runbook.blocks.closing import closing
from cibtools.runbook.blocks.draft import Course, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import (
    CIB_DIRECTORY,
    Exchange,
    hold,
    install_everywhere,
    place_cib,
    prepare_cib,
    release,
    simulate_release,
    start_everywhere,
    stop_everywhere,
)
from cibtools.runbook.console.console import Console
from cibtools.runbook.estimate.placement import settle
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.version import Target
from cibtools.runbook.kinds.upgrade.syntax import live_phases
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Criterion, Phase
from cibtools.runbook.plan.step import Check, Decision, Duration, Risk, Rollback, Soak, Step


def shutdown_phases(course: Course, target: Target, change_id: str) -> tuple[Phase, ...]:
    """All phases of an upgrade by shutdown."""
    exchange = Exchange(course, target)
    phases = [preparation(exchange, change_id), stop_phase(exchange), _install(exchange)]
    if exchange.converts and course.survey.parameters.live_upgrade:
        phases += live_phases(exchange)
        course.state = replace(course.state, down=frozenset(), where=started(course))
        phases[-1] = replace(phases[-1], state_after=course.loads())
    else:
        phases += [_place(exchange), _start(exchange)]
    number = len(phases)
    ending = closing(course, f"P{number + 1}", exchange.new_tools, exchange.converted)
    return (*phases, _accept(exchange, f"P{number}"), ending)


def preparation(exchange: Exchange, change_id: str, *more: Step) -> Phase:
    """P0: look, save, convert, agree."""
    course = exchange.course
    criteria = [
        *prepare.start_gate(course, ""),
        look(f"the packages are on every node, in {exchange.packages} of the working directory"),
    ]
    if exchange.converts:
        criteria.append(look("the converted CIB is proved, and every decision is taken"))
    course.gate("G-START", "May the work begin?", criteria)
    steps = [
        prepare.working_directory(course, change_id),
        prepare.look_around(course),
        prepare.ask_fencing(course),
        prepare.save_configuration(course),
        prepare_cib(exchange, change_id) if exchange.converts else None,
        *more,
    ]
    found = [step for step in steps if step]
    purpose = "nothing is changed: everything is looked at, saved, converted and agreed"
    return new_phase(course, "P0", "Preparation", purpose, found, exit_gates=("G-START",))


def stop_phase(exchange: Exchange, *more: Criterion, extra: tuple[Step, ...] = ()) -> Phase:
    """Stop the domUs in waves, then the cluster; `more` has to hold before the software is exchanged."""
    course = exchange.course
    steps = [_stop_wave(course, number, guests) for number, guests in enumerate(waves(course), 1)]
    steps += [_nothing_left(exchange), stop_everywhere(exchange, domus_stay=False), *extra]
    criteria = (
        look("no process of the cluster runs, no OCFS2 volume is mounted, on any node"),
        look("the backup of P0 is readable (sha256sum -c SHA256SUMS)"),
        *more,
        look("yes, exchange the software: ____"),
    )
    gate = course.gate("G-PNR", "Exchange the software on all nodes?", criteria)
    steps[-1] = replace(
        steps[-1], decision=Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in criteria))
    )
    course.state = replace(
        course.state, where=dict.fromkeys(course.state.where, None), down=frozenset(course.survey.names)
    )
    seconds = 120 + all_start(course).nominal
    return new_phase(
        course, "P1", "Controlled stop", "the domUs stop in order, then the cluster; the outage begins", steps,
        entry_gates=("G-START",), exit_gates=(gate.id,), rollback_to="P0", rollback_seconds=seconds,
    )  # fmt: skip


def _stop_wave(course: Course, number: int, guests: tuple[Guest, ...]) -> Step:
    console = course.console()
    duration = together(course.survey, guests, "stop", course.survey.parameters.stop_domu)
    places = {guest.id: domu.role_place(course, guest) for guest in guests}
    names = ", ".join(guest.id for guest in guests)
    return Step(
        "",
        f"Stop wave {number}: {names}",
        console.run_on,
        course.tools,
        (
            *(console.stop(guest.id, places[guest.id]) for guest in guests),
            *(console.wait_stopped(guest.id, duration.hard) for guest in guests),
        ),
        f"{names} run nowhere",
        (
            Check(f"none of {names} in xm list", "xm list", "each node", (), tuple(guest.id for guest in guests)),
            Check("no Failed actions", "crm_mon -1 -r", must_not_show=("Failed actions",)),
        ),
        duration,
        Rollback(
            Way.POSSIBLE, f"{names} start again",
            tuple(console.start(guest.id, places[guest.id]) for guest in guests), "crm_mon -1 -r",
            together(course.survey, guests, "start", course.survey.parameters.start_domu).nominal,
        ),
        Risk(RiskLevel.HIGH, f"outage of {names}; a stop that fails gets its node fenced"),
    )  # fmt: skip


def _nothing_left(exchange: Exchange) -> Step:
    course = exchange.course
    console = course.console()
    return Step(
        "",
        "Only clones and fencing are left",
        console.run_on,
        course.tools,
        (
            console.status_by_node(),
            Console(course.tools, "each node").shell("xm list"),
            console.save_cib("cib.with-leftovers.xml"),
        ),
        "no domU runs; the CIB saved here holds the interim roles, the clean one is that of P0",
        (Check("only Domain-0", "xm list", "each node", ("Domain-0",)),),
        Duration(60, 600, 600, "a look"),
    )


def _install(exchange: Exchange) -> Phase:
    course = exchange.course
    reboots = course.survey.parameters.needs_reboot
    return new_phase(
        course, "P2", f"Install {exchange.target.version} on all nodes", "the software is exchanged while nothing runs",
        [install_everywhere(exchange, reboots=reboots)], entry_gates=("G-PNR",), rollback_to="P1",
        rollback_seconds=course.survey.parameters.patch_host * len(course.survey.names),
    )  # fmt: skip


def _place(exchange: Exchange) -> Phase:
    phase = new_phase(
        exchange.course, "P3", "Put the configuration in place", "one node has the CIB, the others get it from there",
        [place_cib(exchange)], rollback_to="P1", rollback_seconds=exchange.course.survey.parameters.patch_host,
    )  # fmt: skip
    return replace(phase, tools=exchange.new_tools)


def _start(exchange: Exchange) -> Phase:
    """Start the stack, look, and let it start the domUs."""
    course = exchange.course
    here = exchange.first
    duration = all_start(course)
    again = (
        look("every node is online, none is missing: who is missing now gets fenced"),
        look("crm_verify -L -V prints nothing"),
        look("the simulation shows starts only"),
    )
    gate = course.gate("G-RELEASE", "May the cluster start the domUs?", again)
    go = Step(
        "",
        "Let the cluster start everything",
        here.run_on,
        exchange.new_tools,
        (
            *simulate_release(exchange, here), *release(exchange, here), here.wait_idle(duration.hard),
            here.status_by_node(),
        ),
        "all domUs run, each on one node",
        (
            Check("all domUs run", "crm_mon -1 -n -r", must_not_show=("Failed actions", "Stopped"), retry_every=5,
                  give_up_after=duration.hard),
            Check("the services answer"),
        ),
        duration,
        Rollback(Way.POSSIBLE, "set the option again, stop the domUs, go back to the old release: a second outage; the "
                 "data of the domUs is not touched by the upgrade", hold(exchange, here),
                 "crm_mon -1 -r shows unmanaged", 60),
        Risk(RiskLevel.HIGH, "all domUs start; a node that is not seen is fenced"),
        Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in again)),
    )  # fmt: skip
    course.state = replace(course.state, down=frozenset(), where=started(course))
    return replace(
        new_phase(
            course, "P4", "Start", "first the cluster alone, then what it runs; the outage ends",
            [start_everywhere(exchange), go], exit_gates=(gate.id,), rollback_to="P0",
            rollback_seconds=_full_return(course), point_of_no_return=True,
        ),
        tools=exchange.new_tools,
    )  # fmt: skip


def started(course: Course) -> dict[str, str | None]:
    """Where the scheduler puts everything when all starts at once."""
    empty = replace(course.state, where=dict.fromkeys(course.state.where, None), down=frozenset())
    return dict(settle(course.survey, empty, empty).state.where)


def _full_return(course: Course) -> int:
    """Seconds back to the old release from a running new one."""
    parameters = course.survey.parameters
    stop = sum(together(course.survey, guests, "stop", parameters.stop_domu).nominal for guests in waves(course))
    return stop + parameters.patch_host * len(course.survey.names) + 240 + all_start(course).nominal


def _accept(exchange: Exchange, identity: str) -> Phase:
    """A part of the acceptance tests, and the stack starts by itself again."""
    course = exchange.course
    each = Console(exchange.new_tools, "each node")
    wait = course.survey.parameters.soak_all
    step = Step(
        "",
        "Accept: tests T-01, T-02, T-05, T-06, T-09, T-12 of the test plan",
        "all nodes",
        exchange.new_tools,
        (
            exchange.first.verify_live(),
            each.shell(f"chkconfig {course.survey.service} on", CommandKind.CHANGE),
            each.shell(f"ls -l {CIB_DIRECTORY}"),
        ),
        "the tests are passed, and the stack starts at boot again",
        (
            Check("the tests of cibtools runbook acceptance with these numbers are passed"),
            Check("on", f"chkconfig --list {course.survey.service}", "each node", ("3:on", "5:on")),
        ),
        Duration(1800, 7200, 7200, "the tests"),
        Rollback(
            Way.POSSIBLE,
            "off again",
            (each.shell(f"chkconfig {course.survey.service} off", CommandKind.CHANGE),),
            "",
            60,
        ),
        Risk(RiskLevel.MEDIUM, "each test names its own"),
    )
    phase = new_phase(
        course, identity, "Acceptance", "what a failover needs has been seen to work", [step], soak=Soak(wait, wait),
        rollback_to="P0", rollback_seconds=_full_return(course),
    )  # fmt: skip
    return replace(phase, tools=exchange.new_tools)
