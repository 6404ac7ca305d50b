"""Put the results of the other rooms together into one report."""

from __future__ import annotations

from msgspec import Struct

from cibtools.briefing.questions import given, questions
from cibtools.briefing.record import Briefing, Given
from cibtools.briefing.risks import risks
from cibtools.briefing.unknown import unknown
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.record.finding import Finding
from cibtools.migrate.proof.judge import Verdict
from cibtools.migrate.record.outcome import Migration
from cibtools.runbook.plan.runbook import Runbook


class Results(Struct, frozen=True, kw_only=True, eq=False):
    """What was found out about one cluster."""

    cluster: Cluster
    findings: tuple[Finding, ...]
    runbook: Runbook
    migration: Migration | None = None
    proof: Verdict | None = None
    rehearsal: tuple[str, ...] = ()
    surprises: int = 0


def compose(target: str, results: Results) -> Briefing:
    """Return the report on the way to `target`."""
    migration = results.migration
    return Briefing(
        target,
        results.cluster,
        results.runbook,
        migration,
        results.findings,
        questions(migration) if migration else (),
        given(migration.answers) if migration else Given(),
        risks(results.runbook, results.findings),
        unknown(results.runbook),
        results.proof,
        results.rehearsal,
        results.surprises,
    )
