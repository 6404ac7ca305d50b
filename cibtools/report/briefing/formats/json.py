"""The planning report as JSON, for programs; `schemas/report.schema.json` describes it.

Every key is always there, null stands for what is not known, and keys are sorted, so that the same inputs give the same
bytes. The runbook is in it as `runbook --format json` writes it.
"""

from __future__ import annotations

from cibtools.briefing.record import Briefing, Question, Risk, Unknown
from cibtools.report.briefing.arrange import BriefingView, view
from cibtools.report.runbook.formats.json import runbook_object
from cibtools.report.shared.json import Json, JsonValue, to_text

SUFFIX = ".json"

SCHEMA = "cibtools-report-1"
"""Name and version of the form; it changes when a field changes its meaning or goes away."""


def render(found: Briefing) -> str:
    """The whole report as one JSON object."""
    shown = view(found)
    screen = shown.screen
    whole: Json = {
        "schema": SCHEMA,
        "target": found.target,
        "verdict": screen.word[2:],
        "conditions": [{"text": one.text, "code": one.code or None} for one in screen.conditions],
        "figures": [{"name": one.name, "value": one.value, "note": one.note or None} for one in screen.figures],
        "questions": [_question(one) for one in found.questions],
        "answered": {
            "plain": list(found.given.plain),
            "accept": list(found.given.accept),
            "evms": dict(found.given.evms),
        },
        "unknown": [_unknown(one) for one in found.unknown],
        "outages": _outages(shown),
        "risks": [_risk(one) for one in found.risks],
        "findings": _findings(shown),
        "fencing": _fencing(shown),
        "migration": {"changes": shown.log.total, "open": shown.log.asked} if shown.log else None,
        "rehearsal": {"lines": list(found.rehearsal), "surprises": found.surprises} if found.rehearsal else None,
        "runbook": runbook_object(found.runbook),
    }
    return to_text(whole, sort_keys=True)


def _unknown(one: Unknown) -> Json:
    return {
        "gate": one.gate, "check": one.check or None, "text": one.text, "reason": one.reason or None,
        "command": one.command or None,
    }  # fmt: skip


def _risk(one: Risk) -> Json:
    return {
        "text": one.text, "likelihood": one.likelihood, "impact": one.impact, "mitigation": one.mitigation,
        "steps": list(one.steps),
    }  # fmt: skip


def _fencing(shown: BriefingView) -> list[JsonValue]:
    return [
        {
            "node": node,
            "verdict": whole.word[2:],
            "devices": {
                device: {"can": cell.word[2:], "reason": cell.reason or None}
                for device, cell in zip(shown.matrix.devices, cells, strict=True)
            },
        }
        for node, whole, cells in shown.matrix.rows
    ]


def _question(one: Question) -> Json:
    return {
        "id": one.id,
        "step": one.step,
        "title": one.title,
        "who": one.who,
        "must": one.must,
        "texts": [{"text": text, "place": place or None} for text, place in one.texts],
        "ways": [{"label": way.label, "key": way.key or None, "entries": list(way.entries)} for way in one.ways],
        "devices": dict(one.devices),
    }


def _outages(shown: BriefingView) -> list[JsonValue]:
    return [
        {
            "domus": list(one.domus), "seconds": one.seconds, "evening": one.evening + 1, "begin": one.begin,
            "end": one.end, "steps": list(one.places),
        }
        for one in shown.runbook.outages
    ]  # fmt: skip


def _findings(shown: BriefingView) -> list[JsonValue]:
    return [
        {
            "gate": gate, "code": one.code, "severity": one.severity, "message": one.message,
            "remedy": one.remedy or None, "place": one.where, "more": len(one.more), "steps": list(one.steps),
            "again": one.again,
        }
        for gate, _, found in shown.findings
        for one in found
    ]  # fmt: skip
