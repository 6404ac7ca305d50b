"""Runbooks without a strategy: saving, putting back, testing, adding; there is one way to do each."""

from __future__ import annotations

from collections.abc import Callable

from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.compose import around, ask, begin, derived_id
from cibtools.runbook.estimate.order import importance
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.kinds.acceptance.phases import acceptance_phases
from cibtools.runbook.kinds.add_domu.phases import add_domu_phases
from cibtools.runbook.kinds.backup.phases import backup_phases
from cibtools.runbook.kinds.restore.phases import restore_phases
from cibtools.runbook.plan.enums import RunbookKind
from cibtools.runbook.plan.remark import Remark
from cibtools.runbook.plan.runbook import Phase, Runbook

_SUMMARIES = {
    RunbookKind.BACKUP: "The CIB is saved while the cluster is idle, whole and in sections, with the files of every "
    "host; it gets checksums, leaves the hosts, and is read once by somebody who has to make sense of it.",
    RunbookKind.RESTORE: "The state of now is saved first. Then exactly one of P2 to P6 is done: one object, sections, "
    "the whole with the cluster running, the whole with the cluster down, or new hosts.",
    RunbookKind.ACCEPTANCE: "Every failure that the cluster is there for is made to happen once, from harmless to "
    "destructive, and measured against what the configuration promises.",
    RunbookKind.ADD_DOMU: "The domU is loaded unmanaged, started by hand, watched, and handed over to the cluster only "
    "then; after that it is moved, stopped and killed once. Until it is handed over it can harm nobody but itself.",
}
_USED = {
    RunbookKind.ACCEPTANCE: (
        "link", "stream", "dirty_percent", "migration_fix", "start_domu", "stop_domu", "overhead", "overhead_permille",
        "reboot",
    ),
    RunbookKind.ADD_DOMU: ("stream", "dirty_percent", "migration_fix", "overhead", "overhead_permille"),
}  # fmt: skip
_BUILDERS: dict[RunbookKind, Callable[[Draft, str], tuple[Phase, ...]]] = {
    RunbookKind.BACKUP: backup_phases,
    RunbookKind.RESTORE: restore_phases,
    RunbookKind.ACCEPTANCE: acceptance_phases,
    RunbookKind.ADD_DOMU: add_domu_phases,
}


def plain_runbook(
    kind: RunbookKind,
    cluster: Cluster,
    wishes: Wishes,
    parameters: Parameters,
    remarks: tuple[Remark, ...] | None = None,
) -> Runbook:
    """The runbook of a kind that has no strategy to choose."""
    found = survey(cluster, wishes, parameters)
    order = importance(found)
    change_id = wishes.change_id or derived_id(found, kind)
    draft = begin(found, ask(found).features, order, remarks)
    phases = _BUILDERS[kind](draft, change_id)
    return around(draft, None, kind, phases, order, change_id, _SUMMARIES[kind], _USED.get(kind, ()))
