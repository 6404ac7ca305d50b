"""What the phases of all kinds have in common: when to stop, and steps that are nothing but a decision."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft, numbered
from cibtools.runbook.plan.enums import StopKind, Tools
from cibtools.runbook.plan.runbook import Phase, Table
from cibtools.runbook.plan.step import NO_SOAK, Decision, Soak, Step

ABORT = (
    "failed actions appear",
    "a domU restarts that nobody restarted",
    "a node is fenced",
    "a wait gives up",
    "the window that is left is shorter than the way back",
)
"""When to stop and turn back, in every phase."""


def new_phase(
    draft: Draft, identity: str, title: str, purpose: str, steps: list[Step], *,
    tools: Tools | None = None, entry_gates: tuple[str, ...] = (), exit_gates: tuple[str, ...] = (),
    point_of_no_return: bool = False, rollback_to: str = "", rollback_seconds: int = 0, soak: Soak = NO_SOAK,
    tables: tuple[Table, ...] = (),
) -> Phase:  # fmt: skip
    """Number the steps of a phase and note where every domU runs after it; tools are those before the exchange."""
    named = purpose.startswith(draft.survey.names)
    told = purpose if named else purpose[:1].upper() + purpose[1:]
    return Phase(
        identity, title, told, tools or draft.tools, numbered(identity, steps), entry_gates=entry_gates,
        exit_gates=exit_gates, point_of_no_return=point_of_no_return, rollback_to=rollback_to,
        rollback_seconds=rollback_seconds, soak=soak, state_after=draft.loads(), abort_if=ABORT, tables=tables,
    )  # fmt: skip


def decide(draft: Draft, gate: str, title: str) -> Step:
    """A step that is nothing but a decision."""
    texts = tuple(criterion.text for criterion in next(found for found in draft.gates if found.id == gate).criteria)
    return Step(
        title=title, where=draft.console().run_on, tools=draft.tools, commands=(), expect="a written yes or no",
        decision=Decision(kind=StopKind.GO, gate=gate, questions=texts),
    )  # fmt: skip
