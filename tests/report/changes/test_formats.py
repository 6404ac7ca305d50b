"""Change logs as text, JSON, Markdown and HTML; the diff and the proof: looks, secrets, and nothing foreign acts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from jsonschema import Draft202012Validator, ValidationError
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from cibtools.cli.inputs.open import InputChoice, read_inputs
from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.proof.compare import Action, Difference, Proof
from cibtools.migrate.proof.judge import Verdict
from cibtools.migrate.proof.scenario import Scenario
from cibtools.report.changes import diff as migration_diff
from cibtools.report.changes import proof as proof_text
from cibtools.report.changes.changelog import LogView, view
from cibtools.report.changes.formats import html as changes_html
from cibtools.report.changes.formats import json as changes_json
from cibtools.report.changes.formats import md as changes_markdown
from cibtools.report.changes.formats import text as changes_text
from tests.conftest import REPO
from tests.migrate.lab import migrated
from tests.report.browser import without_frame
from tests.report.changes.sample import CIB, SECRET, sample, sample_view

RENDERERS = (changes_text.render, changes_json.render, changes_markdown.render, changes_html.render)
_ESCAPES = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads((REPO / "schemas" / "changes.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.fixture(scope="module")
def guide() -> LogView:
    (cluster,) = read_inputs(InputChoice((str(REPO / "fixtures/hasi"),))).clusters
    return view(migrate(cluster, Answers(stack=Stack.OPENAIS)))


def verdict(*, holds: bool = False, rejected: str = "") -> Verdict:
    start, fence = Action("web", "start", "host1"), Action("", "fence", "host2")
    watches = tuple(Action("m", "monitor", f"host{number}", 1500) for number in range(10))
    explained = Difference(Scenario("host1 is \x1b[31mlost"), (start, fence), ())
    other = Difference(Scenario("cold start of the whole cluster"), (), watches)
    differences = () if holds else (explained, other)
    proof = Proof((explained.scenario, other.scenario, Scenario("web stops")), differences, rejected)
    changes = tuple(change for change in sample().changes if change.step in ("M041", "M126"))
    return Verdict(proof, ((explained, changes), (other, ())) if differences else (), ("only 16 of 20 nodes",))


def test_text_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    snapshot("changes-short.txt", changes_text.render_short(sample()))
    snapshot("changes-full.txt", changes_text.render([sample_view()]))


def test_json_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    snapshot("changes.json", changes_json.render([sample_view()]))


def test_markdown_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    snapshot("changes.md", changes_markdown.render([sample_view()]))


def test_html_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    snapshot("changes.html", without_frame(changes_html.render([sample_view()])))


def test_the_proof_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    verdicts = (verdict(), verdict(holds=True), verdict(rejected="the schema\x1b does not take it"))
    snapshot("proof.txt", "----\n".join(proof_text.render(found, "crm_simulate 2.1.5") for found in verdicts))


def test_the_diff_looks_as_reviewed(snapshot: Callable[[str, str], None]) -> None:
    snapshot("migration.diff", migration_diff.render(migrated(CIB.replace("hostlist", "host\u202elist"))))


def test_what_was_left_alone_says_so_in_every_format() -> None:
    left = LogView("new.xml", (), (), message="new.xml speaks Pacemaker's language already.")
    for render in RENDERERS:
        text = render([left])
        assert "already." in text
        assert "0 changes" not in text


def test_what_was_left_alone_is_asked_about_in_every_format() -> None:
    # --check ends with 1 for it, so the question must be there to read.
    mixed = CIB.replace("<cib ", '<cib validate-with="pacemaker-1.0" ', 1)
    left = migrated(mixed)
    assert left.message
    assert [change.step for change in left.decisions] == ["M001"]
    for text in (changes_text.render_short(left), *(render([view(left)]) for render in RENDERERS)):
        assert "left alone" in text
        assert "The CIB speaks two languages" in text


@pytest.mark.parametrize("render", RENDERERS)
def test_no_format_shows_a_secret(render: Callable[[list[LogView]], str], guide: LogView) -> None:
    assert SECRET not in render([sample_view()])
    assert "CLEARTEXTPASSWORD" in (REPO / "fixtures/hasi/cib.bak.xml").read_text()
    assert "CLEARTEXTPASSWORD" not in render([guide])


def test_short_text_diff_and_proof_show_no_secret() -> None:
    for text in (
        changes_text.render_short(sample()),
        migration_diff.render(migrated(CIB)),
        proof_text.render(verdict(), "crm_simulate"),
    ):
        assert SECRET not in text
        assert "••••" in text


@pytest.mark.parametrize("render", RENDERERS)
def test_nothing_foreign_moves_the_cursor_or_hides(render: Callable[[list[LogView]], str]) -> None:
    text = render([replace(sample_view(), title="a\x1b[2Jb\u202e")])
    assert "\x1b" not in text
    assert render is changes_json.render or "\u202e" not in text


def test_colour_changes_nothing_but_colour() -> None:
    for render in (
        lambda color: changes_text.render_short(sample(), color=color),
        lambda color: proof_text.render(verdict(), "crm_simulate", color=color),
    ):
        assert _ESCAPES.search(render(True))
        assert _ESCAPES.sub("", render(True)) == render(False)


def test_json_keeps_to_the_schema(validator: Draft202012Validator, guide: LogView) -> None:
    validator.validate(json.loads(changes_json.render([sample_view(), guide])))
    validator.validate(json.loads(changes_json.render([])))


def test_the_schema_refuses_what_it_does_not_name(validator: Draft202012Validator) -> None:
    whole = json.loads(changes_json.render([sample_view()]))
    for change in ({"version": 2}, {"extra": 1}, {"migrations": [{}]}):
        with pytest.raises(ValidationError):
            validator.validate({**whole, **change})
    (migration,) = whole["migrations"]
    for key in migration:
        with pytest.raises(ValidationError):
            validator.validate({"version": 1, "migrations": [{**migration, key: 5}]})
    dropped = next(change for change in migration["changes"] if change["kind"] == "dropped")
    for key, value in {"kind": "gone", "line": 0, "inhibits": True, "step": "M1", "extra": ""}.items():
        with pytest.raises(ValidationError):
            validator.validate({"version": 1, "migrations": [{**migration, "changes": [{**dropped, key: value}]}]})


def parsed(text: str) -> list[Token]:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def shown(token: Token) -> str:
    """What a reader sees of an inline token; `<code>` is the only markup in HTML that we write."""
    pieces = []
    for child in token.children or ():
        assert child.type in ("text", "code_inline", "html_inline", "softbreak", "text_special"), child
        if child.type == "html_inline":
            assert child.content in ("<code>", "</code>")
        else:
            pieces.append(child.content)
    return "".join(pieces)


def test_markdown_tables_have_four_cells_and_show_values_as_they_are() -> None:
    tokens = parsed(changes_markdown.render([sample_view()]))
    rows: list[list[str]] = []
    for number, token in enumerate(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            rows[-1].append(shown(tokens[number + 1]))
    assert {len(row) for row in rows} == {4}
    entries = [entry for step in sample_view().steps for _, found in step.by_reason for entry in found]
    bodies = [row for row in rows if row[0] != "kind"]
    assert [row[0] for row in bodies] == [entry.kind.value for entry in entries]
    hostile = next(row for row in bodies if "\\|" in row[2])
    assert hostile[2] == 'value="a|b `c` ``d`` \\| <i>&amp;*_~[x](y)_*" ␛[31m <U+202E>'
    assert hostile[3] == "`"
    long = next(row for row in bodies if "characters)" in row[2])
    assert long[2] == ("<status/>" * 60)[:400] + " … (and 140 characters)"


def test_markdown_is_no_markup_outside_of_ours() -> None:
    tokens = parsed(changes_markdown.render([sample_view()]))
    texts = [shown(token) for token in tokens if token.type == "inline" and "**" not in token.content]
    assert "2. not a list: <b>bold</b> | `code`" in texts
    assert any("Should it *stay* so?" in text for text in texts)
    assert any("threshold = _none_ | nothing else" in text for text in texts)
    assert not any(token.type in ("ordered_list_open", "html_block", "blockquote_open") for token in tokens)


HARD = (
    *("*a*", "_a_", "a_b_c", "`", "``x`", "\\", "\\|", "a|b", "<b>", "&lt;", "[a](b)", "~~a~~"),
    *("# a", "- a", "+ a", "1. a", "12) a", "> a", "==="),
)


@pytest.mark.parametrize("text", HARD)
def test_markdown_shows_what_looks_like_markup_as_it_is(text: str) -> None:
    entry = replace(sample_view().steps[0].entries[0], reason=text, before=text, after=f"x{text}y", subject=text)
    step = replace(sample_view().steps[0], entries=(entry,))
    tokens = parsed(changes_markdown.render([LogView("x", (step,), ((text, text),))]))
    inline = [shown(token) for token in tokens if token.type == "inline"]
    assert text in inline, text
    assert f"x{text}y" in inline, text
    assert f"{text} → {text}" in inline, text


class _Page(HTMLParser):
    """Every element in order, with what is open at the end, and the text between."""

    VOID = frozenset({"meta", "input", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        assert "src" not in found
        assert "style" not in found
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_is_one_sound_file_that_loads_nothing(guide: LogView) -> None:
    page = _Page()
    page.feed(changes_html.render([sample_view(), guide]))
    assert page.open == []
    assert page.tags.count("script") == 1
    assert not {"link", "img", "i", "b>"} & set(page.tags)
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    assert len(page.links) > 20
    assert len(set(page.ids)) == len(page.ids)


def test_html_shows_decisions_before_changes_and_each_once() -> None:
    page = _Page()
    page.feed(changes_html.render([sample_view()]))
    assert (
        page.text.index("Which device?") < page.text.index("Should it *stay* so?") < page.text.index("What was changed")
    )
    for entry in (entry for question in sample_view().questions for entry in question.entries):
        assert page.text.count(entry.reason) == 1
    assert "2. not a list: <b>bold</b> | `code`" in page.text
    assert page.text.count("threshold = 3") == 1


def test_the_same_log_gives_the_same_bytes() -> None:
    for render in RENDERERS:
        assert render([sample_view()]) == render([sample_view()])


def test_the_same_question_about_many_objects_is_asked_once() -> None:
    primitives = "".join(f'<primitive id="w{number}" class="heartbeat" type="apache"/>' for number in range(3))
    cib = f'<cib><configuration><resources>{primitives}<primitive id="a:b" class="ocf" provider="p" type="t"/>'
    cib += '<primitive id="c:d" class="ocf" provider="p" type="t"/></resources></configuration></cib>'
    text = changes_text.render_short(migrated(cib))
    assert text.count("runs the heartbeat 1 script") == 1
    assert text.count("likewise primitive[w") == 2
    assert 'accept = ["M042:w0", "M042:w1", "M042:w2"]' in text
    assert 'likewise primitive[c:d], with \'c-d\', done: id="c:d" -> id="c-d"\n' in text
