"""The tables: every row names its source, and nothing in them goes unread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary import data
from cibtools.cluster.vocabulary.data import (
    AgentRow,
    GoneRow,
    OptionRow,
    PluginRow,
    agent_rows,
    option_names,
    option_rows,
)
from cibtools.cluster.vocabulary.option_table import ValueType
from cibtools.cluster.vocabulary.plugin import Quality, Reader

TABLES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in Path(data.__file__).parent.glob("*.json")}
ROWS = [
    pytest.param(name, part, row, id=f"{name}-{part}-{next(iter(row.values()))}")
    for name, table in TABLES.items()
    for part, rows in table.items()
    if part != "about"
    for row in rows
    if isinstance(row, dict)
]
KEYS = {
    "options": OptionRow.__optional_keys__,
    "agents": AgentRow.__optional_keys__,
    "plugins": PluginRow.__optional_keys__,
    "gone": GoneRow.__optional_keys__,
}


def test_the_tables_are_known() -> None:
    assert set(TABLES) == set(KEYS)
    assert len(ROWS) > 150


@pytest.mark.parametrize(("name", "part", "row"), ROWS)
def test_a_row_has_a_source_and_no_key_that_nobody_reads(name: str, part: str, row: dict[str, Any]) -> None:
    assert len(row["source"]) > 10
    assert set(row) <= KEYS[name]


@pytest.mark.parametrize("part", ["cluster", "meta", "operation"])
def test_options_are_named_once_and_typed(part: str) -> None:
    rows = option_rows(part)
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        assert "_" not in row["name"]
        assert (ValueType(row["type"]) is ValueType.ENUM) == ("words" in row)
        dialects = {dialect.value for dialect in Dialect}
        assert row["default"]
        assert set(row["default"]) <= dialects
        assert set(row.get("more", {})) <= set(row["default"])


def test_spellings_are_those_of_cluster_options() -> None:
    names = {row["name"] for row in option_rows("cluster") if "hb2" in row["default"]}
    assert option_names("underscored") | option_names("dashed") <= names
    assert not option_names("underscored") & option_names("dashed")


def test_what_came_later_was_there_before() -> None:
    assert set(agent_rows("later")) <= set(agent_rows("ocf"))


def test_plugins_are_read_and_valued_in_known_ways() -> None:
    rows = TABLES["plugins"]["plugins"]
    assert len({row["type"] for row in rows}) == len(rows)
    for row in rows:
        reader = Reader(row["reader"])
        assert Quality(row.get("quality", "real")) is not Quality.CUSTOM
        assert ("parameter" in row) == (reader not in (Reader.DYNAMIC, Reader.EVERYONE, Reader.ITSELF))
