"""What ran where when the backup was taken: from the status section, else from the text of crm_mon beside it."""

from __future__ import annotations

from collections.abc import Mapping

from cibtools.backup.heartbeat.crm_mon import CrmMon
from cibtools.backup.record.fact import Truth
from cibtools.backup.record.kind import Kind
from cibtools.cluster.derived.activity import Activity, activities
from cibtools.cluster.model.cluster import Cluster


def seen_running(cluster: Cluster) -> Mapping[str, tuple[Activity, ...]]:
    """Active resources by id; what crm_mon printed counts only where there is no status section."""
    found = activities(cluster)
    printed = printed_by_crm_mon(cluster)
    if found or printed is None:
        return found
    places = {one.id: printed.places_of(one.id) for one in cluster.primitives}
    return {name: tuple(Activity(node, False) for node in nodes) for name, nodes in places.items() if nodes}


def seen_online(cluster: Cluster, name: str) -> tuple[Truth, bool | None]:
    """Whether a node was online in what crm_mon printed, and whether it was in standby there."""
    printed = printed_by_crm_mon(cluster)
    mode = next((node.mode for node in printed.nodes if node.name == name), None) if printed else None
    if mode is None:
        return Truth.UNKNOWN, None
    return (Truth.YES if mode in ("online", "standby") else Truth.NO), mode == "standby"


def printed_by_crm_mon(cluster: Cluster) -> CrmMon | None:
    """Return the first text of crm_mon that lists nodes; None if the backup has none."""
    for document in cluster.backup.of_kind(Kind.CRM_MON):
        if isinstance(document.content, CrmMon) and document.content.nodes:
            return document.content
    return None
