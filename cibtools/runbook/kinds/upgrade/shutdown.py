"""Upgrade by complete shutdown: everything stops, everything is exchanged, everything starts."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.batch import all_start, together, waves
from cibtools.runbook.blocks.closing import closing
from cibtools.runbook.blocks.controlled_stop import cold_start, started, stop_phase
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.hold import hold, release, simulate_release
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.placing import place_cib
from cibtools.runbook.blocks.whole_cluster import CIB_DIRECTORY, Exchange, install_everywhere, prepare_cib
from cibtools.runbook.blocks.whole_stack import start_everywhere
from cibtools.runbook.console.console import Console
from cibtools.runbook.facts.version import Target
from cibtools.runbook.kinds.upgrade.syntax import live_phases
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Gate, Phase
from cibtools.runbook.plan.step import Check, Decision, Duration, Risk, Rollback, Soak, Step


def shutdown_phases(draft: Draft, target: Target, change_id: str) -> tuple[Phase, ...]:
    """All phases of an upgrade by shutdown."""
    exchange = Exchange(draft, target)
    phases = [preparation(exchange, change_id), stop_phase(exchange), _install(exchange)]
    if exchange.converts and draft.survey.parameters.live_upgrade:
        phases += live_phases(exchange)
    else:
        phases += [_place(exchange), _start(exchange)]
    number = len(phases)
    ending = closing(draft, f"P{number + 1}", exchange.new_tools, exchange.converted, change_id)
    return (*phases, _accept(exchange, f"P{number}"), ending)


def preparation(exchange: Exchange, change_id: str, *more: Step) -> Phase:
    """P0: look, save, convert, agree."""
    draft = exchange.draft
    criteria = [
        *prepare.start_gate(draft, "", without=("P-10",)),
        look(f"the packages are on every node, in {exchange.packages} of the working directory"),
    ]
    if exchange.converts:
        criteria.append(look("the converted CIB is proved, and every decision is taken"))
    draft.gate("G-START", "May the work begin?", criteria)
    steps = [
        prepare.working_directory(draft, change_id),
        prepare.look_around(draft),
        prepare.ask_fencing(draft),
        prepare.save_configuration(draft),
        prepare_cib(exchange, change_id) if exchange.converts else None,
        *more,
    ]
    found = [step for step in steps if step]
    purpose = "nothing is changed: everything is looked at, saved, converted and agreed"
    return new_phase(draft, "P0", "Preparation", purpose, found, exit_gates=("G-START",))


def _install(exchange: Exchange) -> Phase:
    draft = exchange.draft
    reboots = draft.survey.parameters.needs_reboot
    return new_phase(
        draft, "P2", f"Install {exchange.target.version} on all nodes", "the software is exchanged while nothing runs",
        [install_everywhere(exchange, reboots=reboots)], entry_gates=("G-PNR",), rollback_to="P1",
        rollback_seconds=draft.survey.parameters.patch_host * len(draft.survey.names),
    )  # fmt: skip


def _place(exchange: Exchange) -> Phase:
    return new_phase(
        exchange.draft, "P3", "Put the configuration in place", "one node has the CIB, the others get it from there",
        [place_cib(exchange)], rollback_to="P1", rollback_seconds=exchange.draft.survey.parameters.patch_host,
        tools=exchange.new_tools,
    )  # fmt: skip


def _start(exchange: Exchange) -> Phase:
    """Start the stack, look, and let it start the domUs."""
    draft = exchange.draft
    again = (
        look("every node is online, none is missing: who is missing now gets fenced"),
        look("crm_verify -L -V prints nothing"),
        look("the simulation shows starts only"),
        cold_start(draft),
    )
    gate = draft.gate("G-RELEASE", "May the cluster start the domUs?", again)
    go = _go(exchange, gate)
    draft.state = replace(draft.state, down=frozenset(), where=started(draft))
    return new_phase(
        draft, "P4", "Start", "first the cluster alone, then what it runs; the outage ends",
        [start_everywhere(exchange), _simulate(exchange), go], exit_gates=(gate.id,), rollback_to="P0",
        rollback_seconds=_full_return(draft), point_of_no_return=True, tools=exchange.new_tools,
    )  # fmt: skip


def _simulate(exchange: Exchange) -> Step:
    """Look at what the cluster will do, in a step of its own: the decision stands between the look and the act."""
    here = exchange.first
    return Step(
        title="See what the cluster will start", where=here.run_on, tools=exchange.new_tools,
        commands=simulate_release(exchange, here),
        expect="the simulation shows starts only",
        verify=(Check(text="no Stop, Move or fencing of anything"),),
        duration=Duration(nominal=60, limit=600, hard=600, basis="reading"),
    )  # fmt: skip


def _go(exchange: Exchange, gate: Gate) -> Step:
    """Let the cluster start the domUs, once the gate is passed."""
    here, duration = exchange.first, all_start(exchange.draft)
    return Step(
        title="Let the cluster start everything",
        where=here.run_on,
        tools=exchange.new_tools,
        commands=(*release(exchange, here), here.wait_idle(duration.hard), here.status_by_node()),
        expect="all domUs run, each on one node",
        verify=(
            Check(text="all domUs run", command="crm_mon -1 -n -r", must_not_show=("Failed actions", "Stopped"),
                  retry_every=5, give_up_after=duration.hard),
            Check(text="the services answer"),
        ),
        duration=duration,
        rollback=Rollback(way=Way.POSSIBLE, commands=hold(exchange, here), seconds=60,
                          text="set the option again, stop the domUs, go back to the old release: a second outage; the "
                               "data of the domUs is not touched by the upgrade",
                          proof="crm_mon -1 -r shows unmanaged"),
        risk=Risk(level=RiskLevel.HIGH, text="all domUs start; a node that is not seen is fenced"),
        decision=Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(one.text for one in gate.criteria)),
        starts=tuple(guest.id for wave in waves(exchange.draft) for guest in wave),
    )  # fmt: skip


def _full_return(draft: Draft) -> int:
    """Seconds back to the old release from a running new one."""
    parameters = draft.survey.parameters
    stop = sum(together(draft.survey, guests, "stop", parameters.stop_domu).nominal for guests in waves(draft))
    return stop + parameters.patch_host * len(draft.survey.names) + 240 + all_start(draft).nominal


def _accept(exchange: Exchange, identity: str) -> Phase:
    """A part of the acceptance tests, and the stack starts by itself again."""
    draft = exchange.draft
    each = Console(exchange.new_tools, "each node")
    wait = draft.survey.parameters.soak_all
    step = Step(
        title="Accept: tests T-01, T-02, T-05, T-06, T-09, T-12 of the test plan",
        where="all nodes",
        tools=exchange.new_tools,
        commands=(
            exchange.first.verify_live(),
            each.shell(f"chkconfig {draft.survey.service} on", CommandKind.CHANGE),
            each.shell(f"ls -l {CIB_DIRECTORY}"),
        ),
        expect="the tests are passed, and the stack starts at boot again",
        verify=(
            Check(text="the tests of cibtools runbook acceptance with these numbers are passed"),
            Check(
                text="on",
                command=f"chkconfig --list {draft.survey.service}",
                run_on="each node",
                look_for=("3:on", "5:on"),
            ),
        ),
        duration=Duration(nominal=1800, limit=7200, hard=7200, basis="the tests"),
        rollback=Rollback(
            way=Way.POSSIBLE,
            text="off again",
            commands=(each.shell(f"chkconfig {draft.survey.service} off", CommandKind.CHANGE),),
            proof="",
            seconds=60,
        ),
        risk=Risk(level=RiskLevel.MEDIUM, text="each test names its own"),
    )
    return new_phase(
        draft, identity, "Acceptance", "what a failover needs has been seen to work", [step],
        soak=Soak(min=wait, recommended=wait),
        rollback_to="P0", rollback_seconds=_full_return(draft), tools=exchange.new_tools,
    )  # fmt: skip
