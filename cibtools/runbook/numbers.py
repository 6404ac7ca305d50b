"""What the checks, gates, reasons, tests and warnings of runbooks mean, from the table beside this module."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from cibtools.number import Number
from cibtools.packaged import read_data

_HEADINGS = {"what": "What it means", "why": "Why it matters", "do": "What to do"}


@lru_cache(maxsize=1)
def runbook_numbers() -> tuple[Number, ...]:
    """Return every number that a runbook can print, in the order of the table."""
    table = tomllib.loads(read_data(__name__, "numbers.toml").decode("utf-8"))
    return tuple(
        Number(code, row["title"], tuple((_HEADINGS[key], row[key]) for key in _HEADINGS if key in row))
        for code, row in table.items()
    )
