"""The configuration file: the nearest `cibtools.toml`, or `[tool.cibtools]` of a `pyproject.toml`, above an input."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from cibtools.errors import ConfigError
from cibtools.toml import key_location, parse_toml, value_location

if TYPE_CHECKING:
    from cibtools.location import Location
    from cibtools.runbook.facts.parameters import Parameters

KEYS = ("select", "ignore", "fail-on", "baseline", "runbook")
"""The keys and tables that a configuration may have."""
_LATER = ("dialect", "rules", "per-file-ignores", "per-id-ignores", "severity", "nodes")
"""Keys that the documentation of configurations names, and that nothing reads as yet."""
_SEVERITIES = ("error", "warning", "info", "never")
_NAMES = ("cibtools.toml", "pyproject.toml")
_OURS = re.compile(r"^\s*\[\s*tool\s*\.\s*[\"']?cibtools\b", re.MULTILINE)
"""A table of ours in a file that is not TOML as a whole."""


class LintSettings(Struct, frozen=True):
    """What a configuration says for `lint`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = ""
    baseline: str = ""
    """A path, as seen from where the program runs; empty if the file names none."""


class Configuration(Struct, frozen=True):
    """What was found."""

    path: Path | None
    """None if there is no configuration."""
    table: dict[str, object]
    text: str = ""

    def runbook(self) -> Parameters:
        """The `[runbook]` table as parameters of plans; all defaults if there is none."""
        from cibtools.runbook.facts.parameter_table import parameters_of

        found = self.table.get("runbook", {})
        if not isinstance(found, dict):
            raise ConfigError(f"{self.path}: runbook is no table", hint="write [runbook] above its keys")
        return parameters_of(found, str(self.path))

    def lint(self) -> LintSettings:
        """The settings of the linter; raise ConfigError for a value of another type."""
        severity = self.table.get("fail-on", "")
        if severity not in (*_SEVERITIES, ""):
            raise ConfigError(
                f"fail-on = {severity!r} is not a severity",
                hint=f"write one of {', '.join(_SEVERITIES)}",
                location=self._place("fail-on"),
            )
        return LintSettings(self._codes("select"), self._codes("ignore"), str(severity), self._baseline())

    def _baseline(self) -> str:
        named = self.table.get("baseline", "")
        if not isinstance(named, str):
            hint = 'write baseline = "cibtools-baseline.json"'
            raise ConfigError(f"baseline = {named!r} is not a path", hint=hint, location=self._place("baseline"))
        return os.path.relpath(self.path.parent / named) if named and self.path else ""

    def _codes(self, key: str) -> tuple[str, ...]:
        match self.table.get(key, []):
            case list(codes) if all(isinstance(code, str) for code in codes):
                return tuple(str(code) for code in codes)
            case other:
                raise ConfigError(
                    f"{key} = {other!r} is not a list of codes",
                    hint=f'write {key} = ["CIB601", "XEN"]',
                    location=self._place(key),
                )

    def place_of_selector(self, selector: str) -> Location | None:
        """Where a code or name of a rule stands; None if the file has none such."""
        key = next((key for key in ("select", "ignore") if any(selector in text for text in self._codes(key))), "")
        return (value_location(self.text, str(self.path), selector) or self._place(key)) if key else None

    def _place(self, key: str) -> Location:
        return key_location(self.text, str(self.path), key)


def find_configuration(first: str) -> Configuration:
    """Read the configuration that holds for a first input; raise ConfigError if it is no TOML or has unknown keys."""
    for path in configuration_files(first):
        found = _read(path)
        if found:
            return found
    return Configuration(None, {})


def read_configuration(path: Path) -> Configuration:
    """Read a configuration file that an option names; raise ConfigError as above, and where it cannot be read."""
    return _read(path) or Configuration(path, {})


def configuration_files(first: str) -> Iterator[Path]:
    """The files that may hold for a first input, the nearest first."""
    start = Path(os.path.realpath("." if first == "-" else first))
    for directory in (start, *start.parents):
        for name in _NAMES:
            path = directory / name
            # A link to nothing, or to a device, was meant as a configuration too: reading it says what is wrong.
            if path.is_file() or (name == _NAMES[0] and path.is_symlink() and not (path.is_dir() or path.is_fifo())):
                yield path


def _read(path: Path) -> Configuration | None:
    """Our part of a file; None for a pyproject.toml that has none."""
    from cibtools.cli.inputs.text import read_text

    text = read_text(path)
    try:
        whole = parse_toml(text, str(path), "tables look like: [runbook]")
    except ConfigError:
        if path.name == "pyproject.toml" and _OURS.search(text) is None:
            # Somebody else's file: whoever it belongs to will say what is wrong with it.
            return None
        raise
    if path.name == "pyproject.toml":
        tools = whole.get("tool")
        if not isinstance(tools, dict) or "cibtools" not in tools:
            return None
        whole = tools["cibtools"]
        if not isinstance(whole, dict):
            place = key_location(text, str(path), "cibtools")
            raise ConfigError("cibtools is not a table", hint="write [tool.cibtools] above its keys", location=place)
    _check(whole, text, path)
    found = Configuration(path, whole, text)
    if "runbook" in whole:
        # A typo in this table is one for every command, though runbook alone uses it.
        found.runbook()
    return found


def _check(table: dict[str, object], text: str, path: Path) -> None:
    for key in table:
        if key in KEYS:
            continue
        place = key_location(text, str(path), key)
        if key in _LATER:
            raise ConfigError(f'"{key}" is not yet supported', hint="remove it from the file", location=place)
        from cibtools.cluster.vocabulary.spelling import nearest

        near = nearest(key, (*KEYS, *_LATER))
        hint = f'did you mean "{near}"?' if near else f"keys are {', '.join(KEYS)}"
        raise ConfigError(f'there is no key "{key}"', hint=hint, location=place)
