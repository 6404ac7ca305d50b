"""Findings for programs: JSON as `schemas/lint-output.schema.json` describes it.

`version` grows when a field changes its meaning or goes away; new fields may come at any time. `finding_object` is the
form of one finding, for other commands that report some.
"""

from __future__ import annotations

from collections import Counter

from cibtools import __version__
from cibtools.backup.cib.tree import CibTree
from cibtools.backup.document import Document
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.record.finding import Finding, Severity
from cibtools.lint.record.outcome import LintRun, Skipped
from cibtools.report.lint.summary import read_count
from cibtools.report.shared.json import Json, error_object, location_object, to_text
from cibtools.report.shared.options import TextOptions

SUFFIX = ".json"

VERSION = 1


def render(run: LintRun, options: TextOptions) -> str:
    """The whole run as one JSON object."""
    return to_text(
        {
            "version": VERSION,
            "tool": {"name": "cibtools", "version": __version__},
            "summary": _summary(run),
            "clusters": [{"root": cluster.backup.root, "dialect": cluster.dialect.value} for cluster in run.clusters],
            "errors": [error_object(error) for error in run.errors],
            "findings": [finding_object(finding) for finding in run.findings],
            "suppressed": [{**finding_object(finding), "reason": finding.suppressed_by} for finding in run.suppressed],
            "skipped_rules": [_skipped(found) for found in run.skipped],
            "files": [_file(cluster, document) for cluster in run.clusters for document in cluster.backup.documents],
        }
    )


def finding_object(finding: Finding) -> Json:
    """One finding."""
    return {
        "code": finding.code,
        "name": finding.name,
        "variant": finding.variant or None,
        "severity": finding.severity.value,
        "confidence": finding.confidence,
        "message": finding.message,
        "remedy": finding.remedy or None,
        "location": location_object(finding.location),
        "related": [
            {"message": note.message, "location": location_object(note.place.location)} for note in finding.notes
        ],
        "route": finding.route,
        "fingerprint": finding.fingerprint,
        "subjects": list(finding.subjects),
        "fixes": [{"title": fix.title, "safe": fix.safe, "live": fix.live or None} for fix in finding.fixes],
    }


def _summary(run: LintRun) -> Json:
    counts = Counter(finding.severity for finding in run.findings)
    return {
        "findings": len(run.findings),
        **{severity.value: counts[severity] for severity in Severity},
        "suppressed": len(run.suppressed),
        "accepted": len(run.accepted),
        "skipped_rules": len({found.rule.code for found in run.skipped}),
        "rules": len(run.rules),
        "clusters": len(run.clusters),
        "files": len(run.documents),
        "files_read": read_count(run),
    }


def _skipped(found: Skipped) -> Json:
    return {"code": found.rule.code, "name": found.rule.name, "cluster": found.root, "missing": list(found.missing)}


def _file(cluster: Cluster, document: Document) -> Json:
    content = document.content
    dialect = cluster.dialect_of(document).value if isinstance(content, CibTree) else None
    return {
        "path": document.path,
        "cluster": cluster.backup.root,
        "kind": document.kind.value,
        "reason": document.reason,
        "dialect": dialect,
        "host": document.host,
        "defects": [
            {"variant": defect.variant, "message": defect.message, "fatal": defect.fatal} for defect in document.defects
        ],
    }
