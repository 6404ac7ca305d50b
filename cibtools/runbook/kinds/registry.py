"""The kinds of runbook that there are: each folder beside this file that holds a `kind.py`."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from cibtools.runbook import kinds
from cibtools.runbook.compose.kind import Kind


def kind_names() -> tuple[str, ...]:
    """Return the names of all kinds, in alphabetical order, without importing any."""
    return tuple(sorted(found.name.replace("_", "-") for found in iter_modules(kinds.__path__) if found.ispkg))


def load_kind(name: str) -> Kind:
    """Import the kind of that name; raise TypeError if its folder declares none, or one of another name."""
    module = import_module(f"{kinds.__name__}.{name.replace('-', '_')}.kind")
    found = getattr(module, "KIND", None)
    if not isinstance(found, Kind) or found.name != name:
        raise TypeError(f'{module.__name__} has no KIND with the name "{name}"')
    return found


def all_kinds() -> tuple[Kind, ...]:
    """Import every kind."""
    return tuple(map(load_kind, kind_names()))
