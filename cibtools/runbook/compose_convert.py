"""The runbook of a conversion: an upgrade whose ends are known."""

from __future__ import annotations

from dataclasses import replace

from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.compose import upgrade_runbook
from cibtools.runbook.estimate.confirm import Expert
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.remark import Remark
from cibtools.runbook.plan.runbook import Runbook


def convert_runbook(
    cluster: Cluster,
    wishes: Wishes,
    parameters: Parameters,
    remarks: tuple[Remark, ...] | None = None,
    expert: Expert | None = None,
    made: Conversion | None = None,
) -> Runbook:
    """The conversion of a heartbeat cluster to SLE HA 11, or the reasons why it is refused."""
    # That the CIB speaks heartbeat's language is enough to know: no release of it can stay.
    source = wishes.from_version or ("" if cluster.dialect.is_pacemaker else "heartbeat-2.1")
    wished = replace(
        wishes,
        from_version=source,
        to_version=wishes.to_version or "sle-ha-11",
        method="shutdown" if wishes.method == "auto" else wishes.method,
    )
    return upgrade_runbook(cluster, wished, parameters, remarks, expert, made)
