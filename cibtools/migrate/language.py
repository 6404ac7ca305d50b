"""Which language the input speaks (M001), as `backup.cib.dialect` decides it for all commands."""

from __future__ import annotations

from cibtools.backup.cib.dialect import Mark
from cibtools.cluster.model.cluster import Cluster
from cibtools.migrate.record.outcome import Given


def language(cluster: Cluster) -> tuple[Given, Mark | None, Mark | None]:
    """Tell the language of what is to be migrated, with a sign of the old and of the new one.

    A mixture is MIXED if it is read as heartbeat 2.1's, and NEW with a sign of the old one if it is Pacemaker's.
    """
    if cluster.forced_dialect is not None:
        return (Given.NEW if cluster.dialect.is_pacemaker else Given.OLD), None, None
    found = cluster.detection
    given = Given.NEW if cluster.dialect.is_pacemaker else Given.MIXED if found.mixed else Given.OLD
    strong = [mark for mark in found.new if not mark.weak] or found.new
    return given, next(iter(found.old), None), next(iter(strong), None)
