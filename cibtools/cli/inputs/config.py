"""The configuration file: the nearest `cibtools.toml`, or `[tool.cibtools]` of a `pyproject.toml`, above an input."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cibtools.errors import ConfigError

if TYPE_CHECKING:
    from cibtools.runbook.facts.parameters import Parameters

KEYS = (
    "select", "ignore", "fail-on", "dialect", "rules", "baseline", "per-file-ignores", "per-id-ignores", "severity",
    "nodes", "runbook",
)  # fmt: skip
"""The keys and tables that a configuration may have."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What was found."""

    path: Path | None
    """None if there is no configuration."""
    table: dict[str, object]

    def runbook(self) -> Parameters:
        """The `[runbook]` table as parameters of plans; all defaults if there is none."""
        from cibtools.runbook.facts.parameter_table import parameters_of

        found = self.table.get("runbook", {})
        if not isinstance(found, dict):
            raise ConfigError(f"{self.path}: runbook is no table", hint="write [runbook] above its keys")
        return parameters_of(found, str(self.path))


def find_configuration(first: str) -> Configuration:
    """Read the configuration that holds for a first input; raise ConfigError if it is no TOML or has unknown keys."""
    for path in _candidates(first):
        table = _table(path)
        if table is not None:
            _check(table, path)
            return Configuration(path, table)
    return Configuration(None, {})


def _candidates(first: str) -> Iterator[Path]:
    """The files to look for, the nearest first."""
    start = (Path.cwd() if first == "-" else Path(first)).resolve()
    for directory in (start, *start.parents):
        for name in ("cibtools.toml", "pyproject.toml"):
            if (directory / name).is_file():
                yield directory / name


def _table(path: Path) -> dict[str, object] | None:
    """Our part of a file; None for a pyproject.toml that has none."""
    from cibtools.cli.inputs.text import read_text

    try:
        whole: dict[str, object] = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        if path.name == "pyproject.toml":
            # Somebody else's file: whoever it belongs to will say what is wrong with it.
            return None
        raise ConfigError(f"{path}: not TOML: {error}", hint="tables look like: [runbook]") from error
    if path.name != "pyproject.toml":
        return whole
    tools = whole.get("tool")
    found = tools.get("cibtools") if isinstance(tools, dict) else None
    return found if isinstance(found, dict) else None


def _check(table: dict[str, object], path: Path) -> None:
    for key in table:
        if key not in KEYS:
            from cibtools.cluster.vocabulary.spelling import nearest

            near = nearest(key, KEYS)
            hint = f'did you mean "{near}"?' if near else f"keys are {', '.join(KEYS)}"
            raise ConfigError(f'{path}: there is no key "{key}"', hint=hint)
