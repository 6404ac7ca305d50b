"""Secrets that no parameter's name announces: in URLs, among the words of command lines, in remarks of people.

All expressions take time that grows with the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache

_WORD = r"\"[^\"]*+\"?|'[^']*+'?|[^\s\"'<>]++"
"""A word of a command line, in quotes or not."""
_TOOLS = ("ipmitool", "fence_", "ipmi", "sshpass")
"""Programs whose -p or -P takes a password as its next word."""
_OPENING, _CLOSING = "<!--", "-->"


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The pattern of that name, compiled at its first use."""
    return re.compile(
        {
            "url": r"//[^\s/@:\"'<>]*+:([^\s/@\"'<>]++)@",
            "option": rf"(?<![\w-])--([A-Za-z][\w-]*+)(?:\s*+=\s*+|\s++)(?!-)({_WORD})",
            "attached": r"(?<![\w-])-p(?!(?:ath|ort|rint\w*|rune|id\w*|roto\w*|reserve)\b)([^\s\"'<>-][^\s\"'<>]*+)",
            "apart": rf"(?<![\w-])-[pP]\s++(?!-|[\w-]++=)({_WORD})",
            "label": rf"(?<![\w-])([A-Za-z][\w-]*+)[\"']?\s?:\s++({_WORD})",
            "description": r"\bdescription\s*+=\s*+(?:\"([^\"<]*+)|'([^'<]*+))",
            "assigned": rf"(?<![\w.-])[\w.-]++\s*+=\s*+(?:{_WORD})",
            "remark": r"passw|passphrase|kennwort|\bpwd?\b|secret|credential|\bcreds?\b|\bpin\b|community|\bpass\b",
        }[name],
        re.IGNORECASE if name in ("description", "remark") else 0,
    )


def names_a_secret(remark: str) -> bool:
    """True for a comment or a description that speaks of a secret, and so may say it, other than by an assignment."""
    pattern = _pattern("remark")
    return pattern.search(remark) is not None and pattern.search(_pattern("assigned").sub("", remark)) is not None


def loose_ranges(text: str, is_secret_name: Callable[[str], bool]) -> Iterator[tuple[int, int]]:
    """Yield ranges of characters that hold secrets, in no order."""
    if "@" in text:
        yield from (found.span(1) for found in _pattern("url").finditer(text))
    if "--" in text:
        yield from (found.span(2) for found in _pattern("option").finditer(text) if is_secret_name(found[1]))
    if "-p" in text:
        yield from (found.span(1) for found in _pattern("attached").finditer(text))
    if any(tool in text for tool in _TOOLS):
        yield from (found.span(1) for found in _pattern("apart").finditer(text))
    if ": " in text:
        labels = (found for found in _pattern("label").finditer(text) if is_secret_name(found[1]))
        # corosync's token is a time.
        yield from (found.span(2) for found in labels if found[1] != "token" or not found[2].isdecimal())
    if "description" in text.lower():
        for found in _pattern("description").finditer(text):
            group = 1 if found[1] is not None else 2
            if names_a_secret(found[group]):
                yield found.span(group)
    yield from _comments(text)


def _comments(text: str) -> Iterator[tuple[int, int]]:
    """Comments of XML that speak of a secret, torn ones too."""
    start = text.find(_OPENING)
    while start >= 0:
        start += len(_OPENING)
        end = text.find(_CLOSING, start)
        end = len(text) if end < 0 else end
        if names_a_secret(text[start:end]):
            yield start, end
        start = text.find(_OPENING, end)
