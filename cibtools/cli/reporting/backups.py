"""The backups in a directory, cluster by cluster."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from cibtools.errors import InputError

_DATED = re.compile(r"(?P<name>.*?)[-_.@ ]*(?P<day>\d{4}-\d{2}-\d{2}|\d{8})(?!\d)")


class Backups(Struct, frozen=True):
    """The backups of one cluster."""

    name: str
    paths: tuple[str, ...]
    """The oldest first."""
    days: tuple[str, ...]
    """`2026-11-30` for each, or nothing where the name tells no day."""


def find_backups(directory: Path) -> list[Backups]:
    """Return the clusters of a fleet by name; raise InputError if the directory cannot be read or holds none.

    Every entry is a backup. Entries that differ only in a day, such as `c1-2026-11-30` and `c1-2026-12-01`, are backups
    of one cluster, and so is all in a directory whose entries all begin with a day.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for entry in _entries(directory):
        inner = _entries(entry) if entry.is_dir() else []
        days = [_DATED.match(one.name) for one in inner]
        if inner and all(day is not None and not day["name"] for day in days):
            found.setdefault(entry.name, []).extend((_day(one.name)[1], str(one)) for one in inner)
            continue
        name, day = _day(entry.name)
        found.setdefault(name, []).append((day, str(entry)))
    if not found:
        raise InputError(f"{directory}: holds no backup", hint="name the directory that holds one directory a cluster")
    return [
        Backups(name, tuple(path for _, path in sorted(paths)), tuple(day for day, _ in sorted(paths)))
        for name, paths in sorted(found.items())
    ]


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(entry for entry in directory.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{directory}: {reason}", hint="name the directory that holds the backups") from error


def _day(name: str) -> tuple[str, str]:
    """Return the name of the cluster, and the day in ISO form; the whole name if it tells none."""
    match = _DATED.match(name)
    if match is None:
        return name, ""
    day = match["day"]
    return match["name"] or name, day if "-" in day else f"{day[:4]}-{day[4:6]}-{day[6:]}"
