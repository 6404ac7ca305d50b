"""The summary of a runbook: the verdict in words, why it is this plan, and every warning once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cibtools.report.runbook import words
from cibtools.report.runbook.view import WarningView
from cibtools.report.shared.printable import counted
from cibtools.runbook.plan.enums import Light, Readiness, Severity
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.plan.step import Step

Pairs = tuple[tuple[str, str], ...]


def verdict(runbook: Runbook, warnings: int) -> str:
    """Whether the work may begin; with how much to read before, if it may."""
    if runbook.verdict is not Readiness.WARNINGS:
        return words.VERDICTS[runbook.verdict]
    unknown = sum(any(one.state is Light.AMBER and not one.live for one in gate.criteria) for gate in runbook.gates)
    parts = [counted(warnings, "warning")] if warnings else []
    parts += [counted(unknown, "unknown gate")] if unknown else []
    return f"ready with {', '.join(parts)}" if parts else words.VERDICTS[runbook.verdict]


def reasons(runbook: Runbook) -> tuple[Pairs, Pairs]:
    """What stands in the way of this plan, and why it is this one; what is said of several methods is said once."""
    against: dict[str, list[str]] = {}
    why: dict[str, list[str]] = {}
    for found in runbook.reasons:
        if found.severity is Severity.REFUSAL and (runbook.verdict is Readiness.REFUSED or not found.method):
            against.setdefault(found.text, []).append(found.code)
        elif found.severity is Severity.REFUSAL:
            label = found.method if why.get(found.text) else f"not {found.method}"
            why.setdefault(found.text, []).append(label)
        elif found.severity is Severity.INFO:
            why.setdefault(found.text, []).append(found.code)
    return _turned(against), _turned(why)


def _turned(found: dict[str, list[str]]) -> Pairs:
    return tuple((", ".join(dict.fromkeys(codes)), text) for text, codes in found.items())


def summed_warnings(runbook: Runbook, steps: list[Step]) -> Iterator[WarningView]:
    """Every warning once, with the steps that carry it."""
    for reason in runbook.reasons:
        if reason.severity is Severity.WARNING:
            accepted = "accepted" if reason.accepted else "the whole plan"
            yield WarningView(reason.code, reason.text, accepted)
    places: dict[str, dict[str, list[str]]] = {}
    for step in steps:
        for caution in step.warnings:
            places.setdefault(caution.rule, {}).setdefault(caution.text, []).append(step.id)
    for rule, texts in places.items():
        if len(texts) > _ALIKE:
            ids = [identity for found in texts.values() for identity in found]
            more = f"{next(iter(texts))}; and {counted(len(texts) - 1, 'warning')} like it"
            yield WarningView(rule, more, _span(ids), tuple(dict.fromkeys(ids)))
        else:
            yield from (WarningView(rule, text, _span(ids), tuple(dict.fromkeys(ids))) for text, ids in texts.items())


_ALIKE = 3
"""More warnings of one sort than this are one line of the summary; each stands at its step anyway."""


def _span(ids: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(ids))
