"""One line per finding: `path:line:column: severity CODE name: message`, for grep, editors and old terminals."""

from __future__ import annotations

from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.options import TextOptions
from cibtools.report.shared.printable import visible

SUFFIX = ".txt"


def render(run: LintRun, options: TextOptions) -> str:
    """A line for each finding, and for each thing that could not be done; nothing if there is neither."""
    lines = []
    for error in run.errors:
        where = f"{visible(error.location.path)}:{error.location.line}:1: " if error.location else ""
        lines.append(f"{where}error: {visible(error.message)}\n")
    for finding in run.findings:
        place = finding.location
        lines.append(
            f"{visible(place.path)}:{place.line}:{place.column}: {finding.severity.value} {finding.code} "
            f"{finding.name}: {visible(finding.message)}\n"
        )
    return "".join(lines)
