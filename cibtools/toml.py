"""TOML that a person wrote: parsed within limits, and an error names the line."""

from __future__ import annotations

import re

from cibtools.errors import ConfigError
from cibtools.location import Location

SIZE_LIMIT = 1 << 20
"""Most bytes of a file that an option names."""
_DEPTH = 20
"""Most tables and lists inside each other."""
_LINE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse_toml(text: str, path: str, hint: str) -> dict[str, object]:
    """Parse a text; raise ConfigError with its line, and the hint, if it is no TOML or nested beyond measure."""
    import tomllib

    try:
        table: dict[str, object] = tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError(f"{path}: nested too deeply", hint=hint) from error
    except ValueError as error:
        # Besides its own error, tomllib lets through that of a number with thousands of digits.
        said = str(error)
        found = _LINE.search(said)
        line, column = (int(found[1]), int(found[2])) if found and found[1] else (text.rstrip().count("\n") + 1, 1)
        message = f"not TOML: {_LINE.sub('', said)}"
        raise ConfigError(message, hint=hint, location=Location(path, line, column, line, column)) from error
    if _too_deep(table):
        raise ConfigError(f"{path}: nested too deeply", hint=hint)
    return table


def key_location(text: str, path: str, key: str) -> Location:
    """Where a key or a table of that name stands; the first line if its spelling is unusual."""
    word = re.compile(rf"^\s*(?:\[+[^\]\n]*?)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    for number, line in enumerate(text.splitlines(), 1):
        if word.match(line):
            return Location(path, number, 1, number, len(line) + 1)
    return Location(path, 1, 1, 1, 1)


def value_location(text: str, path: str, value: str) -> Location | None:
    """Where a text stands as a value, in quotes; None if its spelling is unusual."""
    word = re.compile(rf"^[^#\n]*[\"'][^\"'\n]*{re.escape(value)}")
    for number, line in enumerate(text.splitlines(), 1):
        if word.match(line):
            return Location(path, number, 1, number, len(line) + 1)
    return None


def _too_deep(table: dict[str, object]) -> bool:
    level: list[object] = [table]
    for _ in range(_DEPTH):
        level = [inner for outer in level for inner in _parts(outer)]
        if not level:
            return False
    return True


def _parts(value: object) -> list[object]:
    match value:
        case dict():
            return list(value.values())
        case list():
            return value
        case _:
            return []
