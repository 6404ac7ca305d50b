"""Change logs as one HTML page that loads nothing from elsewhere, to be read, ticked and printed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cibtools.report.changes import changelog
from cibtools.report.changes.changelog import LogView
from cibtools.report.shared.page import draw
from cibtools.report.shared.printable import counted

SUFFIX = ".html"


def render(views: Sequence[LogView]) -> str:
    """Draw all change logs on one page."""
    what = (views[0].title or ".") if len(views) == 1 else counted(len(views), "cluster")
    title = f"Migration of {what} to Pacemaker 1.0"
    return draw(
        "changes.html.j2", title=title, left=title, right="Change log", views=views, words=changelog,
        inputs=_digest(views), menu=_menu(views),
    )  # fmt: skip


def _digest(views: Sequence[LogView]) -> str:
    """What the ticks belong to: the changes, whatever they are called."""
    entries = (entry for view in views for step in view.steps for entry in step.entries)
    text = "\0".join(f"{entry.step}\0{entry.subject}\0{entry.before}\0{entry.after}" for entry in entries)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _menu(views: Sequence[LogView]) -> list[tuple[str, str]]:
    """The parts of the page; of several change logs the page names none."""
    if len(views) != 1:
        return []
    view = views[0]
    parts = (
        ("decide", "To decide", view.questions), ("differences", "Behaviour", view.differences),
        ("reminders", "By hand", view.reminders), ("changes", "Changes", view.total),
        ("renames", "New ids", view.renames), ("upgrades", "Later releases", view.upgrades),
    )  # fmt: skip
    return [(identity, name) for identity, name, there in parts if there]
