"""Words for yes and no have one home."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from cibtools.backup.record import boolean
from cibtools.backup.record.boolean import CLUSTER, EVMS, MULTIPATH, SCHEMA, SCRIPTS, XEND, Words
from cibtools.cluster.value import parse_boolean

ALL = (CLUSTER, SCHEMA, SCRIPTS, EVMS, XEND, MULTIPATH)


@pytest.mark.parametrize("words", ALL)
def test_no_word_means_both(words: Words) -> None:
    assert not words.true & words.false
    for word in words.true:
        assert words.read(word) is True
        assert words.read(word.upper()) is (None if words.exact and word.upper() != word else True)
    for word in words.false:
        assert words.read(word) is False
    assert words.read("maybe") is None


def test_the_cluster_reads_y_and_blanks_around_it() -> None:
    assert parse_boolean(" Y ") is True
    assert parse_boolean("n") is False
    assert parse_boolean(None) is None


def _literals(tree: ast.AST) -> list[set[object]]:
    """Every tuple, list or set of constants."""
    found = (node for node in ast.walk(tree) if isinstance(node, (ast.Tuple, ast.List, ast.Set)))
    return [{one.value for one in node.elts if isinstance(one, ast.Constant)} for node in found]


def test_no_other_module_holds_words_for_yes() -> None:
    package = Path(boolean.__file__).parents[2]
    others = [path for path in package.rglob("*.py") if path != Path(boolean.__file__)]
    assert len(others) > 100
    twice = [
        f"{path.name}: {sorted(map(str, words))}"
        for path in others
        for words in _literals(ast.parse(path.read_text(encoding="utf-8")))
        if len(words & {"true", "yes", "on", "y"}) > 1 or len(words & {"false", "no", "off", "n"}) > 1
    ]
    assert twice == []
