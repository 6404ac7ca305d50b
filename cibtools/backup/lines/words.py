"""How the summaries of side files put lists and times into words."""

from __future__ import annotations

from collections.abc import Iterable

_MOST = 8
"""Names that a list shows."""


def listed(names: Iterable[str]) -> str:
    """Join names with commas; of many, the first ones and how many more there are."""
    found = list(names)
    return ", ".join(found[:_MOST]) + (f" and {len(found) - _MOST} more" if len(found) > _MOST else "")


def seconds(milliseconds: int) -> str:
    """Write a time in seconds, as these files count it."""
    return f"{milliseconds / 1000:g} s"
