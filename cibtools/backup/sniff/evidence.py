"""What recognisers of several kinds look for in an outline: s-expressions, addresses, shell assignments."""

from __future__ import annotations

import re
from functools import cache

from cibtools.backup.sniff.outline import Outline

Answer = tuple[int, str] | None
"""How sure a recogniser is, 0 to 100, and its evidence in words that fit behind "because"; None if the file is not its
kind."""


def sxp_head(outline: Outline) -> str:
    """Return the first name of an s-expression that opens the text, or nothing."""
    first = outline.lines[0].lstrip() if outline.lines else ""
    return first[1:].lstrip().partition(" ")[0].rstrip(")") if first.startswith("(") else ""


def is_address(token: str) -> bool:
    """Tell whether a word is an IPv4 or IPv6 address."""
    parts = token.split(".")
    if len(parts) == 4:
        return all(part.isdigit() and len(part) < 4 for part in parts)
    return token.count(":") > 1 and not token.strip("0123456789abcdefABCDEF:.%") if ":" in token else False


@cache
def _shell_name() -> re.Pattern[str]:
    return re.compile(r"(?:export\s+)?[A-Z_][A-Z0-9_]*")


def shell_names(outline: Outline) -> set[str]:
    """Return the names assigned, if the text holds nothing but shell assignments to names in capitals."""
    first = outline.keys[0]
    if not first or first[-1].islower() or not all(_shell_name().fullmatch(key) for key in outline.keys):
        return set()
    return {key.split()[-1] for key in outline.keys}
