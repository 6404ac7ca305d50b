"""Validation as a run of the linter with one rule, so that every format of report serves it."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Severity
from cibtools.lint.record.outcome import LintRun
from cibtools.lint.record.rule import Rule

SCHEMA_RULE = "CIB005"


def validate(clusters: Sequence[Cluster], rules: Sequence[Rule]) -> LintRun:
    """Hold every CIB document against the schema of its dialect; no comment silences a schema."""
    rule = next(rule for rule in rules if rule.code == SCHEMA_RULE)
    asked = replace(rule, check="schema.violated_anywhere", dialects=tuple(Dialect))
    run = Engine((asked,)).run(clusters)
    both = [replace(finding, suppressed_by="", severity=Severity.ERROR) for finding in (*run.findings, *run.suppressed)]
    both.sort(key=lambda finding: (finding.place.document.path, finding.place.span.start, finding.message))
    judged = (_judged(cluster) for cluster in clusters)
    return LintRun(tuple(both), (), (), tuple(cluster for cluster in judged if cluster.cib_documents), (rule,))


def _judged(cluster: Cluster) -> Cluster:
    """The documents about which there is a verdict: reports count no others."""
    return Cluster(replace(cluster.backup, documents=cluster.cib_documents))
