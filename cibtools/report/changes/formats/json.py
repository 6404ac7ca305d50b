"""The change log as JSON, for programs; `schemas/changes.schema.json` describes it."""

from __future__ import annotations

from collections.abc import Sequence

from cibtools.migrate.record.product import Reminder
from cibtools.report.changes.changelog import Entry, LogView
from cibtools.report.shared.json import Json, JsonValue, to_text

SUFFIX = ".json"

VERSION = 1


def render(views: Sequence[LogView]) -> str:
    """All change logs in one object."""
    return to_text({"version": VERSION, "migrations": [_log(view) for view in views]})


def _log(view: LogView) -> Json:
    return {
        "input": view.title,
        "steps": [{"step": step.number, "title": step.title} for step in view.steps],
        "changes": [_entry(entry) for step in view.steps for entry in step.entries],
        "renamed_resources": dict(view.renames),
        "message": view.message or None,
        "differences": _told(view.differences),
        "reminders": _told(view.reminders),
        "upgrades": _told(view.upgrades),
    }


def _told(reminders: Sequence[Reminder]) -> JsonValue:
    return [{"text": reminder.text, "items": list(reminder.items)} for reminder in reminders]


def _entry(entry: Entry) -> Json:
    return {
        "step": entry.step,
        "kind": entry.kind.value,
        "subject": entry.subject,
        "path": entry.path or None,
        "line": entry.line or None,
        "column": entry.column or None,
        "before": entry.before,
        "after": entry.after,
        "reason": entry.reason,
        "inhibits": entry.inhibits,
        "alternatives": list(entry.alternatives),
        "answer": entry.answer or None,
    }
