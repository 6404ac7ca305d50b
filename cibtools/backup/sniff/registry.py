"""All declarations of side files, found in their folder: a new kind is a new module there and no edit elsewhere."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile

_FOLDER = "cibtools.backup.sides"


@cache
def side_files() -> tuple[SideFile, ...]:
    """Return the declarations of all side files, in their order."""
    folder = importlib.import_module(_FOLDER)
    modules = [importlib.import_module(f"{_FOLDER}.{name}") for _, name, _ in pkgutil.iter_modules(folder.__path__)]
    found: list[SideFile] = [module.SIDE_FILE for module in modules]
    return tuple(sorted(found, key=lambda one: (one.order, one.kind.value)))


@cache
def _by_kind() -> dict[Kind, SideFile]:
    return {one.kind: one for one in side_files()}


def side_file(kind: Kind) -> SideFile | None:
    """Return the declaration of a kind; None for CIBs and what is no file of a backup."""
    return _by_kind().get(kind)


def all_kinds() -> tuple[Kind, ...]:
    """Return every kind there is, those that only a declaration knows included."""
    own = (kind for kind in vars(Kind).values() if isinstance(kind, Kind))
    return tuple(dict.fromkeys((*own, *_by_kind())))
