"""The end of a conversion to SLE HA 11: OCFS2 learns its new stack, the nodes join, the domUs start, canary first."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.cluster.derived.option import cluster_option
from cibtools.runbook.blocks.batch import together
from cibtools.runbook.blocks.controlled_stop import cold_start, started_in_turn
from cibtools.runbook.blocks.domu_lifecycle import starting
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import decide, new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.estimate.order import Canary
from cibtools.runbook.estimate.placement import State
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.kinds.convert.below import running_guests
from cibtools.runbook.kinds.convert.configuration import interim
from cibtools.runbook.kinds.convert.storage import NEW
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Command, Decision, Duration, Risk, Rollback, Step, as_words


def start(draft: Draft, made: Conversion, canary: Canary | None) -> Phase:
    """P6: all nodes, then one domU, then the rest."""
    guests = list(running_guests(draft))
    wait = draft.survey.parameters.soak_canary
    tried = next((guest for guest in guests if canary and guest.id == canary.domu), None)
    order = (*((tried,) if tried else ()), *(guest for guest in reversed(guests) if guest is not tried))
    after = started_in_turn(draft, order)
    steps = [_join(draft, after)]
    if tried:
        steps.append(_start_some(draft, made, (tried,), f"Start {tried.id} first"))
        gate = draft.gate("G-CANARY", f"May the others follow {tried.id}?", (
            look(f"{tried.id} ran {as_words(wait)}, or as long as the outage allows: ____"),
            look(f"{tried.id} has been moved live and back: crm_resource -M, -U"),
            look(f"the owner of {tried.id} says yes: ____"),
        ))  # fmt: skip
        steps.append(replace(decide(draft, gate.id, "Decide whether the others follow"), tools=NEW,
                             where=draft.nodes[0]))  # fmt: skip
        guests.remove(tried)
    guests.reverse()
    size = max(1, draft.survey.parameters.wave)
    for number in range(0, len(guests), size):
        some = tuple(guests[number : number + size])
        names = ", ".join(guest.id for guest in some)
        steps.append(_start_some(draft, made, some, f"Start wave {number // size + 1}: {names}"[:72]))
    draft.state = after
    return new_phase(
        draft, "P6", "Start", "all nodes join, the least important domU starts, then the most important ones",
        steps, entry_gates=("G-JOIN",), rollback_to="P5", rollback_seconds=600, tools=NEW,
    )  # fmt: skip


def _join(draft: Draft, after: State) -> Step:
    first, others = draft.nodes[0], draft.nodes[1:]
    here = Console(NEW, first)
    attributes = [one.name for one in network_attributes(draft.survey)]
    asked = [here.node_attribute(name, attribute) for attribute in attributes for name in draft.nodes]
    criteria = [
        look("every node is online, and every clone runs on every node"),
        *(look(f"{name} is defined and above 0 on every node: without it no domU may run") for name in attributes),
        look("every fencing device is started, and has cut the power of its node in a test: date ______"),
        cold_start(draft, after),
    ]
    gate = draft.gate("G-JOIN", "May domUs start?", criteria)
    ask = f"crm_mon -1 -n | grep -c ': online' | grep -qx {len(draft.nodes)}"
    # By halves, the others come later, and must not be fenced until then.
    whole = len(draft.nodes) == len(draft.survey.names)
    return Step(
        title="Start openais on the other nodes" if others else "Is the cluster ready for domUs?",
        where=f"all nodes in order {', '.join(others) or first}", tools=NEW,
        commands=(
            *(Console(NEW, name).stack("start", openais=True) for name in others),
            here.wait(ask, 300, "crm_mon -1 -n"),
            *((here.delete_option("startup-fencing"), *quorum_again(draft, here)) if whole else ()),
            here.wait_idle(300), here.status(), *asked,
        ),
        expect="all nodes are online, everything below the domUs runs on all of them, and fencing works",
        verify=(
            Check(text=f"{len(draft.nodes)} nodes online, no Failed actions", command="crm_mon -1 -r -f",
                  run_on=first, must_not_show=("Failed actions", "UNCLEAN", *(("OFFLINE",) if whole else ()))),
            *(Check(text=f"{name} above 0 on every node", look_for=("value=",)) for name in attributes),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="nodes join, clones start"),
        rollback=Rollback(way=Way.POSSIBLE, text="stop the stack on the nodes that joined",
                 commands=tuple(Console(NEW, name).stack("stop", openais=True) for name in others),
                 proof="crm_mon -1 -n", seconds=120),
        risk=Risk(level=RiskLevel.MEDIUM, text="a node that does not answer is fenced"),
        decision=Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(criterion.text for criterion in criteria)),
        warnings=draft.cautions(*topic.FENCING),
    )  # fmt: skip


def quorum_again(draft: Draft, here: Console) -> tuple[Command, ...]:
    """Give no-quorum-policy back its value, where the first node had to act without quorum."""
    if ("no-quorum-policy", "ignore") not in interim(draft):
        return ()
    before = cluster_option(draft.survey.cluster, "no-quorum-policy")
    return (here.set_option("no-quorum-policy", before.value if before else "stop"),)


def _start_some(draft: Draft, made: Conversion, guests: tuple[Guest, ...], title: str) -> Step:
    here = Console(NEW, draft.nodes[0])
    names = tuple(made.name(guest.id) for guest in guests)
    duration = starting(draft, guests[0]) if len(guests) == 1 else together(
        draft.survey, guests, "start", draft.survey.parameters.start_domu)  # fmt: skip
    shown = ", ".join(names)
    return Step(
        title=title, where=here.run_on, tools=NEW,
        commands=(*map(here.start, names), *(here.wait_running(name, "", duration.hard) for name in names)),
        expect=f"{shown} run, each on one node" if len(names) > 1 else f"{shown} runs",
        verify=(
            Check(text=f"{shown}: running, no Failed actions", command="crm_mon -1 -r -f",
                  must_not_show=("Failed actions",)),
            Check(text="the services answer, and the disks are the right ones"),
        ),
        duration=duration,
        rollback=Rollback(way=Way.POSSIBLE, text="stopped again", commands=tuple(map(here.stop, names)),
                          proof="crm_mon -1 -r -f", seconds=60),
        risk=Risk(level=RiskLevel.HIGH, text="the first start on the converted volumes"),
        warnings=draft.cautions(*topic.TIMEOUTS, subjects=[guest.id for guest in guests]),
        starts=tuple(guest.id for guest in guests),
    )  # fmt: skip
