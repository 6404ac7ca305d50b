"""Rolling patch: node by node, with one node left on the old software until everything has run on the new.

The domUs move to a patched node, are restarted there one by one, least important first, and are watched; only then is
the last old node patched, which is the point of no return.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cibtools.cluster.value import INFINITY
from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks import node_upgrade as host
from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.closing import closing, last_back, last_node
from cibtools.runbook.blocks.draft import Course, look, numbered
from cibtools.runbook.blocks.phase import decide, new_phase
from cibtools.runbook.blocks.standby import empty_node, online
from cibtools.runbook.estimate.order import Canary
from cibtools.runbook.estimate.score import stickiness
from cibtools.runbook.estimate.timing import as_words
from cibtools.runbook.kinds.patch.way_back import full_way_back, one_back
from cibtools.runbook.plan.enums import Severity, Way
from cibtools.runbook.plan.runbook import Phase, Table
from cibtools.runbook.plan.step import Check, Decision, Duration, Rollback, Soak, Step
from cibtools.runbook.strategy.reason import reason


def patch_phases(course: Course, canary: Canary | None, change_id: str, *, domus: bool = True) -> tuple[Phase, ...]:
    """All phases; without `domus` only the hosts get new software, and no domU is restarted."""
    chosen = canary if domus else None
    phases = [_prepare(course, chosen, change_id), _first_node(course)]
    if chosen:
        phases.append(_canary(course, chosen.domu))
    if course.nodes[1:-1]:
        phases.append(_middle_nodes(course))
    phases.append(_fallback(course))
    if domus:
        rest = [name for name in course.importance if not chosen or name != chosen.domu]
        off = {name for name in rest if course.survey.guest(name).stopped} | set(course.survey.parameters.stop_list)
        phases.append(_series(course, [name for name in rest if name not in off]))
        phases.append(_observe(course))
    phases += [last_node(course), last_back(course), closing(course)]
    return tuple(phases)


def _prepare(course: Course, canary: Canary | None, change_id: str) -> Phase:
    confirm = "; ".join(_to_confirm(course, canary))
    course.gate("G-START", "May the work begin?", prepare.start_gate(course, confirm))
    steps = [
        prepare.working_directory(course, change_id),
        prepare.look_around(course),
        prepare.ask_fencing(course),
        prepare.save_configuration(course),
        prepare.read_patches(course),
    ]
    found = [step for step in steps if step]
    purpose = "nothing is changed: everything is looked at, saved and agreed"
    return new_phase(course, "P0", "Preparation", purpose, found, exit_gates=("G-START",))


def _to_confirm(course: Course, canary: Canary | None) -> Iterator[str]:
    """What a person should know before saying yes to the order of the domUs."""
    listed = course.survey.wishes.domu_order
    if canary and canary.confirm:
        yield f'canary "{canary.domu}" was chosen by memory and name only: confirm, or give --domu-order'
    elif canary is None and course.survey.guests:
        yield "no domU is fit to be a canary"
    if canary and canary.passed_over:
        words = ", ".join(f"{name} ({why})" for name, why in canary.passed_over)
        yield f"less important than the canary, but not fit to be it: {words}"
    missing = [name for name in course.importance if name not in listed]
    if listed and missing:
        yield f"not in the list you gave, and taken for more important: {', '.join(missing)}"


def _first_node(course: Course) -> Phase:
    """Take the first node to the new software and back into service."""
    node = course.nodes[0]
    steps = [*_make_room(course), *_new_software(course, node)]
    wait = steps[-1].soak
    steps[-1] = replace(steps[-1], soak=Soak())
    return new_phase(
        course, "P1", f"{node} (canary node)", f"{node} gets the new software while the others serve", steps,
        entry_gates=("G-START", f"G-EVAC({node})"), soak=wait, rollback_to="P0", rollback_seconds=60,
    )  # fmt: skip


def _new_software(course: Course, node: str) -> list[Step]:
    """From a node in service to the same node on new software, in service again."""
    return [*empty_node(course, node), *host.exchange(course, node), online(course, node), host.watch(course, node)]


def _make_room(course: Course) -> Iterator[Step]:
    """Stop what the operator gave up for the time being, so that the rest fits."""
    for name in course.survey.parameters.stop_list:
        guest = course.survey.guest(name)
        if not guest.stopped:
            yield domu.stop(course, guest, guest.node or "a node")
            top = course.survey.cluster.top(guest.resource).id
            where = {**course.state.where, top: None}
            course.state = replace(course.state, where=where, stopped=course.state.stopped | {top})


def _middle_nodes(course: Course) -> Phase:
    """The nodes between the first and the fallback, one after the other."""
    nodes = course.nodes[1:-1]
    steps = [step for node in nodes for step in _new_software(course, node)]
    return new_phase(
        course, "P3", ", ".join(nodes), "the other nodes follow, one after the other; domUs may move more than once",
        steps, entry_gates=tuple(f"G-EVAC({node})" for node in nodes), rollback_to="P1", rollback_seconds=60,
    )  # fmt: skip


def _canary(course: Course, name: str) -> Phase:
    """Let one domU run on new software before any other does."""
    survey = course.survey
    guest, node = survey.guest(name), course.nodes[0]
    wait = survey.parameters.soak_canary
    old = next((other for other in course.nodes[1:]), node)
    steps = [domu.patch_inside(course, guest), domu.stop(course, guest, old)]
    sticky = stickiness(survey.cluster, guest.resource)
    if survey.parameters.pin:
        steps += [domu.pin(course, guest, node), domu.start(course, guest, node)]
        # Without any stickiness it would go back to the old software at once.
        steps += [domu.unpin(course, guest, node)] if sticky > 0 else []
        course.pinned = name if sticky <= 0 else ""
    else:
        steps.append(domu.start(course, guest, ""))
    course.state = replace(course.state, where={**course.state.where, survey.cluster.top(guest.resource).id: node})
    criteria = [
        look(f"{name} ran {as_words(wait)} on {node}, no failed monitor"),
        look(f"the owner of {name} says yes: ____"),
        look("P-01 to P-08 are green"),
    ]
    if course.pinned:
        criteria.append(look(f"the pin of {name} is on the list of leftovers: it is removed at the end of P4"))
    elif sticky < INFINITY:
        criteria.append(look(f"{name} is still on {node}: its stickiness is {sticky}, it may have moved back"))
    gate = course.gate("G-CANARY", f"May the others follow {name}?", criteria)
    back = domu.stopping(course, guest).nominal + domu.starting(course, guest).nominal + 50
    # Written down now, while the names are at hand: whoever turns back has no time to look them up.
    way = Rollback(
        Way.POSSIBLE,
        f"if {name} misbehaves: to {old} by stop and start, and its own backup if its patches are to blame",
        tuple(one_back(course, guest, old)),
        f"crm_resource -W -r {name} names {old}",
        back,
    )
    down = reason("S-XEN-DOWN", Severity.WARNING, (), list=name, new=node, old=old)
    decision = decide(course, gate.id, f"Decide whether the others follow {name}")
    steps.append(replace(decision, rollback=way, warnings=(down.caution(),)))  # fmt: skip
    return new_phase(
        course, "P2", f"{name} (canary domU)", "the least important domU shows whether the new software carries it",
        steps, exit_gates=(gate.id,), soak=Soak(wait, wait), rollback_to="P1", rollback_seconds=back,
    )  # fmt: skip


def _fallback(course: Course) -> Phase:
    """Empty the last old node and leave it as it is, able to take everything back."""
    node = course.fallback
    before = course.state.domus(course.survey, node)
    steps = empty_node(course, node)
    wait = course.survey.parameters.soak_fallback
    way_back, seconds = full_way_back(course)
    steps[-1] = replace(steps[-1], rollback=way_back)
    steps += [_empty_look(course, node), _all_well(course)]
    if course.pinned:
        guest = course.survey.guest(course.pinned)
        steps.append(domu.unpin(course, guest, course.state.of(course.survey, guest.id) or course.nodes[0]))
        course.pinned = ""
    moved = f"the other {len(before)} domUs" if len(before) > 1 else "what is left"
    return new_phase(
        course, "P4", f"Empty {node}, leave it unpatched",
        f"{moved} move to the new software, and {node} is the way back",
        steps, entry_gates=(f"G-EVAC({node})",), soak=Soak(wait, wait), rollback_to="P1", rollback_seconds=seconds,
    )  # fmt: skip


def _empty_look(course: Course, node: str) -> Step:
    """The look at the fallback, which is not going to be touched now."""
    step = host.is_empty(course, node)
    # The gate of that step belongs to the phase that patches the node.
    course.gates.pop()
    return replace(step, decision=Decision())


def _all_well(course: Course) -> Step:
    console = course.console()
    return Step(
        "", "Are all domUs well on the new software?", console.run_on, course.tools,
        (console.status_by_node(), console.status()), "every domU runs on a patched node, and its service answers",
        (Check("no Failed actions", "crm_mon -1 -r", must_not_show=("Failed actions",)), Check("the services answer")),
        Duration(120, 600, 600, "a look"),
    )  # fmt: skip


def _series(course: Course, names: list[str]) -> Phase:
    """Restart the domUs on new software, least important first."""
    survey = course.survey
    patched = [name for name in survey.names if name in course.patched]
    quarters = {max(1, len(names) * part // 4) for part in (1, 2, 3)} if len(names) > 3 else set()
    node = patched[0] if len(patched) == 1 else ""
    steps: list[Step] = []
    rows: list[tuple[str, ...]] = []
    for number, name in enumerate(names, 1):
        guest = survey.guest(name)
        step = domu.restart_patched(course, guest, node)
        if number in quarters:
            again = Check("no fail counts, and crm_verify -L -V prints nothing: a quarter of the list is done")
            step = replace(step, verify=(*step.verify, again))
        steps.append(step)
        rows.append((name, as_words(step.duration.nominal), as_words(domu.delay_cost(guest))))
    steps = list(numbered("P5", steps))
    table = Table("", ("step", "domU", "patch and restart", "of which delay"),
                  tuple((step.id, *row) for step, row in zip(steps, rows, strict=True)))  # fmt: skip
    _, seconds = full_way_back(course)
    return new_phase(
        course, "P5", f"Patch and restart {len(names)} domUs", "each domU gets its patches and a boot on new software",
        steps, rollback_to="P1", rollback_seconds=seconds, tables=(table,),
    )  # fmt: skip


def _observe(course: Course) -> Phase:
    wait = course.survey.parameters.soak_all
    criteria = (
        look(f"owners of all {len(course.survey.guests)} domUs say yes: ____"),
        look("logs and users are quiet"),
    )
    gate = course.gate("G-OWNERS", "Do the owners agree?", criteria)
    step = decide(course, gate.id, f"Observe {as_words(wait)}, then ask the owners")
    _, seconds = full_way_back(course)
    return new_phase(
        course, "P6", "Observe", "what only a working day shows is still reversible", [step], exit_gates=(gate.id,),
        soak=Soak(wait, wait), rollback_to="P1", rollback_seconds=seconds,
    )  # fmt: skip
