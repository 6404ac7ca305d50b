from __future__ import annotations

from collections.abc import Callable

from cibtools.lint.record.rule import Rule
from cibtools.report.lint.rulelist import json_list, markdown_table, text_list


def test_looks_as_reviewed(rules: tuple[Rule, ...], snapshot: Callable[[str, str], None]) -> None:
    snapshot("rules.txt", text_list(rules))


def test_markdown_looks_as_reviewed(rules: tuple[Rule, ...], snapshot: Callable[[str, str], None]) -> None:
    snapshot("rules.md", markdown_table(rules))


def test_json_looks_as_reviewed(rules: tuple[Rule, ...], snapshot: Callable[[str, str], None]) -> None:
    snapshot("rules.json", json_list(rules))
