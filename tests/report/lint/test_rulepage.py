from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cibtools.lint.catalogue.files import rule_files
from cibtools.lint.catalogue.load import build_catalogue, load_tables
from cibtools.lint.record.rule import Rule
from cibtools.report.lint.rulepage import markdown_page, sections, text_page

REPO = Path(__file__).resolve().parents[3]
FILES = rule_files([REPO / "rules"])

ORDER = ["What it does", "Why it is bad", "Bad", "Good", "What to do", "Variants", "Applies to", "References"]


def test_looks_as_reviewed(rules: tuple[Rule, ...], snapshot: Callable[[str, str], None]) -> None:
    snapshot("rulepage.txt", text_page(rules[1], width=72))


def test_markdown_looks_as_reviewed(rules: tuple[Rule, ...], snapshot: Callable[[str, str], None]) -> None:
    snapshot("rulepage.md", markdown_page(rules[1]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_rule_has_the_same_sections_in_the_same_order(path: Path) -> None:
    (rule,) = build_catalogue(load_tables([path]))
    titles = [title for title, _ in sections(rule)]
    assert titles == [title for title in ORDER if title in titles]
    assert set(ORDER) - set(titles) <= {"Variants"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_pages_say_what_the_rule_file_says(path: Path) -> None:
    (rule,) = build_catalogue(load_tables([path]))
    text, markdown = " ".join(text_page(rule).split()), " ".join(markdown_page(rule).split())
    for part in (rule.summary, rule.what, rule.rationale, *rule.sources):
        assert " ".join(part.split()) in text
        assert " ".join(part.split()) in markdown


def test_colour_changes_nothing_but_colour(rules: tuple[Rule, ...]) -> None:
    for rule in rules:
        assert re.sub(r"\x1b\[[\d;]*m", "", text_page(rule, color=True)) == text_page(rule)
