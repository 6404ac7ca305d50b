"""The runbook of a conversion: an upgrade whose ends are known."""

from __future__ import annotations

from dataclasses import replace

from cibtools.cluster.cluster import Cluster
from cibtools.runbook.compose import upgrade_runbook
from cibtools.runbook.confirm import Expert
from cibtools.runbook.conversion import Conversion
from cibtools.runbook.model import Runbook
from cibtools.runbook.note import Note
from cibtools.runbook.parameters import Parameters, Wishes


def convert_runbook(
    cluster: Cluster,
    wishes: Wishes,
    parameters: Parameters,
    notes: tuple[Note, ...] | None = None,
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
    return upgrade_runbook(cluster, wished, parameters, notes, expert, made)
