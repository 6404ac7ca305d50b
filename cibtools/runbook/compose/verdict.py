"""Whether the work of a runbook may begin, and why not: what gates, reasons and steps add up to."""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.runbook.plan.enums import Light, Readiness, Severity
from cibtools.runbook.plan.runbook import Gate, Phase
from cibtools.runbook.plan.statement import Reason
from cibtools.runbook.strategy.question import Choice


def gate_reasons(gates: Iterable[Gate]) -> tuple[Reason, ...]:
    """Return why the plan is blocked: every red condition of a gate, once."""
    reasons = [
        Reason(gate.id, Severity.REFUSAL, f"{criterion.check + ' ' if criterion.check else ''}{criterion.text}: "
               f"{criterion.reason}")
        for gate in gates
        for criterion in gate.criteria
        if criterion.state is Light.RED
    ]  # fmt: skip
    return tuple(dict.fromkeys(reasons))


def readiness(
    choice: Choice | None, gates: Iterable[Gate], phases: tuple[Phase, ...], reasons: tuple[Reason, ...]
) -> Readiness:
    """Return whether the work may begin; `choice` is None where there is no method to choose."""
    if choice is not None and choice.method is None:
        return Readiness.REFUSED
    criteria = [criterion for gate in gates for criterion in gate.criteria]
    if any(criterion.state is Light.RED for criterion in criteria):
        return Readiness.BLOCKED
    doubtful = any(criterion.state is Light.AMBER and not criterion.live for criterion in criteria)
    method = choice.method.value if choice and choice.method else ""
    warned = any(reason.severity is not Severity.INFO and reason.method == method for reason in reasons)
    cautioned = any(step.warnings for phase in phases for step in phase.steps)
    return Readiness.WARNINGS if doubtful or warned or cautioned else Readiness.READY
