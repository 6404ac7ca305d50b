"""The kind `acceptance`: test what a cluster must survive."""

from __future__ import annotations

from cibtools.runbook.compose.kind import Kind, Option, Request
from cibtools.runbook.compose.outline import MOVING, Procedure, around, outline
from cibtools.runbook.kinds.acceptance.phases import acceptance_phases
from cibtools.runbook.plan.runbook import Runbook

ACCEPTANCE = Procedure(
    id="acceptance",
    title="Acceptance test",
    summary="Every failure that the cluster is there for is made to happen once, from harmless to destructive, and "
    "measured against what the configuration promises.",
    assumed=(*MOVING, "reboot"),
)


def build(request: Request) -> Runbook:
    """Return the runbook that tests a cluster."""
    plan = outline(request)
    draft = plan.draft()
    return around(plan, draft, acceptance_phases(draft, plan.change_id(ACCEPTANCE)), ACCEPTANCE)


KIND = Kind(
    name="acceptance",
    title=ACCEPTANCE.title,
    summary="Test what the cluster must survive, from harmless to destructive.",
    build=build,
    options=frozenset({Option.ACCEPT, Option.NODES}),
)
