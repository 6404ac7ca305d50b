"""The kind `backup`: save a cluster's configuration."""

from __future__ import annotations

from cibtools.runbook.compose.kind import Kind, Request
from cibtools.runbook.compose.outline import Procedure, around, outline
from cibtools.runbook.kinds.backup.phases import backup_phases
from cibtools.runbook.plan.runbook import Runbook

BACKUP = Procedure(
    id="cib-backup",
    title="Configuration backup",
    summary="The CIB is saved while the cluster is idle, whole and in sections, with the files of every host; it gets "
    "checksums, leaves the hosts, and is read once by somebody who has to make sense of it.",
)


def build(request: Request) -> Runbook:
    """Return the runbook that saves a cluster's configuration."""
    plan = outline(request)
    draft = plan.draft()
    return around(plan, draft, backup_phases(draft, plan.change_id(BACKUP)), BACKUP)


KIND = Kind(
    name="backup",
    title=BACKUP.title,
    summary="Save the CIB and what belongs to it, with checksums, off the hosts.",
    build=build,
)
