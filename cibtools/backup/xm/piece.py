"""Values as they arise while an xm file is followed, with their places and with the types that xm tells apart.

xm takes a variable only if its type is exactly str, list, int or float, so a long number and a unicode string must not
pass for their likes; Python 3 has neither, hence the two marked types.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.backup.record.fact import Unknown
from cibtools.backup.record.source import Span

TEXT_LIMIT = 64 * 1024
"""Longest string that is computed, in characters."""
LONG_BITS = 63
"""Bits of a Python 2 int on a 64-bit host, without its sign; more make it a long."""


class Long(int):
    """A Python 2 long, which xm ignores."""


class Unicode(str):
    """A Python 2 unicode string, which xm ignores."""

    __slots__ = ()


class Piece(Struct, eq=False):
    """An evaluated expression; a list is shared by all names it is assigned to, as Python does it."""

    value: str | int | float | bool | list[Piece | Unknown] | tuple[Piece | Unknown, ...] | None
    span: Span
    """Bytes of the expression; of a plain string literal the bytes between its quotes."""
    literal: bool = False
    """True if the bytes of the span spell the string as it is."""
    start: int = -1
    """Index of the span's first character in the text, for a literal."""


class Undetermined(Exception):  # noqa: N818 - it steers the evaluation and never leaves this package
    """An expression cannot be evaluated."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused
        """True if xm cannot evaluate it either."""
