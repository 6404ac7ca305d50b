"""What the phases of all kinds have in common: when to stop, and steps that are nothing but a decision."""

from __future__ import annotations

from dataclasses import replace

from cibtools.runbook.blocks.draft import Draft, numbered
from cibtools.runbook.plan.enums import StopKind
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Decision, Step

ABORT = (
    "failed actions appear",
    "a domU restarts that nobody restarted",
    "a node is fenced",
    "a wait gives up",
    "the window that is left is shorter than the way back",
)
"""When to stop and turn back, in every phase."""


def new_phase(draft: Draft, identity: str, title: str, purpose: str, steps: list[Step], **more: object) -> Phase:
    """A phase with its steps numbered, and where every domU runs after it."""
    named = purpose.startswith(draft.survey.names)
    told = purpose if named else purpose[:1].upper() + purpose[1:]
    phase = Phase(identity, title, told, draft.tools, numbered(identity, steps), abort_if=ABORT)
    return replace(phase, state_after=draft.loads(), **more)  # type: ignore[arg-type]


def decide(draft: Draft, gate: str, title: str) -> Step:
    """A step that is nothing but a decision."""
    texts = tuple(criterion.text for criterion in next(found for found in draft.gates if found.id == gate).criteria)
    return Step(
        title=title, where=draft.console().run_on, tools=draft.tools, commands=(), expect="a written yes or no",
        decision=Decision(kind=StopKind.GO, gate=gate, questions=texts),
    )  # fmt: skip
