"""The catalogue for commands: the rules that come with cibtools and the user's own, parsed ones from the cache."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from cibtools.cli.inputs.cache import digest, keep, recall, stamp
from cibtools.lint.catalogue.files import rule_files
from cibtools.packaged import data_dir

if TYPE_CHECKING:
    from cibtools.lint.record.rule import Rule


def all_rule_files(own: Iterable[str] = ()) -> tuple[Path, ...]:
    """The rule files that come with cibtools and those in the user's directories."""
    return rule_files([data_dir("rules"), *(Path(directory) for directory in own)])


def load_catalogue(own: Iterable[str] = (), *, cache: bool = True) -> tuple[Rule, ...]:
    """All rules, ordered by code; raise RuleError for a broken rule file."""

    files = all_rule_files(own)
    return _catalogue(files, f"rules-{digest([stamp(files)])}", cache=cache)


@lru_cache(maxsize=2)
def _catalogue(files: tuple[Path, ...], name: str, *, cache: bool) -> tuple[Rule, ...]:
    """The rules of these files, whose state `name` tells: a process that reads many clusters builds them once."""
    from cibtools.lint.catalogue.load import build_catalogue, load_tables

    tables = recall(name) if cache else None
    if isinstance(tables, dict):
        return build_catalogue(tables)
    parsed = load_tables(files)
    catalogue = build_catalogue(parsed)
    if cache:
        keep(name, parsed, "rules", 2)
    return catalogue
