"""A place in a file as people count, which errors and findings carry alike."""

from __future__ import annotations

from msgspec import Struct


class Location(Struct, frozen=True):
    """A place in a file as a person counts: lines and columns from 1, columns in characters, the end exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
