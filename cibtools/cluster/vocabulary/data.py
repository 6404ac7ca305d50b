"""Reading the tables beside this module, each row with its source; JSON, since it loads ten times as fast as TOML."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypedDict, cast


class OptionRow(TypedDict, total=False):
    """An option; `words` of an enum and what a dialect adds to them are separated by blanks."""

    name: str
    type: str
    words: str
    more: Mapping[str, str]
    default: Mapping[str, str]
    source: str


class AgentRow(TypedDict, total=False):
    """An agent; times are seconds, lists of parameters are separated by blanks."""

    agent: str
    timeouts: Mapping[str, int]
    interval: int
    required: str
    writes: bool
    anonymous: bool
    source: str


class GoneRow(TypedDict, total=False):
    """Something that a later release no longer reads."""

    kind: str
    name: str
    since: str
    instead: str
    effect: str
    harmless: bool
    quiet: bool
    source: str


class PluginRow(TypedDict, total=False):
    """A fencing plugin; lists of parameters are separated by blanks."""

    type: str
    parameter: str
    reader: str
    one_host: bool
    quality: str
    required: str
    optional: str
    sysconfig: bool
    source: str


@lru_cache(maxsize=4)
def _tables(name: str) -> Mapping[str, Sequence[object]]:
    path = Path(__file__).with_name(f"{name}.json")
    return cast("Mapping[str, Sequence[object]]", json.loads(path.read_text(encoding="utf-8")))


def option_rows(part: str) -> Sequence[OptionRow]:
    """Return the rows of `cluster`, `meta` or `operation` options."""
    return cast("Sequence[OptionRow]", _tables("options")[part])


def option_names(part: str) -> frozenset[str]:
    """Return the names of the `underscored` or `dashed` cluster options."""
    return frozenset(cast("Sequence[str]", _tables("options")[part]))


def agent_rows(part: str) -> Mapping[str, AgentRow]:
    """Return the rows of `ocf` agents, of `later` ones or of other `standards`, by the agent."""
    return {row["agent"]: row for row in cast("Sequence[AgentRow]", _tables("agents")[part])}


def gone_rows() -> Sequence[GoneRow]:
    """Return what later releases of Pacemaker no longer read."""
    return cast("Sequence[GoneRow]", _tables("gone")["gone"])


def plugin_rows() -> Mapping[str, PluginRow]:
    """Return the rows of fencing plugins by their types."""
    return {row["type"]: row for row in cast("Sequence[PluginRow]", _tables("plugins")["plugins"])}
