"""A runbook as one HTML file that loads nothing from elsewhere, has boxes to tick, and prints well."""

from __future__ import annotations

from cibtools.report.runbook import words
from cibtools.report.runbook.arrange import view
from cibtools.report.shared.page import environment
from cibtools.runbook.plan.enums import Readiness
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.plan.step import as_words

SUFFIX = ".html"


def render(runbook: Runbook) -> str:
    """The whole runbook on one page."""
    drawing = environment()
    drawing.filters.update(clock=as_words, place=words.place)
    page = drawing.get_template("runbook.html.j2")
    return page.render(found=view(runbook), words=words, refused=runbook.verdict is Readiness.REFUSED) + "\n"
