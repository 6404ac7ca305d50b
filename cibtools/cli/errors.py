"""Say on stderr what could not be done, in one line for each cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cibtools.errors import CibtoolsError


def describe(error: CibtoolsError) -> str:
    """`cibtools: error: PATH:LINE: message; hint`, in one line whatever a file is called."""
    from cibtools.report.shared.printable import visible

    place = f"{error.location.path}:{error.location.line}: " if error.location else ""
    hint = f"; {error.hint}" if error.hint else ""
    return visible(f"cibtools: error: {place}{error.message}{hint}")


def report_error(error: CibtoolsError) -> None:
    """Write the line for an error to stderr."""
    click.echo(describe(error), err=True)
