"""Patterns of names, POSIX extended expressions in `rsc-pattern` and `target-pattern`, as far as they can be judged."""

from __future__ import annotations

import re

_LIMIT = 200
_REPEATED_GROUP = re.compile(r"\)\s*[*+{]")
"""A repeated group can take longer than anybody waits: a pattern with one is left aside, like one that is broken."""


def read_pattern(text: str | None) -> re.Pattern[str] | None:
    """Compile a pattern, which may match anywhere in a name; None if there is none or it cannot be judged."""
    if not text or len(text) > _LIMIT or _REPEATED_GROUP.search(text):
        return None
    try:
        return re.compile(text)
    except re.error:
        return None
