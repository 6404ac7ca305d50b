"""The kind `add-domu`: add a domU."""

from __future__ import annotations

from cibtools.runbook.compose.kind import Kind, Option, Request
from cibtools.runbook.compose.outline import Procedure, around, outline
from cibtools.runbook.kinds.add_domu.phases import add_domu_phases
from cibtools.runbook.plan.runbook import Runbook

ADD_DOMU = Procedure(
    id="add-domu",
    title="New domU",
    summary="The domU is loaded unmanaged, started by hand, watched, and handed over to the cluster only then; after "
    "that it is moved, stopped and killed once. Until it is handed over it can harm nobody but itself.",
    assumed=("stream", "dirty_percent", "migration_fix", "overhead", "overhead_permille"),
)


def build(request: Request) -> Runbook:
    """Return the runbook that adds a domU."""
    plan = outline(request)
    draft = plan.draft()
    return around(plan, draft, add_domu_phases(draft, plan.change_id(ADD_DOMU)), ADD_DOMU)


KIND = Kind(
    name="add-domu",
    title=ADD_DOMU.title,
    summary="Add a domU without endangering the others.",
    build=build,
    options=frozenset({Option.ACCEPT, Option.NODES}),
)
