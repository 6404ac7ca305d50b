"""The `[runbook]` table of the configuration: what the house says about its rates, times and habits."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import fields, replace

from cibtools.cluster.vocabulary.spelling import nearest
from cibtools.errors import ConfigError
from cibtools.runbook.facts.parameters import UNITS, Parameters

_SPAN = re.compile(r"(?:(\d+) ?h)? ?(?:(\d+) ?m(?:in)?)? ?(?:(\d+) ?s)?$")
_LEAST = {"link": 1, "stream": 1, "dirty_percent": 100, "wave": 1}
"""The smallest number that makes sense, where that is not 0."""


def parameters_of(table: Mapping[str, object], path: str) -> Parameters:
    """Read the table; raise ConfigError for a key that does not exist or a value that cannot be meant."""
    known = {field.name.replace("_", "-"): field.name for field in fields(Parameters) if field.name != "given"}
    found: dict[str, object] = {}
    for key, value in table.items():
        if key not in known:
            near = nearest(key, tuple(known))
            hint = f'did you mean "{near}"?' if near else f"keys are {', '.join(sorted(known))}"
            raise ConfigError(f'{path}: [runbook] has no key "{key}"', hint=hint)
        found[known[key]] = _value(known[key], key, value, path)
    return replace(Parameters(), **found, given=frozenset(found))


def _value(name: str, key: str, value: object, path: str) -> object:
    """A value in the type of its parameter."""
    default: object = getattr(Parameters(), name)
    match default, value:
        case bool(), bool():
            return value
        case bool(), _:
            raise _wrong(path, key, value, "true or false")
        case int(), str() if UNITS.get(name) == "s":
            return _seconds(path, key, value)
        case int(), int() if not isinstance(value, bool) and value >= _LEAST.get(name, 0):
            return value
        case int(), _:
            least = _LEAST.get(name, 0)
            what = 'seconds, or a time such as "20m"' if UNITS.get(name) == "s" else f"a whole number from {least} on"
            raise _wrong(path, key, value, what)
        case str(), str():
            return value
        case str(), _:
            raise _wrong(path, key, value, "a text")
        case _, list() if all(isinstance(item, str) for item in value):
            return tuple(value)
        case _:
            raise _wrong(path, key, value, 'a list of names, such as ["web", "mail"]')


def _seconds(path: str, key: str, text: str) -> int:
    match = _SPAN.match(text.strip())
    if not text.strip() or not match:
        raise _wrong(path, key, text, 'a time such as "20m", "1h30m" or "90s"')
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def _wrong(path: str, key: str, value: object, meant: str) -> ConfigError:
    shown = str(value).lower() if isinstance(value, bool) else repr(value)
    return ConfigError(f"{path}: {key} = {shown} in [runbook] cannot be meant", hint=f"it has to be {meant}")
