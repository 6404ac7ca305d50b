"""Everything that the planning report tells, found out by the other rooms one after the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from cibtools.runbook.facts.parameters import Wishes

if TYPE_CHECKING:
    from cibtools.briefing.record import Briefing
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.migrate.proof.judge import Verdict
    from cibtools.migrate.record.outcome import Migration
    from cibtools.runbook.compose.kind import Kind, Request
    from cibtools.runbook.plan.runbook import Runbook


class Asked(Struct, frozen=True):
    """What the options of the command say."""

    wishes: Wishes
    answers: Path | None
    simulate: bool
    verify: bool
    rehearse: bool


def briefing(cluster: Cluster, asked: Asked, beside: str) -> Briefing:
    """Find out everything about a cluster on its way to the release of the wishes; `beside` is where settings lie."""
    from cibtools.briefing.compose import Results, compose
    from cibtools.cli.inputs.config import find_configuration
    from cibtools.cli.planning.conversion import conversion
    from cibtools.cli.planning.remarks import find_expert, lint_findings, remarks_of
    from cibtools.runbook.compose.kind import Request
    from cibtools.runbook.kinds.registry import load_kind

    migration = _migrated(cluster, asked)
    findings = lint_findings(cluster)
    request = Request(
        cluster=cluster,
        wishes=asked.wishes,
        parameters=find_configuration(beside).runbook(),
        remarks=remarks_of(cluster, findings),
        expert=find_expert(cluster) if asked.simulate else None,
        convert=lambda: conversion(cluster, asked.answers),
    )
    kind = load_kind("convert" if _converts(cluster, asked) else "upgrade")
    runbook = kind.build(request)
    lines, surprises = (
        _rehearsed(kind, runbook, request, asked.answers) if asked.rehearse and runbook.phases else ((), 0)
    )
    return compose(
        asked.wishes.to_version,
        Results(
            cluster=cluster, findings=findings, runbook=runbook, migration=migration,
            proof=_proven(migration) if asked.verify and migration else None, rehearsal=lines, surprises=surprises,
        ),
    )  # fmt: skip


def _converts(cluster: Cluster, asked: Asked) -> bool:
    """True if the way leads from heartbeat to SLE HA 11; which release of heartbeat it is makes no difference then."""
    return not cluster.dialect.is_pacemaker and asked.wishes.to_version.startswith("sle-ha-11")


def _migrated(cluster: Cluster, asked: Asked) -> Migration | None:
    """The migration that the target needs; None for a CIB that is in Pacemaker's dialect already."""
    from cibtools.cli.inputs.answers import read_answers, refuse_idle
    from cibtools.cli.planning.conversion import answers_beside
    from cibtools.migrate.answers import Stack
    from cibtools.migrate.pipeline import migrate

    if cluster.dialect.is_pacemaker or not cluster.cib_documents:
        return None
    path = asked.answers or answers_beside(cluster)
    answers = replace(read_answers(path), stack=Stack.OPENAIS if _converts(cluster, asked) else Stack.HEARTBEAT)
    if asked.answers and answers.accept:
        refuse_idle(answers, [cluster], asked.answers)
    return migrate(cluster, answers)


def _proven(migration: Migration) -> Verdict | None:
    """What the real scheduler says of the migration; None if it is not installed, or answers are missing."""
    from cibtools.cli.planning.simulator import find_simulator
    from cibtools.migrate.proof.judge import judge_migration

    simulator = find_simulator()
    return judge_migration(migration, simulator) if simulator and not migration.blocked else None


def _rehearsed(kind: Kind, runbook: Runbook, request: Request, answers: Path | None) -> tuple[tuple[str, ...], int]:
    """What came of a rehearsal, and the number of surprises."""
    from cibtools.cli.rehearsal.outcome import rehearsed
    from cibtools.cli.rehearsal.record import summary

    record = rehearsed(kind, runbook, request, answers)
    return tuple(summary(record)), len(record.surprises)
