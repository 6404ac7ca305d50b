"""The change log as one HTML file that loads nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from cibtools.report.changelog import LogView


def render(views: Sequence[LogView]) -> str:
    """All change logs on one page."""
    # Few runs write HTML, and Jinja2 takes longer to import than a small CIB to migrate.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("cibtools", "report"), autoescape=True, undefined=StrictUndefined, trim_blocks=False
    )
    return environment.get_template("changes.html.j2").render(views=views) + "\n"
