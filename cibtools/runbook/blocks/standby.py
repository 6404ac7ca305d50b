"""Steps that take a node out of the cluster's service and let it back in, with what moves by itself."""

from __future__ import annotations

from dataclasses import replace

from cibtools.cluster.value import INFINITY
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.evacuation import Evacuation, order_restart, plan_evacuation
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.estimate.confirm import testify
from cibtools.runbook.estimate.placement import settle
from cibtools.runbook.estimate.score import stickiness
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.guest import op_times
from cibtools.runbook.facts.network import after_reboot, network_attributes
from cibtools.runbook.facts.survey import clones_of, place_of
from cibtools.runbook.plan.enums import How, Light, Oracle, RiskLevel, Severity, StopKind, Way
from cibtools.runbook.plan.runbook import Criterion
from cibtools.runbook.plan.step import (
    Caution,
    Check,
    Decision,
    Duration,
    Move,
    Prediction,
    Risk,
    Rollback,
    Step,
)
from cibtools.runbook.strategy.reason import reason


def empty_node(draft: Draft, node: str) -> list[Step]:
    """Ask whether a node may be emptied, and put it into standby; the state of the plan follows."""
    plan = plan_evacuation(draft, node)
    gate = draft.gate(f"G-EVAC({node})", f"May {node} be emptied?", plan.criteria)
    console = draft.console(node)
    ask = Step(
        "", f"May {node} be emptied?", console.run_on, draft.tools,
        (console.wait_idle(60), *(console.node_attribute(name, one.name) for one in network_attributes(draft.survey)
                                  for name in draft.state.active(draft.survey) if name != node)),
        f"every condition of {gate.id} holds",
        decision=Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in gate.criteria)),
    )  # fmt: skip
    step = _standby(draft, node, plan, console)
    draft.state = plan.outcome.state
    return [ask, step]


def _standby(draft: Draft, node: str, plan: Evacuation, console: Console) -> Step:
    survey = draft.survey
    domus = {guest.id for guest in survey.guests}
    moving = [move for move in plan.moves if move.rsc in domus]
    first = bool(moving) and not draft.patched
    level = RiskLevel.LOW if not moving else RiskLevel.MEDIUM if first or not draft.patched else RiskLevel.HIGH
    many = f"{len(moving)} domUs move" if len(moving) != 1 else "1 domU moves"
    onto = " to the new software" if draft.patched - {node} and moving else ""
    active = plan.outcome.state.active(survey)
    alone = (
        (Caution("S-FENCE", f"until {node} is active again, {active[0]} has no partner and cannot be fenced: a crash "
                 f"then is an outage until {node} is made active by hand"),)
        if len(active) == 1
        else ()
    )  # fmt: skip
    return Step(
        "",
        f"Put {node} into standby",
        console.run_on,
        draft.tools,
        (console.standby(node), console.wait_idle(plan.duration.hard), console.status_by_node()),
        f"{node} is in standby with nothing under it, and every domU runs on another node",
        (
            Check(
                f"{node} is in standby with nothing under it, {len(survey.guests)} domUs under the others",
                "crm_mon -1 -n -r",
                look_for=(f"Node: {node}", "standby"),
                must_not_show=("Failed actions",),
                retry_every=5,
                give_up_after=plan.duration.hard,
            ),
        ),
        plan.duration,
        _way_back(draft, node, moving, console),
        Risk(level, f"{many}{onto}" if moving else "no domU is there"),
        warnings=(*alone, *plan.cautions),
        predicted=plan.prediction,
    )


def _way_back(draft: Draft, node: str, moving: list[Move], console: Console) -> Rollback:
    sticky = all(stickiness(draft.survey.cluster, draft.survey.guest(move.rsc).resource) >= INFINITY for move in moving)
    forget = console.forget_failures("R", node).text.replace("\n", "; ")
    stay = "domUs that have moved stay where they are" if sticky else "domUs may move back at once"
    return Rollback(
        Way.POSSIBLE,
        f"{node} becomes active again; {stay}. A domU whose migration failed is stopped and started elsewhere by the "
        f"cluster: look at its console, then let the cluster forget the failure of that R ({forget}).",
        (console.online(node),),
        f"crm_mon -1 -n shows {node} online, and no Failed actions",
        60,
    )


