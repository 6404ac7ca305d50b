"""Styled text: renderers say what a piece of text is, and one of two painters decides how it looks.

Without colour the pieces are joined as they are and rich is never imported, so a pipe and a terminal show the same
layout, and a pipe costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Style(Enum):
    """What a piece of text is; the value is how rich draws it."""

    PLAIN = ""
    STRONG = "bold"
    DIM = "dim"
    PATH = "cyan"
    ERROR = "bold red"
    WARNING = "bold yellow"
    INFO = "bold blue"
    GUTTER = "blue"
    NOTE = "bright_blue"
    REMEDY = "green"
    GOOD = "bold green"


Piece = tuple[Style, str]
"""A text without line ends other than those that are meant, and what it is."""


def plain(text: str) -> Piece:
    """Text of no special kind."""
    return Style.PLAIN, text


def paint(pieces: Iterable[Piece], *, color: bool) -> str:
    """Join pieces to a text, with the escape sequences of a terminal if wanted."""
    if not color:
        return "".join(text for _, text in pieces)
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    drawn = Text()
    for style, text in pieces:
        drawn.append(text, style.value or None)
    file = StringIO()
    # The environment was consulted by whoever asked for colour; here it must not matter.
    console = Console(
        file=file,
        force_terminal=True,
        color_system="standard",
        no_color=False,
        legacy_windows=False,
        width=10_000,
        _environ={},
    )
    console.print(drawn, end="", markup=False, highlight=False, soft_wrap=True)
    return file.getvalue()
