"""Finding rule files; apart from reading them, since whoever only asks whether they have changed need not read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cibtools.errors import RuleError


def rule_files(directories: Iterable[Path]) -> tuple[Path, ...]:
    """All rule files in these directories, by name; raise RuleError for a directory that does not exist."""
    found: list[Path] = []
    for directory in directories:
        try:
            there = directory.is_dir()
        except OSError as error:
            raise RuleError(f"{directory}: {(error.strerror or str(error)).lower()}") from error
        if not there:
            raise RuleError(f"{directory}: no such directory of rules")
        found += sorted(directory.glob("*.toml"))
    return tuple(found)
