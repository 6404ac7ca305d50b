"""The end of a rolling patch: the last old node is patched, the load is spread again, nothing is left behind."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks import node_upgrade as host
from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.standby import online
from cibtools.runbook.plan.enums import RiskLevel, StopKind, Tools, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Decision, Risk, Rollback, Soak, Step


def last_node(draft: Draft) -> Phase:
    """Patch the last old node: there is none to go back to afterwards."""
    node = draft.fallback
    criteria = (
        look("the observation is signed"),
        look("the backup of P0 is still readable (md5sum -c MD5SUMS)"),
        look(f"yes, patch {node}: ____"),
    )
    gate = draft.gate("G-PNR", f"Patch {node}, the last node with the old software?", criteria)
    steps = list(host.exchange(draft, node))
    return new_phase(
        draft, "P7", f"Patch {node} (no way back after this)", "the last old node disappears", steps,
        entry_gates=(gate.id, f"G-EMPTY({node})"), exit_gates=(f"G-BACK({node})",), point_of_no_return=True,
    )  # fmt: skip


def last_back(draft: Draft) -> Phase:
    """Let the last node serve again, and with it what had to wait."""
    node = draft.fallback
    steps = [online(draft, node), *_start_again(draft), *_spread(draft, node)]
    wait = draft.survey.parameters.soak_node
    return new_phase(
        draft,
        "P8",
        f"{node} back",
        "the cluster is whole again",
        steps,
        soak=Soak(min=wait, recommended=wait),
        rollback_seconds=60,
    )


def _start_again(draft: Draft) -> Iterator[Step]:
    """Let run again what was stopped to make room, patched while it is at it."""
    for name in draft.survey.parameters.stop_list:
        guest = draft.survey.guest(name)
        if not guest.stopped:
            draft.state = replace(draft.state, stopped=frozenset())
            yield domu.start(draft, guest, "")


def _spread(draft: Draft, node: str) -> Iterator[Step]:
    """Offer to spread the load again, one domU at a time."""
    survey, console = draft.survey, draft.console(node)
    moving = [guest for guest in survey.guests if guest.node == node and guest.live and not guest.stopped]
    if not moving:
        return
    first = moving[0]
    commands = (
        console.send(first.id, node), console.wait_idle(domu.operation(draft, first.op("migrate_to"), 0, "").hard),
        console.where(first.id), console.unmove(first.id),
    )  # fmt: skip
    names = ", ".join(guest.id for guest in moving)
    yield Step(
        title="Spread the load (optional, one domU at a time)", where=console.run_on, tools=draft.tools,
        commands=commands,
        expect=f"what ran on {node} before runs there again, and no constraint is left",
        verify=(
            Check(text=f"for each of {names}: it runs on {node}, then the pin is removed"),
            Check(text="no Failed actions", command="crm_mon -1 -n -r", must_not_show=("Failed actions",)),
        ),
        rollback=Rollback(way=Way.POSSIBLE, text="the domU stays where it is", commands=(console.unmove(first.id),),
                          proof="", seconds=25),
        risk=Risk(level=RiskLevel.LOW, text="one live migration at a time"),
    )  # fmt: skip


def closing(
    draft: Draft, identity: str = "P9", tools: Tools | None = None, converted: str = "", change_id: str = ""
) -> Phase:
    """See that nothing of the work is left behind; a converted CIB is compared with that of the change's directory."""
    criteria = (look("all pre-flight checks green again"), look("a backup of the new state is taken"),
                look("no leftovers"), look("the acceptance tests of the house are passed"))  # fmt: skip
    gate = draft.gate("G-END", "Is the work done?", criteria)
    step = prepare.close(draft, tools or draft.tools, converted, change_id)
    step = replace(
        step, decision=Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(found.text for found in criteria))
    )
    purpose = "nothing of the work is left behind"
    return new_phase(draft, identity, "Close", purpose, [step], exit_gates=(gate.id,), tools=tools)
