"""Rolling patch: node by node, with one node left on the old software until everything has run on the new.

The domUs move to a patched node, are restarted there one by one, least important first, and are watched; only then is
the last old node patched, which is the point of no return.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cibtools.cluster.value import INFINITY
from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks import node_upgrade as host
from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.closing import closing, last_back, last_node
from cibtools.runbook.blocks.draft import Draft, look, numbered
from cibtools.runbook.blocks.phase import decide, new_phase
from cibtools.runbook.blocks.standby import empty_node, online
from cibtools.runbook.estimate.order import Canary
from cibtools.runbook.estimate.score import stickiness
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.kinds.patch.way_back import full_way_back, no_way_back, one_back
from cibtools.runbook.plan.enums import Severity, Way
from cibtools.runbook.plan.runbook import Phase, Table
from cibtools.runbook.plan.step import Check, Decision, Duration, Rollback, Soak, Step, as_words
from cibtools.runbook.strategy.reason import reason


def patch_phases(draft: Draft, canary: Canary | None, change_id: str, *, domus: bool = True) -> tuple[Phase, ...]:
    """All phases; without `domus` only the hosts get new software, and no domU is restarted."""
    chosen = canary if domus else None
    phases = [_prepare(draft, chosen, change_id), _first_node(draft)]
    if chosen:
        phases.append(_canary(draft, chosen.domu))
    if draft.nodes[1:-1]:
        phases.append(_middle_nodes(draft))
    phases.append(_fallback(draft))
    untold, later = domus and len(draft.patched) > 1, list[Phase]()
    if domus:
        rest = [name for name in draft.importance if not chosen or name != chosen.domu]
        off = {name for name in rest if draft.survey.guest(name).stopped} | set(draft.survey.parameters.stop_list)
        later += [_series(draft, [name for name in rest if name not in off]), _observe(draft)]
    later += [last_node(draft), last_back(draft), closing(draft)]
    # Where a domU starts is not foretold if several nodes can take it.
    return (*phases, *(replace(phase, state_after=()) if untold else phase for phase in later))


def _prepare(draft: Draft, canary: Canary | None, change_id: str) -> Phase:
    confirm = "; ".join(_to_confirm(draft, canary))
    draft.gate("G-START", "May the work begin?", prepare.start_gate(draft, confirm))
    steps = [
        prepare.working_directory(draft, change_id),
        prepare.look_around(draft),
        prepare.ask_fencing(draft),
        prepare.save_configuration(draft),
        prepare.read_patches(draft),
    ]
    found = [step for step in steps if step]
    purpose = "nothing is changed: everything is looked at, saved and agreed"
    return new_phase(draft, "P0", "Preparation", purpose, found, exit_gates=("G-START",))


def _to_confirm(draft: Draft, canary: Canary | None) -> Iterator[str]:
    """What a person should know before saying yes to the order of the domUs."""
    listed = draft.survey.wishes.domu_order
    if canary and canary.confirm:
        yield f'canary "{canary.domu}" was chosen by memory and name only: confirm, or give --domu-order'
    elif canary is None and draft.survey.guests:
        yield "no domU is fit to be a canary"
    if canary and canary.passed_over:
        words = ", ".join(f"{one.domu} ({one.why})" for one in canary.passed_over)
        yield f"less important than the canary, but not fit to be it: {words}"
    missing = [name for name in draft.importance if name not in listed]
    if listed and missing:
        yield f"not in the list you gave, and taken for more important: {', '.join(missing)}"


def _first_node(draft: Draft) -> Phase:
    """Take the first node to the new software and back into service."""
    node = draft.nodes[0]
    steps = [*_make_room(draft), *_new_software(draft, node)]
    wait = steps[-1].soak
    steps[-1] = replace(steps[-1], soak=Soak())
    return new_phase(
        draft, "P1", f"{node} (canary node)", f"{node} gets the new software while the others serve", steps,
        entry_gates=("G-START", f"G-EVAC({node})"), soak=wait, rollback_to="P0", rollback_seconds=60,
    )  # fmt: skip


def _new_software(draft: Draft, node: str) -> list[Step]:
    """From a node in service to the same node on new software, in service again."""
    return [*empty_node(draft, node), *host.exchange(draft, node), online(draft, node), host.watch(draft, node)]


def _make_room(draft: Draft) -> Iterator[Step]:
    """Stop what the operator gave up for the time being, so that the rest fits."""
    for name in draft.survey.parameters.stop_list:
        guest = draft.survey.guest(name)
        if not guest.stopped:
            yield domu.stop(draft, guest, guest.node or "a node")
            top = draft.survey.cluster.top(guest.resource).id
            where = {**draft.state.where, top: None}
            draft.state = replace(draft.state, where=where, stopped=draft.state.stopped | {top})


def _middle_nodes(draft: Draft) -> Phase:
    """The nodes between the first and the fallback, one after the other."""
    nodes = draft.nodes[1:-1]
    steps = [step for node in nodes for step in _new_software(draft, node)]
    return new_phase(
        draft, "P3", ", ".join(nodes), "the other nodes follow, one after the other; domUs may move more than once",
        steps, entry_gates=tuple(f"G-EVAC({node})" for node in nodes), rollback_to="P1", rollback_seconds=60,
    )  # fmt: skip


def _canary(draft: Draft, name: str) -> Phase:
    """Let one domU run on new software before any other does."""
    survey = draft.survey
    guest, node = survey.guest(name), draft.nodes[0]
    wait = survey.parameters.soak_canary
    old = next((other for other in draft.nodes[1:]), node)
    steps = [domu.patch_inside(draft, guest), domu.stop(draft, guest, old)]
    sticky = stickiness(survey.cluster, guest.resource)
    if survey.parameters.pin:
        steps += [domu.pin(draft, guest, node), domu.start(draft, guest, node)]
        # Without any stickiness it would go back to the old software at once.
        steps += [domu.unpin(draft, guest, node)] if sticky > 0 else []
        draft.pinned = name if sticky <= 0 else ""
    else:
        steps.append(domu.start(draft, guest, ""))
    draft.state = replace(draft.state, where={**draft.state.where, survey.cluster.top(guest.resource).id: node})
    criteria = [
        look(f"{name} ran {as_words(wait)} on {node}, no failed monitor"),
        look(f"the owner of {name} says yes: ____"),
        look("P-01 to P-08 are green"),
    ]
    if draft.pinned:
        criteria.append(look(f"the pin of {name} is on the list of leftovers: it is removed at the end of P4"))
    elif sticky < INFINITY:
        criteria.append(look(f"{name} is still on {node}: its stickiness is {sticky}, it may have moved back"))
    gate = draft.gate("G-CANARY", f"May the others follow {name}?", criteria)
    decision = _decide_canary(draft, guest, gate.id, old)
    back = decision.rollback.seconds
    steps.append(decision)
    return new_phase(
        draft, "P2", f"{name} (canary domU)", "the least important domU shows whether the new software carries it",
        steps, exit_gates=(gate.id,), soak=Soak(min=wait, recommended=wait), rollback_to="P1", rollback_seconds=back,
    )  # fmt: skip


def _decide_canary(draft: Draft, guest: Guest, gate: str, old: str) -> Step:
    """Ask whether the others follow; the way back is written down here, while the names are at hand."""
    node, name = draft.nodes[0], guest.id
    way = Rollback(
        way=Way.POSSIBLE,
        text=f"if {name} misbehaves: to {old} by stop and start, and its own backup if its patches are to blame",
        commands=tuple(one_back(draft, guest, old)),
        proof=f"crm_resource -W -r {name} names {old}",
        seconds=domu.stopping(draft, guest).nominal + domu.starting(draft, guest).nominal + 50,
    )
    down = reason("S-XEN-DOWN", Severity.WARNING, (), {"list": name, "new": node, "old": old})
    decision = decide(draft, gate, f"Decide whether the others follow {name}")
    return replace(decision, rollback=way, warnings=(down.caution(),))


def _fallback(draft: Draft) -> Phase:
    """Empty the last old node and leave it as it is, able to take everything back."""
    node = draft.fallback
    before = draft.state.domus(draft.survey, node)
    steps = empty_node(draft, node)
    wait = draft.survey.parameters.soak_fallback
    way_back, seconds = full_way_back(draft)
    steps[-1] = replace(steps[-1], rollback=way_back, warnings=(*steps[-1].warnings, *no_way_back(draft)))
    steps += [_empty_look(draft, node), _all_well(draft)]
    if draft.pinned:
        guest = draft.survey.guest(draft.pinned)
        steps.append(domu.unpin(draft, guest, draft.state.of(draft.survey, guest.id) or draft.nodes[0]))
        draft.pinned = ""
    moved = f"the other {len(before)} domUs" if len(before) > 1 else "what is left"
    return new_phase(
        draft, "P4", f"Empty {node}, leave it unpatched",
        f"{moved} move to the new software, and {node} is the way back",
        steps, entry_gates=(f"G-EVAC({node})",), soak=Soak(min=wait, recommended=wait), rollback_to="P1",
        rollback_seconds=seconds,
    )  # fmt: skip


def _empty_look(draft: Draft, node: str) -> Step:
    """The look at the fallback, which is not going to be touched now."""
    step = host.is_empty(draft, node)
    # The gate of that step belongs to the phase that patches the node.
    draft.gates.pop()
    return replace(step, decision=Decision())


def _all_well(draft: Draft) -> Step:
    console = draft.console()
    return Step(
        title="Are all domUs well on the new software?", where=console.run_on, tools=draft.tools,
        commands=(console.status_by_node(), console.status()),
        expect="every domU runs on a patched node, and its service answers",
        verify=(Check(text="no Failed actions", command="crm_mon -1 -r", must_not_show=("Failed actions",)),
                Check(text="the services answer")),
        duration=Duration(nominal=120, limit=600, hard=600, basis="a look"),
    )  # fmt: skip


def _series(draft: Draft, names: list[str]) -> Phase:
    """Restart the domUs on new software, least important first."""
    survey = draft.survey
    patched = [name for name in survey.names if name in draft.patched]
    quarters = {max(1, len(names) * part // 4) for part in (1, 2, 3)} if len(names) > 3 else set()
    node = patched[0] if len(patched) == 1 else ""
    steps: list[Step] = []
    rows: list[tuple[str, ...]] = []
    for number, name in enumerate(names, 1):
        guest = survey.guest(name)
        step = domu.restart_patched(draft, guest, node)
        if number in quarters:
            again = Check(
                text=f"{number} of {len(names)} domUs are done: no fail counts, and crm_verify -L -V prints nothing"
            )
            step = replace(step, verify=(*step.verify, again))
        steps.append(step)
        rows.append((name, as_words(step.duration.nominal), as_words(domu.delay_cost(guest))))
    steps = list(numbered("P5", steps))
    table = Table("", ("step", "domU", "patch and restart", "of which delay"),
                  tuple((step.id, *row) for step, row in zip(steps, rows, strict=True)))  # fmt: skip
    _, seconds = full_way_back(draft)
    return new_phase(
        draft, "P5", f"Patch and restart {len(names)} domUs", "each domU gets its patches and a boot on new software",
        steps, rollback_to="P1", rollback_seconds=seconds, tables=(table,),
    )  # fmt: skip


def _observe(draft: Draft) -> Phase:
    wait = draft.survey.parameters.soak_all
    criteria = (
        look(f"owners of all {len(draft.survey.guests)} domUs say yes: ____"),
        look("logs and users are quiet"),
    )
    gate = draft.gate("G-OWNERS", "Do the owners agree?", criteria)
    step = decide(draft, gate.id, f"Observe {as_words(wait)}, then ask the owners")
    _, seconds = full_way_back(draft)
    return new_phase(
        draft, "P6", "Observe", "what only a working day shows is still reversible", [step], exit_gates=(gate.id,),
        soak=Soak(min=wait, recommended=wait), rollback_to="P1", rollback_seconds=seconds,
    )  # fmt: skip
