"""The risk table: what the steps say can go wrong, how likely the evidence makes it, and what is done about it.

Likelihood is not guessed but read: `likely` where a condition is broken or a step carries a warning of the linter's
errors, `possible` where something about the step is not known or warned of, `unlikely` where nothing speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.briefing.record import Risk
from cibtools.lint.record.finding import Finding, Severity
from cibtools.runbook.plan.enums import Light, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.plan.step import Step

LIKELY, POSSIBLE, UNLIKELY = "likely", "possible", "unlikely"
_IMPACT = {RiskLevel.HIGH: 3, RiskLevel.MEDIUM: 2, RiskLevel.LOW: 1}
_LIKELIHOOD = {LIKELY: 3, POSSIBLE: 2, UNLIKELY: 1}
_WORDS = {3: "high", 2: "medium", 1: "low"}


def risks(runbook: Runbook, findings: tuple[Finding, ...]) -> tuple[Risk, ...]:
    """The table, the worst first: by likelihood times impact, then by impact, then in the order of the steps."""
    found = [*_broken(runbook), *_of_steps(runbook, findings)]
    weight = {"high": 3, "medium": 2, "low": 1}
    return tuple(
        sorted(found, key=lambda one: (-_LIKELIHOOD[one.likelihood] * weight[one.impact], -weight[one.impact]))
    )


def _broken(runbook: Runbook) -> Iterator[Risk]:
    """Every condition that is not met is a risk that has come true."""
    for gate in runbook.gates:
        for one in gate.criteria:
            if one.state is Light.RED:
                text = f"{one.check} {one.text}".strip()
                yield Risk(f"Not met: {text}", LIKELY, "high", one.reason, (gate.id,))


def _of_steps(runbook: Runbook, findings: tuple[Finding, ...]) -> Iterator[Risk]:
    errors = {finding.code for finding in findings if finding.severity is Severity.ERROR}
    for phase in runbook.phases:
        series: dict[tuple[int, str], list[Step]] = {}
        for step in phase.steps:
            if step.risk.level in _IMPACT and step.risk.level is not RiskLevel.LOW:
                # The steps of a series say the same of one node or domU after the other.
                series.setdefault((_IMPACT[step.risk.level], step.risk.text.rpartition("; ")[2]), []).append(step)
        for (impact, _), steps in series.items():
            text = steps[0].risk.text or steps[0].title
            more = f" (and {len(steps) - 1} more of the kind)" if len(steps) > 1 else ""
            ids = tuple(step.id for step in steps)
            yield Risk(f"{text}{more}", _likelihood(steps, errors), _WORDS[impact], _mitigation(steps, phase), ids)


def _likelihood(steps: list[Step], errors: set[str]) -> str:
    codes = {caution.rule for step in steps for caution in step.warnings}
    return LIKELY if codes & errors else POSSIBLE if codes else UNLIKELY


def _mitigation(steps: list[Step], phase: Phase) -> str:
    """What the plan does about it: gates, waits, a way back."""
    gates = [step.decision.gate for step in steps if step.decision.kind is not StopKind.NONE and step.decision.gate]
    gates = list(dict.fromkeys([*phase.entry_gates, *gates]))
    parts = [f"decided at {', '.join(gates)}"] if gates else []
    ways = {step.rollback.way for step in steps}
    if Way.IMPOSSIBLE in ways:
        parts.append("no way back: a second person reads the step")
    elif Way.POSSIBLE in ways:
        parts.append("way back at the step")
    checks = sum(len(step.verify) for step in steps)
    return "; ".join([*parts, *([f"{checks} checks after it"] if checks else [])]) or "watched"
