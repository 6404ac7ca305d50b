"""Findings in the order in which they matter for the change: what blocks, what to mend before, what a step meets."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from cibtools.lint.record.finding import Finding, Severity
from cibtools.report.lint.formats.text import SecretPlaces, finding_pieces
from cibtools.report.shared.style import paint
from cibtools.runbook.plan.runbook import Runbook

GATES = {
    "blocker": "Blockers: the cluster rejects or ignores this, or data is at stake",
    "before": "Before the change: it works until something happens",
    "during": "During the change: a step meets this",
    "after": "After the change: worth a look",
}
_WIDTH = 100


class Shown(Struct, frozen=True):
    """One finding, or several of one rule."""

    code: str
    severity: str
    message: str
    remedy: str
    where: str
    frame: str
    """The lines of the file with carets, as `lint` prints them."""
    more: tuple[str, ...]
    """Where the same rule reports besides."""
    steps: tuple[str, ...]
    """The steps that carry it as a warning."""
    again: str
    """The command that tells whether it is mended."""


def by_gate(findings: Iterable[Finding], runbook: Runbook, root: str) -> tuple[tuple[str, str, tuple[Shown, ...]], ...]:
    """The findings by gate: key, heading, findings; equal messages of a rule are folded."""
    steps: dict[str, list[str]] = {}
    for phase in runbook.phases:
        for step in phase.steps:
            for caution in step.warnings:
                steps.setdefault(caution.rule, []).append(step.id)
    series: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        series.setdefault((_gate(finding, steps), finding.code + finding.variant), []).append(finding)
    secrets = SecretPlaces()
    groups: dict[str, list[Shown]] = {}
    for (gate, _), alike in series.items():
        groups.setdefault(gate, []).append(_shown(alike, steps, secrets, root))
    return tuple((gate, title, tuple(groups[gate])) for gate, title in GATES.items() if gate in groups)


def _gate(finding: Finding, steps: dict[str, list[str]]) -> str:
    if finding.severity is Severity.ERROR:
        return "blocker"
    if finding.code in steps:
        return "during"
    return "before" if finding.severity is Severity.WARNING else "after"


def _shown(alike: list[Finding], steps: dict[str, list[str]], secrets: SecretPlaces, root: str) -> Shown:
    first = alike[0]
    return Shown(
        first.code,
        first.severity.value,
        first.message,
        first.remedy,
        where(first),
        paint(finding_pieces(first, secrets, _WIDTH), color=False),
        tuple(f"{where(one)}: {one.message}" for one in alike[1:]),
        tuple(dict.fromkeys(steps.get(first.code, ()))),
        f"cibtools lint {root} --select {first.code}",
    )


def where(finding: Finding) -> str:
    """`path:line:column` of a finding."""
    place = finding.location
    return f"{place.path}:{place.line}:{place.column}"
