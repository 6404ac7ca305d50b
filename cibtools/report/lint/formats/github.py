"""Workflow commands of GitHub Actions, which become annotations on the lines of a pull request."""

from __future__ import annotations

from cibtools.errors import CibtoolsError
from cibtools.lint.record.finding import Finding, Severity
from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.options import TextOptions
from cibtools.report.shared.printable import visible

SUFFIX = ".txt"

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(run: LintRun, options: TextOptions) -> str:
    """A workflow command for each finding, and for each thing that could not be done."""
    lines = (*map(_failure, run.errors), *map(_command, run.findings))
    return "".join(f"{line}\n" for line in lines)


def _failure(error: CibtoolsError) -> str:
    place = error.location
    where = f"file={_property(place.path)},line={place.line}," if place else ""
    message = f"{error.message}\n{error.hint}" if error.hint else error.message
    return f"::error {where}title=cibtools::{_data(message)}"


def _command(finding: Finding) -> str:
    place = finding.location
    properties = {
        "file": place.path,
        "line": str(place.line),
        # The runner ignores columns of places that span several lines, and says so in the log.
        **({"col": str(place.column)} if place.line == place.end_line else {}),
        "endLine": str(place.end_line),
        **({"endColumn": str(max(place.column, place.end_column - 1))} if place.line == place.end_line else {}),
        "title": f"{finding.code} {finding.name}",
    }
    joined = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = f"{finding.message}\n{finding.remedy}" if finding.remedy else finding.message
    return f"::{_LEVEL[finding.severity]} {joined}::{_data(message)}"


def _data(text: str) -> str:
    """Escape as the runner reads it; other control characters would act on the log."""
    lines = text.replace("%", "%25").split("\n")
    return "%0A".join(visible(line) for line in lines)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
