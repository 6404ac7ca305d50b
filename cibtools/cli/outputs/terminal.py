"""What stdout and stderr are: whether they take colour, and how many columns stdout has."""

from __future__ import annotations

import os
import sys

import click

PIPE_WIDTH = 120
"""Columns where there is no terminal: fixed, so that the bytes in a pipe depend on nothing."""
color_option = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour in text output.",
)
"""What `wants_color` is given, for every command that prints text."""


def wants_color(choice: str = "auto", *, err: bool = False) -> bool:
    """Whether to write colour to stdout, or stderr; NO_COLOR and dumb terminals turn auto off."""
    if choice != "auto":
        return choice == "always"
    stream = sys.stderr if err else sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def terminal_width() -> int:
    """The columns of the terminal."""
    if not sys.stdout.isatty():
        return PIPE_WIDTH
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or PIPE_WIDTH
    except OSError:
        return PIPE_WIDTH
