"""Stop the domUs in waves and then the cluster on every node, and know where all starts again."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks.batch import all_start, together, waves
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.nothing_runs import look_commands, nothing_runs
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import Exchange
from cibtools.runbook.blocks.whole_stack import stop_everywhere
from cibtools.runbook.console.console import Console
from cibtools.runbook.estimate.memory import fits
from cibtools.runbook.estimate.placement import State, settle
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.plan.enums import Light, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Criterion, Phase
from cibtools.runbook.plan.step import Check, Decision, Duration, Risk, Rollback, Step


def stop_phase(exchange: Exchange, *more: Criterion, extra: tuple[Step, ...] = ()) -> Phase:
    """Stop the domUs in waves, then the cluster; `more` has to hold before the software is exchanged."""
    draft = exchange.draft
    steps = [_stop_wave(draft, number, guests) for number, guests in enumerate(waves(draft), 1)]
    steps += [_nothing_left(exchange), stop_everywhere(exchange, domus_stay=False), *extra]
    criteria = (
        look("no process of the cluster runs, no OCFS2 volume is mounted, on any node"),
        look("the backup of P0 is readable (md5sum -c MD5SUMS)"),
        *more,
        look("yes, exchange the software: ____"),
    )
    gate = draft.gate("G-PNR", "Exchange the software on all nodes?", criteria)
    steps[-1] = replace(
        steps[-1],
        decision=Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(criterion.text for criterion in criteria)),
    )
    draft.state = replace(draft.state, where=dict.fromkeys(draft.state.where, None), down=frozenset(draft.survey.names))
    seconds = 120 + all_start(draft).nominal
    return new_phase(
        draft, "P1", "Controlled stop", "the domUs stop in order, then the cluster; the outage begins", steps,
        entry_gates=("G-START",), exit_gates=(gate.id,), rollback_to="P0", rollback_seconds=seconds,
    )  # fmt: skip


def _stop_wave(draft: Draft, number: int, guests: tuple[Guest, ...]) -> Step:
    console = draft.console()
    duration = together(draft.survey, guests, "stop", draft.survey.parameters.stop_domu)
    places = {guest.id: domu.role_place(draft, guest) for guest in guests}
    names = ", ".join(guest.id for guest in guests)
    return Step(
        title=f"Stop wave {number}: {names}",
        where=console.run_on,
        tools=draft.tools,
        commands=(
            *(console.stop(guest.id, places[guest.id]) for guest in guests),
            *(console.wait_stopped(guest.id, duration.hard) for guest in guests),
        ),
        expect=f"{names} run nowhere",
        verify=(
            Check(text=f"none of {names} in xm list", command="xm list", run_on="each node", look_for=(),
                  must_not_show=tuple(guest.id for guest in guests)),
            Check(text="no Failed actions", command="crm_mon -1 -r", must_not_show=("Failed actions",)),
        ),
        duration=duration,
        rollback=Rollback(
            way=Way.POSSIBLE, text=f"{names} start again",
            commands=tuple(console.start(guest.id, places[guest.id]) for guest in guests), proof="crm_mon -1 -r",
            seconds=together(draft.survey, guests, "start", draft.survey.parameters.start_domu).nominal,
        ),
        risk=Risk(level=RiskLevel.HIGH, text=f"outage of {names}; a stop that fails gets its node fenced"),
        stops=tuple(guest.id for guest in guests),
    )  # fmt: skip


def _nothing_left(exchange: Exchange) -> Step:
    draft = exchange.draft
    console = draft.console()
    return Step(
        title="Only clones and fencing are left",
        where=console.run_on,
        tools=draft.tools,
        commands=(
            console.status_by_node(),
            *look_commands(draft.survey, Console(draft.tools, "each node")),
            console.save_cib("cib.with-leftovers.xml"),
        ),
        expect="no domU runs; the CIB saved here holds the interim roles, the clean one is that of P0",
        verify=nothing_runs(draft.survey, "each node"),
        duration=Duration(nominal=60, limit=600, hard=600, basis="a look"),
    )


def started(draft: Draft) -> dict[str, str | None]:
    """Where the scheduler puts everything when all starts at once."""
    empty = replace(draft.state, where=dict.fromkeys(draft.state.where, None), down=frozenset())
    return dict(settle(draft.survey, empty, empty).state.where)


def started_in_turn(draft: Draft, order: tuple[Guest, ...]) -> State:
    """How things stand once the domUs have been started one after the other on the nodes that are there."""
    survey = draft.survey
    tops = [survey.cluster.top(guest.resource).id for guest in order]
    state = replace(
        draft.state,
        where=dict.fromkeys(draft.state.where, None),
        # The CIB was converted as it was before the work: no node is in standby in it.
        standby=frozenset(host.name for host in survey.hosts if host.standby),
        down=frozenset(survey.names) - frozenset(draft.nodes),
        stopped=draft.state.stopped | frozenset(tops),
    )
    state = settle(survey, state, state).state
    for top in tops:
        state = settle(survey, state, replace(state, stopped=state.stopped - {top})).state
    return state


def cold_start(draft: Draft, after: State | None = None) -> Criterion:
    """P-10 where the whole cluster starts: whether the domUs fit where the scheduler is predicted to put them.

    All at once, or as they are told to be in `after`.
    """
    text = "every domU fits where the start is predicted to put it"
    where = (after or replace(draft.state, where=started(draft))).guests_where(draft.survey)
    room = fits(draft.survey, where, draft.importance, draft.state.stopped)
    if room.light is not Light.RED:
        return Criterion("P-10", room.light, text, room.text or "no domU")
    light = Light.AMBER if "S-RAM" in draft.survey.wishes.accept else Light.RED
    reason = f"{room.text}; with {', '.join(room.stop_list)} kept stopped (stop-list) the others fit"
    return Criterion("P-10", light, text, reason)
