"""What the tests on nodes share: the ways to empty a node, and its ha.cf."""

from __future__ import annotations

from cibtools.backup.heartbeat.ha_cf import HaCf
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.standby import empty_node, online
from cibtools.runbook.plan.step import Command, Decision, Duration


def ha_cf(draft: Draft) -> HaCf | None:
    """The first ha.cf of the backup."""
    return next((found for _, found in draft.survey.cluster.ha_cfs), None)


def evacuation(draft: Draft, node: str) -> tuple[tuple[Command, ...], Duration, Decision]:
    """The commands and the time that emptying a node takes, and the question before it; then the node serves again.

    What has left does not come back by itself, so that the next node has more to give away. The question about a node
    is asked once: T-05 is the first to empty it.
    """
    known = {gate.id for gate in draft.gates}
    ask, step = empty_node(draft, node)
    online(draft, node)
    if ask.decision.gate in known:
        draft.gates.pop()
    return step.commands, step.duration, ask.decision
