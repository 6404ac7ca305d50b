"""The file of an unfinished migration: what is still to be answered, and which files the next run replaces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cibtools.migrate.record.outcome import Migration

QUESTIONS = "answers.toml.missing"
_DEVICE = re.compile(r'"/[^"]+" = "/[^"]+"')
_WRITTEN = "# Files of this unfinished migration, which the next run replaces:"
_INDENT = "#   "


def questions(migration: Migration, names: Sequence[str]) -> str:
    """The answers that are missing, ready to be corrected: devices with the paths that they probably get."""
    from cibtools.report.shared.printable import wrap

    lines = [
        "# What the migration could not know. Correct this, call it answers.toml, and run the same command again with",
        "# --answers answers.toml. The paths on the right are proposals: take away the # where they are right.",
    ]
    for change in migration.decisions:
        if change.inhibits:
            lines += ["", f"# {change.subject}:", *(f"#   {line}" for line in wrap(change.reason, 110))]
            lines += [f"#   or: {line}" for text in change.alternatives for line in wrap(text, 106)]
    said = [text for change in migration.decisions for text in change.alternatives]
    said += [item for reminder in migration.reminders for item in reminder.items]
    devices = {found for text in said for found in _DEVICE.findall(text)}
    if devices:
        lines += ["", "[evms]", *(f"# {line}" for line in sorted(devices))]
    lines += ["", _WRITTEN, *(f"{_INDENT}{name}" for name in names if name.isprintable())]
    return "\n".join(lines) + "\n"


def unfinished_files(path: Path) -> frozenset[str]:
    """The files that an unfinished migration wrote beside its questions; none if there are no questions."""
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return frozenset()
    rest = text.partition(f"\n{_WRITTEN}\n")[2]
    return frozenset(line.removeprefix(_INDENT) for line in rest.splitlines() if line.startswith(_INDENT))