def returns(draft: Draft, node: str) -> tuple[Criterion, tuple[Move, ...], tuple[Caution, ...]]:
    """What the cluster moves by itself when a node becomes active; the state of the plan stays as it is."""
    survey, state = draft.survey, draft.state
    attributes = {**state.attributes, node: after_reboot(survey, state.attributes.get(node))}
    after = replace(state, standby=state.standby - {node}, down=state.down - {node}, attributes=attributes)
    moves = settle(survey, state, after).moves
    domus = {guest.id for guest in survey.guests}
    back = [move.rsc for move in moves if move.rsc in domus and move.how in (How.LIVE, How.RESTART_THERE)]
    text = f"no domU moves by itself when {node} becomes active"
    if not back:
        return Criterion("", Light.GREEN, text, "stickiness holds them"), moves, ()
    told = reason("S-STICKINESS", Severity.REFUSAL, survey.wishes.accept, n=len(back), node=node, list=", ".join(back))
    light = Light.AMBER if told.accepted else Light.RED
    return Criterion("", light, text, told.text), moves, (told.caution(),)


def online(draft: Draft, node: str) -> Step:
    """Make a node active again; nothing may move. The state of the plan follows."""
    survey, console = draft.survey, draft.console(node)
    _, moves, cautions = returns(draft, node)
    criterion, ordering = order_restart(draft, node)
    state = draft.state
    attributes = {**state.attributes, node: after_reboot(survey, state.attributes.get(node))}
    after = replace(state, standby=state.standby - {node}, attributes=attributes)
    domus = tuple(guest.id for guest in survey.guests)
    moves = (*moves, *_restarts(draft, moves))
    moved = {move.rsc for move in moves}
    ours = Prediction(Oracle.STATIC, moves, untouched=tuple(name for name in domus if name not in moved))
    testimony = testify(draft.witness if survey.placed else None, state, after, ours)
    draft.state = settle(survey, state, after).state
    restarting = criterion.state is not Light.GREEN
    level = RiskLevel.HIGH if restarting or cautions else RiskLevel.MEDIUM
    scsi = list(clones_of(survey, "EvmsSCC"))
    evms = [child.id for clone in scsi for child in clone.children]
    checks = [
        Check(f"the {len(domus)} domUs are where they were, with the same domain ids in xm list", "crm_mon -1 -n -r",
              must_not_show=("Failed actions",)),
        *(Check(f"{one.name} above 0 on {node}", f"crm_attribute -t status -U {quoted(node)} -n {quoted(one.name)} -G",
                look_for=("value=",), retry_every=5, give_up_after=120) for one in network_attributes(survey)),
        *((Check("the volumes are there", "ls /dev/evms", node),) if evms else ()),
        *(Check(f"{mount} is mounted", f"mount | grep {quoted(mount)}", node, (mount,))
          for _, mount in draft.features.ocfs2),
    ]  # fmt: skip
    hard = max(300, 2 * survey.default_timeout + survey.cluster_delay)
    return Step(
        "",
        f"Make {node} active again - nothing may move",
        console.run_on,
        draft.tools,
        (
            console.online(node),
            console.wait_idle(hard),
            console.status_by_node(),
            *(console.node_attribute(node, one.name) for one in network_attributes(survey)),
        ),
        f"the clones and fencing devices start on {node}; no domU restarts or moves",
        tuple(checks),
        Duration(60, 300, hard, "clones start, nothing else"),
        Rollback(Way.POSSIBLE, f"{node} goes back into standby; the domUs elsewhere are not touched",
                 (console.standby(node),), f"crm_mon -1 -n shows {node} in standby", 60),
        Risk(level, "domUs restart or move" if level is RiskLevel.HIGH else "a start that fails may get it fenced"),
        warnings=(
            *ordering, *cautions, *testimony.cautions, *_evms_start(draft),
            *draft.cautions(*topic.ORDERS),
        ),
        predicted=testimony.prediction,
    )  # fmt: skip


def _restarts(draft: Draft, moves: tuple[Move, ...]) -> list[Move]:
    """The domUs that mandatory orders restart where they are."""
    moved = {move.rsc for move in moves}
    found = []
    for name in draft.features.restarted:
        node = draft.state.of(draft.survey, name)
        if node is not None and name not in moved:
            found.append(Move(name, node, node, How.RESTART_THERE, "a mandatory order on a clone"))
    return found


def _evms_start(draft: Draft) -> list[Caution]:
    """EVMS needs long to start under load, and a start that times out can get its node fenced."""
    survey = draft.survey
    found = []
    for clone in clones_of(survey, "EvmsSCC"):
        for child in clone.children:
            times = op_times(child.operations, "start", survey.default_timeout)
            if not times.declared:
                words = (
                    f"{child.id} has no start timeout: {times.timeout} s apply; under load that is short, and a start "
                    "that times out may get the node fenced, harmless as long as nothing runs there"
                )
                found.append(Caution("EVMS-START", words, *place_of(survey.cluster, child)))
    return found
