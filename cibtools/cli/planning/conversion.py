"""What the migration to SLE HA 11 makes and asks, in the form that plans take it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cibtools.cluster.model.place import path_below

if TYPE_CHECKING:
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.migrate.record.change import Change
    from cibtools.migrate.record.outcome import Migration
    from cibtools.runbook.plan.conversion import Conversion, Open

ANSWERS = "answers.toml"
"""The answers of the operator, as the plan has them written into the directory of the backup."""


def conversion(cluster: Cluster, answers: Path | None = None) -> Conversion:
    """Migrate a cluster to openais, with the answers of a file, else with those in the backup; write nothing."""
    from msgspec.structs import replace

    from cibtools.cli.inputs.text import read_text
    from cibtools.migrate.answers import Answers, Stack, parse_answers
    from cibtools.migrate.pipeline import migrate
    from cibtools.runbook.plan.conversion import Chore, Conversion, Made

    path = answers or answers_beside(cluster)
    given = parse_answers(read_text(path), str(path)) if path else Answers()
    migration = migrate(cluster, replace(given, stack=Stack.OPENAIS))
    return Conversion(
        tuple(Made(file.name, file.target, file.purpose) for file in migration.files),
        tuple(_open(cluster, change) for change in migration.decisions),
        tuple(Chore(reminder.text, reminder.items) for reminder in migration.reminders),
        tuple(migration.renames.items()),
        tuple(_created(migration)),
    )


def answers_beside(cluster: Cluster) -> Path | None:
    """Return the answers that lie in the directory of the backup; None if there are none."""
    beside = Path(cluster.backup.root) / ANSWERS
    return beside if beside.is_file() else None


def _open(cluster: Cluster, change: Change) -> Open:
    from cibtools.runbook.plan.conversion import Open

    place = change.place
    path = path_below(cluster.backup.root, place.document) if place else ""
    line = place.location.line if place else None
    return Open(change.step, change.subject, change.reason, path, line, change.inhibits)


def _created(migration: Migration) -> list[str]:
    """The top-level resources that the input does not have."""
    section = next((found for found in migration.sections() if found.tag == "resources"), None)
    made = migration.draft.created
    return [str(found.get("id")) for found in (() if section is None else section) if found in made and found.get("id")]
