"""The planning report as HTML, Markdown and JSON: one story in all, a form that works, no secret, no request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from cibtools.briefing.record import Briefing
from cibtools.cli.inputs.open import InputChoice, read_inputs
from cibtools.cli.reporting.briefing import Asked, briefing
from cibtools.report.briefing.arrange import view
from cibtools.report.briefing.formats import html as report_html
from cibtools.report.briefing.formats import json as report_json
from cibtools.report.briefing.formats import md as report_md
from cibtools.report.runbook.formats import html as runbook_html
from cibtools.runbook.facts.parameters import Wishes
from cibtools.runbook.plan.enums import Readiness
from cibtools.runbook.plan.step import as_words
from tests.conftest import REPO
from tests.report.browser import PHONE, WIDE, Visit, axe, chromium, serious
from tests.report.nasty import NASTY

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RENDERERS = (report_html.render, report_md.render, report_json.render)
WISHES = Wishes(
    from_version="heartbeat-2.1.4", to_version="sle-ha-11", window_start="20:00", window=10 * 3600,
    node_ram=(("host1", 12288), ("host2", 12288)),
)  # fmt: skip


def report(answers: Path | None = None, wishes: Wishes = WISHES, name: str = "hasi") -> Briefing:
    folder = str(REPO / "fixtures" / name)
    (cluster,) = read_inputs(InputChoice((folder,))).clusters
    return briefing(cluster, Asked(wishes, answers, simulate=False, verify=False, rehearse=False), folder)


@pytest.fixture(scope="module")
def guide() -> Briefing:
    return report()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    yield from chromium()


@pytest.fixture(scope="module")
def page(guide: Briefing, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html.render(guide), encoding="utf-8")
    return path


def validator() -> Draft202012Validator:
    schema = json.loads((REPO / "schemas" / "report.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_json_keeps_to_the_schemas(guide: Briefing) -> None:
    whole = json.loads(report_json.render(guide))
    validator().validate(whole)
    book = json.loads((REPO / "schemas" / "runbook.schema.json").read_text())
    Draft202012Validator(book).validate(whole["runbook"])
    for key in whole:
        assert not validator().is_valid({name: value for name, value in whole.items() if name != key})


def test_the_same_report_gives_the_same_bytes(guide: Briefing) -> None:
    for render in RENDERERS:
        assert render(guide) == render(report())


def test_the_first_screen_says_no_while_an_answer_is_missing(guide: Briefing) -> None:
    screen = view(guide).screen
    assert screen.word == "✖ NO-GO"
    assert screen.conditions[0].code == "M126"
    assert sum("M126" in one.text + one.code for one in screen.conditions) == 1
    ready = replace(guide, runbook=replace(guide.runbook, verdict=Readiness.READY, reasons=(), gates=()))
    assert view(ready).screen.word == "✖ NO-GO"
    optional = tuple(one for one in guide.questions if not one.must)
    assert view(replace(ready, questions=optional)).screen.word == "△ GO WITH CONDITIONS"
    assert view(replace(ready, questions=())).screen.word == "✔ GO"
    assert view(replace(ready, questions=(), surprises=1, rehearsal=("1 surprise",))).screen.word == "✖ NO-GO"


def test_figures_that_stand_in_several_places_agree(guide: Briefing) -> None:
    whole, shown = json.loads(report_json.render(guide)), view(guide)
    html, md, book = report_html.render(guide), report_md.render(guide), guide.runbook
    assert guide.migration is not None
    figures = {one["name"]: one for one in whole["figures"]}
    work, waits = whole["runbook"]["window"]["nominal"], whole["runbook"]["soak"]["min"]
    assert figures["All work with waits"]["value"] == as_words(work + waits)
    assert whole["migration"]["open"] == len(guide.migration.decisions)
    assert figures["Decisions"]["note"].startswith(f"{len(guide.migration.decisions)} open points")
    assert figures["Decisions"]["value"] == f"{len(whole['questions'])} questions"
    assert whole["verdict"] == shown.screen.word[2:]
    longest = max(one["seconds"] for one in whole["outages"])
    assert figures["Longest outage of a domU"]["value"] == as_words(longest)
    ends = {one.evening: max(span.end for span in shown.runbook.times.steps.values() if span.evening == one.evening)
            for one in shown.runbook.times.steps.values()}  # fmt: skip
    for number, session in enumerate(book.sessions):
        assert ends[number] == session.seconds
        assert shown.evenings[number].length == as_words(session.seconds)
    for one in shown.screen.figures:
        assert f"<dt>{one.name}</dt><dd>{one.value}" in html
        assert f"| {one.name} | {one.value} |" in md
    alone = runbook_html.render(book)
    for one in shown.runbook.screen.figures:
        assert f"<dt>{one.name}</dt><dd>{one.value}" in alone
    for phase in shown.runbook.phases:
        assert f"takes {phase.time}, at most {phase.limit}" in html


@pytest.mark.parametrize(
    ("target", "method"), [("sle-ha-11", "auto"), ("sle-ha-11", "swing"), ("pacemaker-1.0", "auto")]
)
def test_an_outage_of_all_domus_is_told_for_each(target: str, method: str) -> None:
    found = report(wishes=replace(WISHES, to_version=target, method=method))
    away = view(found).runbook.outages
    assert len({name for one in away for name in one.domus}) == found.runbook.cluster.domus == 15
    steps = {step.id: step for phase in found.runbook.phases for step in phase.steps}
    for one in away:
        first, last = (steps[place] for place in one.places)
        assert set(one.domus) <= set(first.stops) & set(last.starts)
        assert one.seconds >= first.duration.nominal + last.duration.nominal


def test_every_format_tells_of_every_question_and_finding(guide: Briefing) -> None:
    whole = json.loads(report_json.render(guide))
    assert [one["id"] for one in whole["questions"]] == [one.id for one in guide.questions]
    for text in (report_html.render(guide), report_md.render(guide)):
        for question in guide.questions:
            assert question.id in text
        for code in {finding.code for finding in guide.findings}:
            assert code in text
    assert {one["code"] for one in whole["findings"]} == {finding.code for finding in guide.findings}
    folded = sum(1 + one["more"] for one in whole["findings"])
    assert folded == len(guide.findings)


def test_no_format_shows_a_secret(guide: Briefing) -> None:
    words = re.findall(r'name="[^"]*passw[^"]*" value="([^"]+)"', (REPO / "fixtures/hasi/cib.bak.xml").read_text())
    words += ["CLEARTEXTPASSWORD"]
    keys = [path.read_text() for path in (REPO / "fixtures/hasi").rglob("authkeys")]
    words += [line.split()[2] for text in keys for line in text.splitlines() if re.match(r"\d+ (sha1|md5) \S", line)]
    assert len(words) > 3
    for render in RENDERERS:
        text = render(guide)
        assert not [word for word in words if word in text]


def test_other_clusters_and_targets_give_a_report_too() -> None:
    for name, target in (("hasi", "pacemaker-1.0"), ("pacemaker-1.0", "pacemaker-1.0"), ("pacemaker-1.0", "sle-ha-11")):
        found = report(wishes=Wishes(to_version=target), name=name)
        validator().validate(json.loads(report_json.render(found)))
        assert f"to {target}" in report_md.render(found)
        assert "<!DOCTYPE html>" in report_html.render(found)


def test_the_form_is_kept_saved_and_read_back_and_the_verdict_changes(
    browser: Browser, page: Path, tmp_path: Path
) -> None:
    visit = Visit(browser, page, accept_downloads=True)
    assert visit.page.inner_text("#decision h1") == "✖ NO-GO"
    questions = visit.page.locator("[data-question]")
    assert questions.locator("input:checked").count() == 0
    for number in range(questions.count()):
        way = questions.nth(number).locator("input[type=radio]:not([data-key=''])").first
        way.check()
    visit.page.fill("[data-value='/dev/evms/san2/cfgpool']", '/dev/vg/pool "x"')
    visit.page.dispatch_event("[data-value='/dev/evms/san2/cfgpool']", "change")
    visit.page.reload()
    assert visit.page.input_value("[data-value='/dev/evms/san2/cfgpool']") == '/dev/vg/pool "x"'
    visit.page.fill("[data-value='/dev/evms/san2/cfgpool']", "/dev/san2/cfgpool")
    visit.page.dispatch_event("[data-value='/dev/evms/san2/cfgpool']", "change")
    assert "all 8 answered" in visit.page.inner_text("#answers-state")
    with visit.page.expect_download() as wanted:
        visit.page.click("#save-answers")
    saved = tmp_path / "answers.toml"
    wanted.value.save_as(saved)
    visit.close()

    again = report(saved)
    assert again.given.evms[0] == ("/dev/evms/san2/cfgpool", "/dev/san2/cfgpool")
    assert not any(one.must for one in again.questions)
    asked = {text for one in report().questions for text, _ in one.texts}
    assert not asked & {text for one in again.questions for text, _ in one.texts}
    assert view(again).screen.word == "△ GO WITH CONDITIONS"
    # What was answered stays in the file that the next page saves.
    second = tmp_path / "second.html"
    second.write_text(report_html.render(again), encoding="utf-8")
    visit = Visit(browser, second, accept_downloads=True)
    if visit.page.locator("#save-answers").count():
        with visit.page.expect_download() as wanted:
            visit.page.click("#save-answers")
        wanted.value.save_as(saved)
        assert report(saved).given == again.given
    visit.close()


def test_two_answers_for_one_key_are_shown_as_a_conflict(guide: Briefing, browser: Browser, tmp_path: Path) -> None:
    (first,) = (one for one in guide.questions if one.step == "M014")
    none = tuple(way for way in first.ways if way.entries == ('"none"',))
    other = replace(first, id="M014-2", ways=none)
    path = tmp_path / "conflict.html"
    path.write_text(report_html.render(replace(guide, questions=(first, other))), encoding="utf-8")
    visit = Visit(browser, path, accept_downloads=True)
    visit.page.check("[id='q-M014-1'] [data-entries='3']")
    assert not visit.page.is_visible("#answers-clash")
    visit.page.check("[id='q-M014-2'] input[type=radio]")
    assert "threshold" in visit.page.inner_text("#answers-clash")
    with visit.page.expect_download() as wanted:
        visit.page.click("#save-answers")
    assert "# two answers for: threshold" in Path(wanted.value.path()).read_text()
    visit.close()


@pytest.mark.slow
def test_the_page_asks_for_nothing_fits_and_is_readable_by_anybody(
    browser: Browser, page: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    script = axe(tmp_path_factory.mktemp("axe"))
    for size in (WIDE, PHONE):
        for scheme in ("light", "dark"):
            visit = Visit(browser, page, viewport=size, color_scheme=scheme)
            assert visit.ask("document.documentElement.scrollWidth") <= size["width"]
            broken = "[...document.querySelectorAll('a[href]')].filter(a => !document.getElementById(a.hash.slice(1)))"
            assert visit.ask(f"{broken}.map(a => a.hash)") == []
            assert serious(visit, script) == []
            visit.close()


def test_the_page_is_whole_without_a_script(browser: Browser, page: Path) -> None:
    visit = Visit(browser, page, java_script_enabled=False)
    assert visit.page.is_visible("#decision h1")
    assert visit.page.locator("button:visible").count() == 0
    visit.page.locator("[id='q-M126-1'] input[type=radio]").first.check()
    visit.close()


def test_the_picture_is_drawn_within_the_pages_policy(browser: Browser, page: Path) -> None:
    visit = Visit(browser, page)
    image = visit.page.locator("#cluster img")
    assert "boxes" in (image.get_attribute("alt") or "")
    image.scroll_into_view_if_needed()
    assert visit.ask("document.querySelector('#cluster img').naturalWidth") > 400
    visit.close()


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NASTY, NASTY)
def test_any_text_survives_every_format(
    guide: Briefing, browser: Browser, tmp_path: Path, text: str, label: str
) -> None:
    first, *rest = guide.questions
    way = replace(first.ways[0], label=label, entries=(label,), key="accept")
    odd = replace(guide, questions=(replace(first, texts=((text, ""),), ways=(way,), title=label), *rest))
    whole = json.loads(report_json.render(odd))
    assert whole["questions"][0]["texts"][0]["text"] == text
    assert "\u202e" not in report_md.render(odd)
    path = tmp_path / "odd.html"
    path.write_text(report_html.render(odd), encoding="utf-8")
    visit = Visit(browser, path)
    assert visit.ask("document.querySelectorAll('script').length") == 1
    assert visit.ask("document.documentElement.scrollWidth") <= WIDE["width"]
    visit.close()
