"""Steps that take a node out of the cluster's service and let it back in, with what moves by itself."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.cluster.value import INFINITY
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.evacuation import Evacuation, order_restart, plan_evacuation
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.estimate.agreement import testify
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
from cibtools.runbook.strategy.reason import Values, reason


def empty_node(draft: Draft, node: str) -> list[Step]:
    """Ask whether a node may be emptied, and put it into standby; the state of the plan follows."""
    plan = plan_evacuation(draft, node)
    gate = draft.gate(f"G-EVAC({node})", f"May {node} be emptied?", plan.criteria)
    console = draft.console(node)
    ask = Step(
        title=f"May {node} be emptied?", where=console.run_on, tools=draft.tools,
        commands=(console.wait_idle(60),
                  *(console.node_attribute(name, one.name) for one in network_attributes(draft.survey)
                                  for name in draft.state.active(draft.survey) if name != node)),
        expect=f"every condition of {gate.id} holds",
        decision=Decision(kind=StopKind.GO, gate=gate.id,
                          questions=tuple(criterion.text for criterion in gate.criteria)),
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
        (Caution(rule="S-FENCE",
                 text=f"until {node} is active again, {active[0]} has no partner and cannot be fenced: a crash "
                 f"then is an outage until {node} is made active by hand"),)
        if len(active) == 1
        else ()
    )  # fmt: skip
    return Step(
        title=f"Put {node} into standby",
        where=console.run_on,
        tools=draft.tools,
        commands=(console.standby(node), console.wait_idle(plan.duration.hard), console.status_by_node()),
        expect=f"{node} is in standby with nothing under it, and every domU runs on another node",
        verify=(
            Check(
                text=f"{node} is in standby with nothing under it, {len(survey.guests)} domUs under the others",
                command="crm_mon -1 -n -r",
                look_for=(console.node_line(node), "standby"),
                must_not_show=("Failed actions",),
                retry_every=5,
                give_up_after=plan.duration.hard,
            ),
        ),
        duration=plan.duration,
        rollback=_way_back(draft, node, moving, console),
        risk=Risk(level=level, text=f"{many}{onto}" if moving else "no domU is there"),
        warnings=(*alone, *plan.cautions),
        predicted=plan.prediction,
    )


def _way_back(draft: Draft, node: str, moving: list[Move], console: Console) -> Rollback:
    sticky = all(stickiness(draft.survey.cluster, draft.survey.guest(move.rsc).resource) >= INFINITY for move in moving)
    forget = console.forget_failures("R", node).text.replace("\n", "; ")
    stay = "domUs that have moved stay where they are" if sticky else "domUs may move back at once"
    return Rollback(
        way=Way.POSSIBLE,
        text=f"{node} becomes active again; {stay}. A domU whose migration failed is stopped and started "
        "elsewhere by the "
        f"cluster: look at its console, then let the cluster forget the failure of that R ({forget}).",
        commands=(console.online(node),),
        proof=f"crm_mon -1 -n shows {node} online, and no Failed actions",
        seconds=60,
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
    values: Values = {"n": len(back), "node": node, "list": ", ".join(back)}
    told = reason("S-STICKINESS", Severity.REFUSAL, survey.wishes.accept, values)
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
    ours = Prediction(source=Oracle.STATIC, moves=moves, untouched=tuple(name for name in domus if name not in moved))
    testimony = testify(draft.witness if survey.placed else None, state, after, ours)
    draft.state = settle(survey, state, after).state
    restarting = criterion.state is not Light.GREEN
    level = RiskLevel.HIGH if restarting or cautions else RiskLevel.MEDIUM
    hard = max(300, 2 * survey.default_timeout + survey.cluster_delay)
    return Step(
        title=f"Make {node} active again - nothing may move",
        where=console.run_on,
        tools=draft.tools,
        commands=(
            console.online(node),
            console.wait_idle(hard),
            console.status_by_node(),
            *(console.node_attribute(node, one.name) for one in network_attributes(survey)),
        ),
        expect=f"the clones and fencing devices start on {node}; no domU restarts or moves",
        verify=_all_back(draft, node),
        duration=Duration(nominal=60, limit=300, hard=hard, basis="clones start, nothing else"),
        rollback=Rollback(way=Way.POSSIBLE, text=f"{node} goes back into standby; the domUs elsewhere are not touched",
                 commands=(console.standby(node),), proof=f"crm_mon -1 -n shows {node} in standby", seconds=60),
        risk=Risk(level=level,
                  text="domUs restart or move" if level is RiskLevel.HIGH else "a start that fails may get it fenced"),
        warnings=(
            *ordering, *cautions, *testimony.cautions, *_evms_start(draft),
            *draft.cautions(*topic.ORDERS),
        ),
        predicted=testimony.prediction,
    )  # fmt: skip


def _all_back(draft: Draft, node: str) -> tuple[Check, ...]:
    """Return how to see that a node has what it had, and that nothing has moved."""
    survey = draft.survey
    evms = any(True for _ in clones_of(survey, "EvmsSCC"))
    domus = survey.guests
    return (
        Check(text=f"the {len(domus)} domUs are where they were, with the same domain ids in xm list" if domus else
              "every resource but clones is where it was", command="crm_mon -1 -n -r",
              must_not_show=("Failed actions",)),
        *(Check(text=f"{one.name} above 0 on {node}",
                command=f"crm_attribute -t status -U {quoted(node)} -n {quoted(one.name)} -G",
                look_for=("value=",), retry_every=5, give_up_after=120) for one in network_attributes(survey)),
        *((Check(text="the volumes are there", command="ls /dev/evms", run_on=node),) if evms else ()),
        *(Check(text=f"{mount} is mounted", command=f"mount | grep {quoted(mount)}", run_on=node, look_for=(mount,))
          for mount in (one.mount for one in draft.features.ocfs2)),
    )  # fmt: skip


def _restarts(draft: Draft, moves: tuple[Move, ...]) -> list[Move]:
    """The domUs that mandatory orders restart where they are."""
    moved = {move.rsc for move in moves}
    found = []
    for name in draft.features.restarted:
        node = draft.state.of(draft.survey, name)
        if node is not None and name not in moved:
            found.append(
                Move(
                    rsc=name, from_node=node, to_node=node, how=How.RESTART_THERE, reason="a mandatory order on a clone"
                )
            )
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
                file, line = place_of(survey.cluster, child)
                found.append(Caution(rule="EVMS-START", text=words, file=file, line=line))
    return found
