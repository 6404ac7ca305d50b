"""The planning report as one HTML file: a first screen that decides, a form for the answers, the plan with ticks."""

from __future__ import annotations

import json

from cibtools.briefing.record import Briefing
from cibtools.report.briefing.arrange import BriefingView, view
from cibtools.report.briefing.timeline import LEFT, ROW, WIDTH
from cibtools.report.changes import changelog
from cibtools.report.runbook import words
from cibtools.report.runbook.formats.html import numbers, sheets, state_key
from cibtools.report.shared.page import draw, flag

SUFFIX = ".html"


def render(found: Briefing) -> str:
    """The whole report on one page."""
    shown = view(found)
    book = found.runbook
    return draw(
        "report.html.j2",
        title=f"{shown.title}: {shown.screen.word[2:]}",
        left=f"{', '.join(book.cluster.nodes)} · change {book.change_id} · to {found.target}",
        right=shown.screen.word[2:],
        sheets=[*_SHEETS, *sheets(shown.runbook)],
        found=shown,
        asked=found,
        book=book,
        inputs=state_key(book),
        menu=_menu(shown),
        marks=flag(book.cluster.nodes),
        order=numbers(book.cluster.nodes),
        kept=_kept(found),
        words=changelog,
        size={"left": LEFT, "width": WIDTH, "row": ROW},
        window=f"{book.slot.start}, {words.quantity(str(book.slot.seconds), 's')}" if book.slot else "",
    )


_SHEETS = [
    ("answers", "Decisions"), ("findings", "Findings"), ("evenings", "Evenings"), ("cluster", "The cluster"),
    ("changes", "What migration changes"), ("risks", "Risks"),
]  # fmt: skip


def _kept(found: Briefing) -> str:
    """The answers that were given, for the script of the page; `<` is written as a number, so that no tag can end."""
    evms = [f"{json.dumps(old)} = {json.dumps(new)}" for old, new in found.given.evms]
    kept = {"plain": list(found.given.plain), "accept": list(found.given.accept), "evms": evms}
    return json.dumps(kept).replace("<", "\\u003c")


def _menu(shown: BriefingView) -> list[tuple[str, str]]:
    phases = shown.runbook.phases
    parts = (
        ("decision", "Decision", True), ("answers", "Answers", True), ("findings", "Findings", True),
        ("evenings", "Evenings", phases), ("runbook", "Runbook", phases), ("way-back", "Way back", phases),
        ("cluster", "Cluster", True), ("changes", "Changes", shown.log), ("memory", "Memory", True),
        ("risks", "Risks", True),
        ("inputs", "Inputs", True),
    )  # fmt: skip
    return [(identity, name) for identity, name, there in parts if there]
