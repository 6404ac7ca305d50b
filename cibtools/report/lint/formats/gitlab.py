"""Code Quality of GitLab, which shows findings in merge requests."""

from __future__ import annotations

from cibtools.errors import CibtoolsError
from cibtools.lint.record.finding import Finding, Severity
from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.json import Json, JsonValue, to_text
from cibtools.report.shared.options import TextOptions

SUFFIX = ".json"

_LEVEL = {Severity.ERROR: "critical", Severity.WARNING: "major", Severity.INFO: "info"}


def render(run: LintRun, options: TextOptions) -> str:
    """The findings as one list; what could not be done is an issue that blocks."""
    issues: list[JsonValue] = [_failure(error, number) for number, error in enumerate(run.errors)]
    return to_text([*issues, *(_issue(finding) for finding in run.findings)])


def _issue(finding: Finding) -> Json:
    return {
        "description": finding.message,
        "check_name": finding.code,
        "fingerprint": finding.fingerprint,
        "severity": _LEVEL[finding.severity],
        "location": {"path": finding.location.path, "lines": {"begin": finding.location.line}},
    }


def _failure(error: CibtoolsError, number: int) -> Json:
    place = error.location
    return {
        "description": f"{error.message} ({error.hint})" if error.hint else error.message,
        "check_name": "cibtools",
        "fingerprint": f"cibtools-error-{number}",
        "severity": "blocker",
        "location": {"path": place.path if place else ".", "lines": {"begin": place.line if place else 1}},
    }
