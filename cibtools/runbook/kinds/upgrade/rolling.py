"""Rolling upgrade in steps inside the 2.x and 0.6 families: one round through all nodes for each step.

Only the software of the hosts changes; the domUs move and are not restarted. Between two steps all nodes run the same
release for a day, since a step that is left half done is the least tested state of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from msgspec.structs import replace

from cibtools.runbook.blocks.draft import Draft, look, numbered
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.version import Version
from cibtools.runbook.kinds.patch.rolling import patch_phases
from cibtools.runbook.plan.enums import CommandKind, Light
from cibtools.runbook.plan.runbook import Criterion, Gate, Phase
from cibtools.runbook.plan.step import Check, Command, Duration, Soak, Step

_PER_HOP = 10
"""Phase numbers that one step takes: P0 to P9, then P10 to P19."""


def hop_phases(draft: Draft, path: tuple[Version, ...], change_id: str) -> tuple[Phase, ...]:
    """All phases of all steps; the gates are added to the draft."""
    found: list[Phase] = []
    gates: list[Gate] = []
    for number, (source, target) in enumerate(pairwise(path)):
        draft.gates, draft.patched = [], set()
        phases = patch_phases(draft, None, change_id, domus=False)
        draft.gates[0] = replace(draft.gates[0], criteria=(*draft.gates[0].criteria, *_extra(draft, source, target)))
        phases = tuple(_adapted(draft, phase, source, target) for phase in phases)
        wait = draft.survey.parameters.soak_hop
        phases = (*phases[:-1], replace(phases[-1], soak=Soak(min=wait, recommended=wait)))
        found += [_relabelled(phase, number) for phase in phases]
        gates += [replace(gate, id=_gate_id(gate.id, number)) for gate in draft.gates]
    draft.gates = gates
    return tuple(found)


def _extra(draft: Draft, source: Version, target: Version) -> Iterable[Criterion]:
    """What has to be asked besides before a step between releases."""
    yield look(f"the packages of {target} are on every node, in packages-{_short(target)} of the working directory")
    if source.is_heartbeat and source.minor == 0 and (target.minor > 0 or not target.is_heartbeat):
        orders = draft.features.orders
        ids = ", ".join(order.id for order in orders)
        text = "orders between clones and domUs have a score of 0, or the clones are interleaved"
        reason = f"{ids} are mandatory: the one update that failed so was from 2.0.7 to 2.1.3" if orders else "they do"
        accepted = "S-ORDER-RESTART" in draft.survey.wishes.accept
        light = Light.GREEN if not orders else Light.AMBER if accepted else Light.RED
        yield Criterion("", light, text, reason)


_OF_2_0 = (("cibadmin -5 -x cib.full.xml >", "md5sum cib.full.xml >"), ("crm_verify -V -x ", "crm_verify -V -X "))
"""What heartbeat 2.0 has instead: crm/admin of 2006 knows no `cibadmin -5`, and `crm_verify -X` for a file."""


def _in_2_0(step: Step) -> Step:
    """Return a step of the preparation in the spelling of heartbeat 2.0."""

    def told(text: str) -> str:
        for new, old in _OF_2_0:
            text = text.replace(new, old)
        return text

    commands = tuple(replace(one, text=told(one.text)) for one in step.commands)
    return replace(
        step, commands=commands, verify=tuple(replace(one, command=told(one.command)) for one in step.verify)
    )


def _short(version: Version) -> str:
    return str(version).replace(" ", "-").lower()


def _adapted(draft: Draft, phase: Phase, source: Version, target: Version) -> Phase:
    """The phase of a patch with the packages of a release in place of patches."""
    steps: list[Step] = []
    first = draft.nodes[0]
    before_2_1 = source.is_heartbeat and source.minor == 0
    for step in map(_in_2_0, phase.steps) if before_2_1 and phase.id == "P0" else phase.steps:
        if step.title == f"Install the patches on {step.where}":
            package = f'rpm -Uvh "$BK"/packages-{_short(target)}/*.rpm'
            commands = tuple(
                replace(one, text=package) if one.kind is CommandKind.CHANGE else one for one in step.commands
            )
            back = replace(step.rollback, text=step.rollback.text.replace("the versions", f"{source}, the versions"))
            steps.append(replace(step, title=f"Install {target} on {step.where}", commands=commands, rollback=back))
            if step.where == first:
                steps.append(_check_configuration(draft, first, target))
        else:
            steps.append(step)
    title = phase.title.replace("Preparation", f"Preparation for {target}").replace("Patch ", "Upgrade ")
    title = title.replace("leave it unpatched", f"leave it on {source}")
    return replace(phase, title=title, steps=numbered(phase.id, steps))


def _check_configuration(draft: Draft, node: str, target: Version) -> Step:
    """Let the new release read the configuration before it has to live with it."""
    here, saved = Console(draft.tools, node), Console(draft.tools, draft.survey.other("", ()))
    fetched = (saved.shell(f'scp -p cib.full.xml {quoted(node)}:"$BK"/'),) if saved.run_on != node else ()
    return Step(
        title=f"Let {target} check the configuration before it starts",
        where=node,
        tools=draft.tools,
        commands=(
            *fetched,
            Command(
                run_on=node,
                kind=CommandKind.READ,
                text=f'cd "$BK" && {here.verify_file("cib.full.xml").text}',
                tools=draft.tools,
            ),
        ),
        expect="the new release has nothing against the configuration",
        verify=(Check(text="prints nothing", command="crm_verify -V -x cib.full.xml", run_on=node),),
        duration=Duration(nominal=60, limit=180, hard=180, basis="a look"),
    )


def _gate_id(identity: str, number: int) -> str:
    return identity if number == 0 else f"{identity}#{number + 1}"


def _phase_id(identity: str, number: int) -> str:
    return re.sub(r"^P(\d+)", lambda match: f"P{int(match[1]) + _PER_HOP * number}", identity)


def _relabelled(phase: Phase, number: int) -> Phase:
    """The phase with the numbers of its step."""
    steps = tuple(
        replace(
            step,
            id=_phase_id(step.id, number),
            decision=replace(step.decision, gate=_gate_id(step.decision.gate, number) if step.decision.gate else ""),
        )
        for step in phase.steps
    )
    return replace(
        phase,
        id=_phase_id(phase.id, number),
        steps=steps,
        entry_gates=tuple(_gate_id(gate, number) for gate in phase.entry_gates),
        exit_gates=tuple(_gate_id(gate, number) for gate in phase.exit_gates),
        rollback_to=_phase_id(phase.rollback_to, number),
    )
