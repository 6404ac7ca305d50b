"""The change log as one HTML file that loads nothing from elsewhere: decisions first, then the record."""

from __future__ import annotations

from collections.abc import Sequence

from cibtools.report.changes import changelog
from cibtools.report.changes.changelog import LogView
from cibtools.report.shared.page import environment

SUFFIX = ".html"


def render(views: Sequence[LogView]) -> str:
    """All change logs on one page."""
    return environment().get_template("changes.html.j2").render(views=views, words=changelog) + "\n"
