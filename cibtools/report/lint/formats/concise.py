"""One line per finding: `path:line:column: severity CODE name: message`, for grep, editors and old terminals."""

from __future__ import annotations

from cibtools.lint.record.outcome import LintRun
from cibtools.report.shared.options import TextOptions
from cibtools.report.shared.printable import visible

SUFFIX = ".txt"


def render(run: LintRun, options: TextOptions) -> str:
    """A line for each finding; nothing if there are none."""
    lines = []
    for finding in run.findings:
        place = finding.location
        lines.append(
            f"{visible(place.path)}:{place.line}:{place.column}: {finding.severity.value} {finding.code} "
            f"{finding.name}: {visible(finding.message)}\n"
        )
    return "".join(lines)
