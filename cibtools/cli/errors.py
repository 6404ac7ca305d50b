"""Say on stderr what could not be done: one message for each cause, and what to do about it on a line of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cibtools.errors import CibtoolsError


def describe(error: CibtoolsError) -> str:
    """`cibtools: error: PATH:LINE: message`, and `help: hint` below it, whatever a file is called."""
    place = f"{error.location.path}:{error.location.line}: " if error.location else ""
    return error_lines(f"{place}{error.message}", error.hint)


def describe_usage(error: click.ClickException) -> str:
    """The same for a mistake in the command line that Click finds."""
    context = getattr(error, "ctx", None)
    return error_lines(error.format_message(), f"{context.command_path} --help" if context else "")


def error_lines(message: str, hint: str) -> str:
    """One shape for all errors: a message of one line, and a line of help if there is any."""
    from cibtools.report.shared.printable import visible

    # A sentence of Click's ends with a full stop and a message of ours does not.
    lines = [f"cibtools: error: {visible(message).removesuffix('.')}"]
    lines += [f"  help: {visible(hint)}"] if hint else []
    return "\n".join(lines)


def talk(line: str, *, err: bool = True) -> None:
    """Write a line to stderr, or stdout, whose words are not ours alone: nothing in it may steer the terminal."""
    from cibtools.report.shared.printable import visible

    click.echo(visible(line), err=err)


def report_error(error: CibtoolsError) -> None:
    """Write the lines for an error to stderr."""
    click.echo(describe(error), err=True)
