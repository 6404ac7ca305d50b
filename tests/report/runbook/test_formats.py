"""Runbooks as Markdown, HTML and JSON: looks, schema, and that nothing foreign becomes markup."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError
from msgspec.structs import replace

from cibtools.report.runbook.formats import html as runbook_html
from cibtools.report.runbook.formats import json as runbook_json
from cibtools.report.runbook.formats import md as runbook_markdown
from cibtools.report.runbook.formats.md import plain
from cibtools.runbook.plan.enums import Readiness
from cibtools.runbook.plan.runbook import Runbook
from tests.report.browser import without_frame
from tests.report.runbook.sample import EVIL, sample

RENDERERS = (runbook_markdown.render, runbook_html.render, runbook_json.render)


@pytest.fixture(scope="module")
def validator(repo: Path) -> Draft202012Validator:
    schema = json.loads((repo / "schemas" / "runbook.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_markdown_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    snapshot("runbook.md", runbook_markdown.render(sample()))


def test_html_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    snapshot("runbook.html", without_frame(runbook_html.render(sample())))


def test_json_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    snapshot("runbook.json", runbook_json.render(sample()))


def test_json_keeps_to_the_schema(validator: Draft202012Validator) -> None:
    validator.validate(json.loads(runbook_json.render(sample())))


def test_the_schema_refuses_what_it_does_not_name(validator: Draft202012Validator) -> None:
    whole = json.loads(runbook_json.render(sample()))
    for change in (
        {"schema": "cibtools-runbook-2"},
        {"extra": 1},
        {"kind": "A B"},
        {"facts": {}},
        {"window": 5},
    ):
        with pytest.raises(ValidationError):
            validator.validate({**whole, **change})
    whole["phases"][0]["steps"][0]["extra"] = 1
    with pytest.raises(ValidationError):
        validator.validate(whole)
    for key in sorted(whole):
        with pytest.raises(ValidationError):
            validator.validate({name: value for name, value in whole.items() if name != key})


def test_json_keys_are_sorted() -> None:
    text = runbook_json.render(sample())
    plain = json.dumps(json.loads(text), indent=2, ensure_ascii=False, sort_keys=True)
    assert text.replace("\\u202e", "\u202e") == plain + "\n"


@pytest.mark.parametrize("render", RENDERERS)
def test_the_same_runbook_gives_the_same_bytes(render: Callable[[Runbook], str]) -> None:
    assert render(sample()) == render(sample())


@pytest.mark.parametrize("render", [runbook_markdown.render, runbook_html.render])
def test_nothing_foreign_moves_the_cursor_or_hides(render: Callable[[Runbook], str]) -> None:
    text = render(sample())
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_every_gate_stands_once_where_it_is_decided() -> None:
    text = runbook_markdown.render(sample())
    assert text.count("nothing fences host2") == 2  # in the table of what stands in the way, and at its gate
    assert text.index("### G-START") < text.index("## P1 ") < text.index("### G-ENTRY") < text.index("### P1.01")
    assert text.index("### P1.01") < text.index("**G-EVAC(host1): May host1 be emptied?**") < text.index("### P1.02")
    assert text.count("and the owner?") == 1
    assert text.count("- [ ] RAM") == 1


def test_a_refused_plan_says_why_not_and_nothing_else() -> None:
    refused = replace(sample(), verdict=Readiness.REFUSED, phases=(), gates=(), sessions=())
    text = runbook_markdown.render(refused)
    assert "| Why not |" in text
    assert "| S-ROLL-BROKEN | broken between 0.6 and 1.0 |" in text
    assert "## P" not in text
    assert "Assumed" not in text


class _Page(HTMLParser):
    """Every element in order, with what is open at the end."""

    VOID = frozenset({"meta", "input", "br"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.opened: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        found = dict(attrs)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        self.loads += [found["src"] or ""] if "src" in found else []
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_html_is_one_sound_file_that_loads_nothing() -> None:
    page = _Page()
    page.feed(runbook_html.render(sample()))
    assert page.open == []
    assert page.opened.count("script") == 1
    assert not page.loads
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert len(set(page.ids)) == len(page.ids)
    assert {"P0.01", "P1.05", "P2.01", "G-START", "G-EVAC(host1)"} <= set(page.ids)


def test_markdown_has_no_html_and_no_markup_of_others() -> None:
    text = runbook_markdown.render(sample())
    assert "<script" not in text.replace("\\<script", "")
    assert plain(EVIL) in text
    assert plain("a_b *c* one * two") == "a_b \\*c\\* one * two"
    assert plain("_x_ and __init__, by ____") == "\\_x\\_ and __init__, by ____"
