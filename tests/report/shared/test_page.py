"""Pages in a real browser: nothing complains, nothing is asked of others, ticks last, and anybody can read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from cibtools.cli.inputs.open import InputChoice, read_inputs
from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.pipeline import migrate
from cibtools.report.changes.changelog import view
from cibtools.report.changes.formats import html as changes_html
from cibtools.report.runbook.formats import html as runbook_html
from cibtools.report.shared.page import draw
from cibtools.report.shared.printable import visible
from cibtools.runbook.compose.kind import Request
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.kinds.registry import load_kind
from cibtools.runbook.plan.enums import Readiness
from cibtools.runbook.plan.runbook import ClusterBrief
from tests.conftest import REPO
from tests.report.browser import PHONE, WIDE, Visit, axe, chromium, serious
from tests.report.nasty import NASTY
from tests.report.runbook.sample import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCREENS = [(size, scheme) for size in (WIDE, PHONE) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    (cluster,) = read_inputs(InputChoice((str(REPO / "fixtures/hasi"),))).clusters
    patch = load_kind("patch").build(
        Request(cluster=cluster, wishes=Wishes(window_start="20:00", window=6 * 3600), parameters=Parameters())
    )
    many = replace(sample(), cluster=ClusterBrief(("host1", "host2", "n3", "n4", "n 5"), 15, "heartbeat-2.1"))
    texts = {
        "patch": runbook_html.render(patch),
        "hostile": runbook_html.render(sample()),
        "many": runbook_html.render(many),
        "refused": runbook_html.render(replace(sample(), verdict=Readiness.REFUSED, phases=(), gates=(), sessions=())),
        "changes": changes_html.render([view(migrate(cluster, Answers(stack=Stack.OPENAIS)))]),
    }
    folder = tmp_path_factory.mktemp("pages")
    for name, text in texts.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in texts}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["patch", "hostile", "many", "refused", "changes"])
def test_no_page_complains_overflows_or_asks_for_anything(browser: Browser, pages: dict[str, Path], name: str) -> None:
    for size, scheme in SCREENS:
        visit = Visit(browser, pages[name], viewport=size, color_scheme=scheme)
        assert visit.ask("document.documentElement.scrollWidth") <= size["width"]
        # The list of links scrolls of its own accord; a command never does.
        cut = "e.scrollWidth > e.clientWidth + 1 && e.clientWidth && !e.closest('.scroll, .unseen, .long')"
        parts = "[...document.querySelectorAll('pre, td, th, dd, h1, h2, h3, p')]"
        assert visit.ask(f"{parts}.filter(e => {cut}).map(e => e.textContent)") == []
        visit.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["patch", "hostile", "many", "refused", "changes"])
def test_axe_finds_nothing_serious(
    browser: Browser, pages: dict[str, Path], name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = axe(tmp_path_factory.mktemp("axe"))
    for size, scheme in SCREENS:
        visit = Visit(browser, pages[name], viewport=size, color_scheme=scheme)
        assert serious(visit, script) == []
        visit.close()


def test_ticks_notes_and_names_survive_a_reload_and_a_move(
    browser: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    visit = Visit(browser, pages["patch"], accept_downloads=True)
    page = visit.page
    page.fill("[data-head=operator]", "A. Öst <b>")
    page.check("[data-tick='P0.01'][data-kind=step]")
    page.fill("[data-note='P0.02']", 'seen "twice"')
    assert "by A. Öst <b>" in page.inner_text("[id='P0.01'] summary .stamp")
    assert not page.get_attribute("[id='P0.01']", "open")
    assert page.inner_text("#progress").startswith("1 of ")
    page.reload()
    assert page.is_checked("[data-tick='P0.01'][data-kind=step]")
    assert page.input_value("[data-note='P0.02']") == 'seen "twice"'
    with page.expect_download() as wanted:
        page.click("#export")
    kept = tmp_path / "ticks.json"
    wanted.value.save_as(kept)
    visit.close()

    other = Visit(browser, pages["patch"])
    assert not other.page.is_checked("[data-tick='P0.01'][data-kind=step]")
    other.page.set_input_files("#state-file", kept)
    other.page.wait_for_function("document.querySelector('#live').textContent.includes('loaded')")
    assert other.page.is_checked("[data-tick='P0.01'][data-kind=step]")
    assert other.page.input_value("[data-head=operator]") == "A. Öst <b>"
    foreign = json.loads(kept.read_text())
    for text in (
        "no JSON",
        json.dumps({**foreign, "change": "x", "ticks": {}}),
        json.dumps({**foreign, "ticks": None}),
    ):
        kept.write_text(text)
        other.page.evaluate("document.querySelector('#live').textContent = ''")
        other.page.set_input_files("#state-file", kept)
        other.page.wait_for_function("document.querySelector('#live').textContent.includes('nothing was changed')")
        assert other.page.is_checked("[data-tick='P0.01'][data-kind=step]")
    other.close()


def test_the_filter_hides_steps_of_other_nodes_only(browser: Browser, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["patch"])
    visit.page.select_option("#node", label="host2")
    assert not visit.page.is_visible("[id='P7.04']")
    assert visit.page.is_visible("[id='P1.04']")
    assert visit.page.is_visible("[id='P0.01']")
    hidden = visit.ask("document.querySelectorAll('[data-nodes][hidden]').length")
    assert visit.page.inner_text("#filtered").startswith(f"{hidden} steps of other nodes")
    visit.page.select_option("#node", label="all nodes")
    assert visit.ask("document.querySelectorAll('[data-nodes][hidden]').length") == 0
    visit.close()


def test_a_copied_command_is_the_command(browser: Browser, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["patch"], permissions=["clipboard-read", "clipboard-write"])
    button = visit.page.locator("[id='P1.02'] button.copy").first
    button.click()
    visit.page.wait_for_function("document.querySelector('#live').textContent !== ''")
    told = visit.page.inner_text("#live")
    taken = "navigator.clipboard.readText()" if told == "copied" else "getSelection().toString()"
    assert visit.ask(taken).strip() == visit.page.locator("[id='P1.02'] pre").first.text_content()
    visit.close()


def test_the_page_is_whole_without_a_script(browser: Browser, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["patch"], java_script_enabled=False)
    assert visit.page.is_visible("[id='P1.02'] pre >> nth=0")
    assert visit.page.locator("button:visible").count() == 0
    visit.page.check("[data-tick='P0.01'][data-kind=step]")
    visit.close()


def test_links_lead_to_what_there_is_and_warnings_to_their_steps(browser: Browser, pages: dict[str, Path]) -> None:
    for path in pages.values():
        visit = Visit(browser, path)
        broken = "[...document.querySelectorAll('a[href]')].filter(a => !document.getElementById(a.hash.slice(1)))"
        assert visit.ask(f"{broken}.map(a => a.href)") == []
        twice = "ids => ids.filter((id, place) => ids.indexOf(id) !== place)"
        assert visit.ask(f"({twice})([...document.querySelectorAll('[id]')].map(e => e.id))") == []
        visit.close()
    visit = Visit(browser, pages["patch"])
    assert "P1.02" in visit.ask("[...document.querySelectorAll('#warnings td a')].map(a => a.textContent)")
    visit.close()


@pytest.mark.slow
def test_the_guides_patch_prints_on_25_pages_each_with_its_phase(browser: Browser, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["patch"])
    paper = visit.page.pdf(prefer_css_page_size=True, tagged=False)
    visit.close()
    count = max(int(found) for found in re.findall(rb"/Count (\d+)", paper))
    assert 10 < count <= 25
    style = re.search("(?s)<style>(.*?)</style>", pages["patch"].read_text())
    assert style is not None
    heads = re.findall(r'@page sheet\d+ \{ @top-right \{ content: "([^"]*)"', style[1])
    assert [head.split()[0] for head in heads[:3]] == ["P0", "P1", "P2"]
    assert '@top-left { content: "host1, host2 · change ' in style[1]
    assert "counter(page)" in style[1]


def test_many_nodes_get_an_overview_and_a_sheet_each(browser: Browser, pages: dict[str, Path]) -> None:
    visit = Visit(browser, pages["many"])
    assert visit.page.locator("[id^='sheet-']").count() == 5
    visit.page.check("[id='sheet-1'] [data-tick='P1.01']")
    assert visit.page.is_checked("[data-tick='P1.01'][data-kind=step]")
    visit.close()
    visit = Visit(browser, pages["patch"])
    assert visit.page.locator("[id^='sheet-']").count() == 0
    visit.close()


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=NASTY, head=NASTY, text=NASTY)
def test_any_text_survives_and_nothing_of_it_acts(
    browser: Browser, tmp_path: Path, title: str, head: str, text: str
) -> None:
    book = sample()
    step = replace(book.phases[0].steps[0], title=text)
    phase = replace(book.phases[0], title=head, steps=(step, *book.phases[0].steps[1:]))
    path = tmp_path / "page.html"
    path.write_text(runbook_html.render(replace(book, title=title, phases=(phase, *book.phases[1:]))), encoding="utf-8")
    visit = Visit(browser, path)
    shown = visit.page.text_content("[id='P0.01'] h3")
    assert shown.split() == visible(text).split()
    assert visit.ask("document.querySelectorAll('script').length") == 1
    assert visit.ask("document.querySelectorAll('style').length") == 1
    assert visit.ask("document.documentElement.scrollWidth") <= WIDE["width"]
    visit.close()


def test_a_policy_forbids_everything_but_the_pages_own_style_and_script() -> None:
    text = draw("changes.html.j2", title="t", left="l", right="r", views=[], words=None, inputs="", menu=[])
    policy = re.search('Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert policy[1].startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy[1]
    assert " style=" not in text.partition("</style>")[2]
    assert re.search(r"<[^>]* on\w+=", text.partition("</style>")[2].partition("<script>")[0]) is None
