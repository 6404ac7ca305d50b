"""HTML pages that load nothing from elsewhere, drawn from templates; foreign text can neither be markup nor hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.report.shared.printable import visible

if TYPE_CHECKING:
    from jinja2 import Environment


def environment() -> Environment:
    """Where the templates beside this module are drawn."""
    # Few runs write HTML, and Jinja2 takes longer to import than a small CIB to migrate.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("cibtools", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )


def _shown(value: object) -> object:
    """Foreign text with nothing in it that could hide or reorder; line ends stay, for blocks of commands."""
    # What a macro gives back is text of ours already, and of another type.
    return "\n".join(map(visible, value.split("\n"))) if type(value) is str else value
