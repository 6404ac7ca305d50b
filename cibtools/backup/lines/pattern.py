"""Trying regular expressions out of a stranger's file: only those that cannot take long, else the answer is unknown."""

from __future__ import annotations

import re

from cibtools.backup.record.fact import Truth

_LONGEST_PATTERN = 200
_LONGEST_TEXT = 255
_GREATEST_EFFORT = 24
"""Patterns with more ways to match than two to the power of this may take seconds."""
_CHOICE = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?|(?P<group>\)(?:[*+?]|\{))|(?P<many>[*+]|\{\d*,\d*\})|(?P<either>[?|])"
)


def matches(pattern: str, text: str, *, anywhere: bool) -> Truth:
    """Tell whether a pattern matches a text, at its beginning or anywhere; unknown if it is wrong or may take long."""
    if len(pattern) > _LONGEST_PATTERN or len(text) > _LONGEST_TEXT:
        return Truth.UNKNOWN
    choices = [found.lastgroup for found in _CHOICE.finditer(pattern)]
    effort = 8 * choices.count("many") + 2 * choices.count("either")
    if effort > _GREATEST_EFFORT or "group" in choices:
        return Truth.UNKNOWN
    try:
        found = re.search(pattern, text) if anywhere else re.match(pattern, text)
    except (re.error, OverflowError, RecursionError):
        return Truth.UNKNOWN
    return Truth.YES if found else Truth.NO
