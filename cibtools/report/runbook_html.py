"""A runbook as one HTML file that loads nothing from elsewhere, has boxes to tick, and prints well."""

from __future__ import annotations

from cibtools.report import runbook_words as words
from cibtools.report.printable import visible
from cibtools.report.runbook_arrange import view
from cibtools.runbook.model import Runbook
from cibtools.runbook.words import Verdict


def render(runbook: Runbook) -> str:
    """The whole runbook on one page."""
    # Few runs write HTML, and Jinja2 takes a while to import.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("cibtools", "report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, finalize=_shown,
    )  # fmt: skip
    environment.filters.update(clock=words.clock, place=words.place)
    page = environment.get_template("runbook.html.j2")
    return page.render(found=view(runbook), words=words, refused=runbook.verdict is Verdict.REFUSED) + "\n"


def _shown(value: object) -> object:
    """Foreign text with nothing in it that could hide or reorder; line ends stay, for blocks of commands."""
    # What a macro gives back is text of ours already, and of another type.
    return "\n".join(map(visible, value.split("\n"))) if type(value) is str else value
