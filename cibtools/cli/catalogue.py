"""The catalogue for commands: the rules that come with cibtools and the user's own, from the cache where it is current.

Parsing forty TOML files takes as long as starting Python; the parsed tables are kept in the user's cache directory and
made anew whenever a rule file changes.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from cibtools.cli.files import write_atomically
from cibtools.errors import InputError
from cibtools.lint.catalogue import Table, build_catalogue, dump_tables, load_tables, rule_files, stamp, undump_tables
from cibtools.lint.rule import Rule
from cibtools.packaged import data_dir


def load_catalogue(own: Iterable[str] = (), *, cache: bool = True) -> tuple[Rule, ...]:
    """All rules, ordered by code; raise RuleError for a broken rule file."""
    files = rule_files([data_dir("rules"), *(Path(directory) for directory in own)])
    if not cache:
        return build_catalogue(load_tables(files))
    kept = _cache_directory() / f"rules-{stamp(files)[:32]}.json"
    tables = _cached(kept)
    if tables is None:
        tables = load_tables(files)
        catalogue = build_catalogue(tables)
        _keep(kept, tables)
        return catalogue
    return build_catalogue(tables)


def _cache_directory() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cibtools"


def _cached(path: Path) -> dict[str, Table] | None:
    try:
        return undump_tables(path.read_bytes())
    except (OSError, ValueError):
        return None  # not there, or damaged: it is made anew


def _keep(path: Path, tables: dict[str, Table]) -> None:
    """Write the cache and drop older ones; a cache that cannot be written costs time, nothing else."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for old in path.parent.glob("rules-*.json"):
            old.unlink(missing_ok=True)
        write_atomically(path, dump_tables(tables))
    except (OSError, InputError):
        return
