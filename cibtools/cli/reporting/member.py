"""One cluster of a fleet: its report in short, and what became of it since an earlier backup."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from cibtools.cli.reporting.briefing import Asked

if TYPE_CHECKING:
    from cibtools.cli.reporting.backups import Backups
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.fleet.record import Member, TimeDrift

_TOLD = 3
"""So many differences to an earlier backup are told in words."""


class Task(Struct, frozen=True):
    """What is to be found out about one cluster."""

    backups: Backups
    asked: Asked
    since: str
    """`2026-11-01`: compare with the last backup until that day; empty for the one before the newest."""
    max_size: int
    report: bool
    """True if its own report is wanted too."""


class Done(Struct, frozen=True):
    """What came of it."""

    member: Member
    page: str
    """The report of the cluster; empty if it is not wanted, or none can be made."""


def judge(task: Task) -> Done:
    """Judge the newest backup; an error of a cluster becomes a part of the result, so that the others go on."""
    from cibtools.errors import CibtoolsError
    from cibtools.fleet.record import Member, State

    newest, count = task.backups.paths[-1], len(task.backups.paths)
    try:
        return _judged(task, newest)
    except CibtoolsError as error:
        return Done(Member(task.backups.name, newest, count, State.NONE, str(error)), "")


def _judged(task: Task, newest: str) -> Done:
    from cibtools.cli.inputs.choice import InputChoice
    from cibtools.cli.inputs.open import read_inputs
    from cibtools.cli.outputs.formats import BRIEFING
    from cibtools.cli.reporting.briefing import briefing
    from cibtools.errors import InputError
    from cibtools.fleet.copies import copy_drift
    from cibtools.fleet.record import Member, Obstacle, State
    from cibtools.report.briefing.arrange import view

    read = read_inputs(InputChoice((newest,), max_size=task.max_size))
    if len(read.clusters) != 1 or not read.clusters[0].cib_documents:
        for error in read.errors:
            raise error
        raise InputError(f"{newest}: {len(read.clusters)} clusters, where one is needed")
    (cluster,) = read.clusters
    found = briefing(cluster, task.asked, newest)
    shown = view(found)
    sessions = found.runbook.sessions
    member = Member(
        task.backups.name,
        newest,
        len(task.backups.paths),
        {"good": State.GO, "look": State.LOOK, "stop": State.STOP}[shown.screen.state],
        "; ".join(map(str, read.errors)),
        len(found.runbook.cluster.nodes),
        found.runbook.cluster.domus,
        tuple(Obstacle(one.code, one.text) for one in shown.screen.conditions),
        len(sessions),
        max((one.seconds for one in sessions), default=0),
        max((one.seconds for one in shown.runbook.outages), default=0),
        copy_drift(cluster),
        _since(task, cluster),
    )
    return Done(member, BRIEFING.renderer("html")(found) if task.report else "")


def _since(task: Task, newest: Cluster) -> TimeDrift | None:
    """Compare with the earlier backup; None if there is none."""
    from cibtools.cli.inputs.open import read_one
    from cibtools.cluster.compare.compare import compare, side_of
    from cibtools.fleet.record import TimeDrift
    from cibtools.report.difference.words import told

    pairs = list(zip(task.backups.days[:-1], task.backups.paths[:-1], strict=True))
    before = [path for day, path in pairs if not task.since or day <= task.since]
    if not before:
        return None
    old = read_one(before[-1], task.max_size)
    name = before[-1].rpartition("/")[2]
    if old.dialect.is_pacemaker != newest.dialect.is_pacemaker:
        return TimeDrift(name, 1, (f"the dialect: {old.dialect.title} -> {newest.dialect.title}",))
    found = compare(side_of(old), side_of(newest)).differences
    return TimeDrift(name, len(found), tuple(told(one) for one in found[:_TOLD]))
