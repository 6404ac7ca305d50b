from __future__ import annotations

import pytest

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.option_table import (
    ValueType,
    cluster_options,
    is_meta_option,
    meta_options,
    meta_spelling,
    operation_attributes,
)


def test_fencing_is_off_by_default_in_heartbeat_and_on_in_pacemaker() -> None:
    assert [cluster_options(dialect)["stonith-enabled"].default for dialect in Dialect] == ["false", "true", "true"]


def test_options_are_named_as_the_dialect_writes_them() -> None:
    assert meta_options(Dialect.HB2)["allow-migrate"].name == "allow_migrate"
    assert meta_options(Dialect.P10)["allow-migrate"].name == "allow-migrate"
    assert cluster_options(Dialect.HB2)["dc-deadtime"].name == "dc_deadtime"
    assert cluster_options(Dialect.HB2)["stonith-enabled"].name == "stonith-enabled"
    assert meta_spelling("target-role", Dialect.HB2) == "target_role"
    assert meta_spelling("target_role", Dialect.P11) == "target-role"


def test_options_come_and_go_with_the_dialects() -> None:
    assert "maintenance-mode" not in cluster_options(Dialect.HB2)
    assert "default-resource-stickiness" not in cluster_options(Dialect.P11)
    assert "start-prereq" not in meta_options(Dialect.P10)
    assert "prereq" in operation_attributes(Dialect.HB2)
    assert is_meta_option("clone_max")
    assert not is_meta_option("xmfile")


@pytest.mark.parametrize(
    ("dialect", "words"),
    [(Dialect.HB2, "reboot poweroff"), (Dialect.P10, "reboot poweroff"), (Dialect.P11, "reboot poweroff off")],
)
def test_enums_grow(dialect: Dialect, words: str) -> None:
    option = cluster_options(dialect)["stonith-action"]
    assert option.type is ValueType.ENUM
    assert option.words == tuple(words.split())


@pytest.mark.parametrize("dialect", Dialect)
def test_the_default_of_an_enum_is_one_of_its_words(dialect: Dialect) -> None:
    for table in (cluster_options(dialect), meta_options(dialect), operation_attributes(dialect)):
        for option in table.values():
            assert not option.words or not option.default or option.default in option.words
