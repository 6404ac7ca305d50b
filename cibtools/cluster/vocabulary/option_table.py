"""Names, types and defaults of every cluster option, meta option and operation attribute, dialect by dialect.

The engines read options by name and never complain about a name or a value they do not know; these tables are what a
rule, a migration step or a plan measures them against. The rows are in options.json, each with its source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache

from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.data import option_names, option_rows


class ValueType(Enum):
    """What kind of text an option takes."""

    BOOLEAN = "boolean"
    ENUM = "enum"
    SCORE = "score"
    FAILURES = "failures"
    """A score that counts: not below 0."""
    INTEGER = "integer"
    TIME = "time"
    ROLE = "role"
    TEXT = "text"


class Option(Struct, frozen=True):
    """One option as one dialect knows it."""

    name: str
    """As that dialect writes it."""
    type: ValueType
    default: str
    """What holds without it; empty if nothing does, or if the agent or the number of nodes decides."""
    words: tuple[str, ...] = ()
    """The values of an enum; engines compare them without regard to case."""


ROLES = ("Stopped", "Started", "Slave", "Master")
"""The target roles of all dialects; from 2.1 of Pacemaker on also `Promoted` and `Unpromoted`."""
NO_VALUE = frozenset({"#default", "default"})
"""Values that say nothing: the GUI of 2.1 writes them, and every engine takes the default then."""
UNDERSCORE_ONLY = option_names("underscored")
"""Cluster options that crmd 2.1 reads under the name with underscores and under no other."""
DASH_ONLY = option_names("dashed")
"""Cluster options that came after the change of style, so that 2.1 knows no name with underscores."""


def dashed(name: str) -> str:
    """The name as Pacemaker writes it; option tables are keyed by it."""
    return name.replace("_", "-")


def meta_spelling(name: str, dialect: Dialect) -> str:
    """A meta option as the dialect writes it, given in either spelling."""
    return dashed(name) if dialect.is_pacemaker else name.replace("-", "_")


@lru_cache(maxsize=3)
def cluster_options(dialect: Dialect) -> Mapping[str, Option]:
    """The options of `crm_config` by their names with dashes."""
    return _table("cluster", dialect, underscored=UNDERSCORE_ONLY | {"transition-idle-timeout"})


@lru_cache(maxsize=3)
def meta_options(dialect: Dialect) -> Mapping[str, Option]:
    """The options of resources by their names with dashes."""
    return _table("meta", dialect, underscored=None)


@lru_cache(maxsize=3)
def operation_attributes(dialect: Dialect) -> Mapping[str, Option]:
    """The attributes of `op` that have a type, by their names with dashes."""
    return _table("operation", dialect, underscored=None)


def meta_option_like(name: str, dialect: Dialect) -> Option | None:
    """Find the meta option of more than one word whose name differs at most by dashes, underscores, blanks and case."""
    return _by_letters(meta_options, dialect).get(_letters(name))


def cluster_option_like(name: str, dialect: Dialect) -> Option | None:
    """Find the cluster option whose name differs at most by dashes, underscores, blanks and case."""
    return _by_letters(cluster_options, dialect).get(_letters(name))


@lru_cache(maxsize=6)
def _by_letters(table: Callable[[Dialect], Mapping[str, Option]], dialect: Dialect) -> Mapping[str, Option]:
    return {_letters(name): option for name, option in table(dialect).items() if "-" in name}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()


def is_meta_option(name: str) -> bool:
    """True if any dialect knows a meta option of that name, in either spelling."""
    return dashed(name) in _all_meta()


@lru_cache(maxsize=1)
def _all_meta() -> frozenset[str]:
    return frozenset(row["name"] for row in option_rows("meta"))


def _table(part: str, dialect: Dialect, underscored: frozenset[str] | None) -> Mapping[str, Option]:
    """Return the options of one dialect; `underscored` are the names that 2.1 writes so, None for all of them."""
    found: dict[str, Option] = {}
    for row in option_rows(part):
        name, default = row["name"], row["default"].get(dialect.value)
        if default is None:
            continue
        old = dialect is Dialect.HB2 and (underscored is None or name in underscored)
        words = f"{row.get('words', '')} {row.get('more', {}).get(dialect.value, '')}".split()
        written = name.replace("-", "_") if old else name
        found[name] = Option(written, ValueType(row["type"]), default, tuple(words))
    return found
