"""What a user may choose about text output; the clock and the terminal are not asked here."""

from __future__ import annotations

from msgspec import Struct


class TextOptions(Struct, frozen=True):
    """What a user may choose about text output."""

    color: bool = False
    width: int = 100
    """Columns of the terminal."""
    statistics: bool = False
    show_skipped: bool = False
    show_suppressed: bool = False
    show_errors: bool = True
    """Whether to list what could not be done; False where stderr says it beside the report."""
