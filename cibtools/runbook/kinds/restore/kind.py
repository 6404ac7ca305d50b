"""The kind `restore`: put a configuration back."""

from __future__ import annotations

from cibtools.runbook.compose.kind import Kind, Request
from cibtools.runbook.compose.outline import Procedure, around, outline
from cibtools.runbook.kinds.restore.phases import restore_phases
from cibtools.runbook.plan.runbook import Runbook

RESTORE = Procedure(
    id="cib-restore",
    title="Configuration restore",
    summary="The state of now is saved first. Then exactly one of P2 to P6 is done: one object, sections, the whole "
    "with the cluster running, the whole with the cluster down, or new hosts.",
)


def build(request: Request) -> Runbook:
    """Return the runbook that puts a configuration back."""
    plan = outline(request)
    draft = plan.draft()
    return around(plan, draft, restore_phases(draft, plan.change_id(RESTORE)), RESTORE)


KIND = Kind(
    name="restore",
    title=RESTORE.title,
    summary="Put one object, sections or the whole CIB back.",
    build=build,
    rehearsed_after="backup",
)
