"""Foreign text made fit for a terminal: nothing in it may move the cursor or hide, and its width is known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

TAB = 4
"""Columns between tab stops in source frames."""
_BLANKS = str.maketrans("\t\n\r", "   ")
_HARMLESS = re.compile(r"[ -~]*\Z")


def is_plain(text: str) -> bool:
    """True for printable ASCII, which needs no second look."""
    return _HARMLESS.match(text) is not None


def visible(text: str) -> str:
    """Replace every character that a terminal would obey instead of showing it; line ends and tabs become blanks."""
    if is_plain(text):
        return text
    if is_plain(text.translate(_BLANKS)):
        return text.translate(_BLANKS)
    return "".join(" " if char in "\t\n\r" else visible_char(char) for char in text)


def visible_char(char: str) -> str:
    """One character as it can be shown: control characters as their pictures, invisible ones as their number."""
    code = ord(char)
    if 32 <= code < 127:
        return char
    if code < 32:
        return chr(0x2400 + code)
    if code == 127:
        return "\u2421"
    # Cf holds the bidirectional overrides, which can make a line read as another one.
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return f"<U+{code:04X}>"
    return char


def escaped(text: str, form: Callable[[int], str]) -> str:
    """A text of a machine format in which every character that a terminal would obey is written as a number.

    `form` writes a code point as that format does; line ends and tabs stay.
    """
    if is_plain(text.translate(_BLANKS)):
        return text
    return "".join(char if char in "\t\n\r" or visible_char(char) == char else form(ord(char)) for char in text)


def columns(text: str) -> int:
    """How many columns of a terminal a visible text takes."""
    return len(text) if text.isascii() else sum(_columns_of(char) for char in text)


def _columns_of(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def wrap(text: str, width: int) -> list[str]:
    """Break a visible text into lines at blanks; a word that is longer than a line is left whole."""
    lines: list[str] = []
    line, used = "", 0
    for word in text.split():
        size = columns(word)
        if line and used + 1 + size > width:
            lines.append(line)
            line, used = word, size
        else:
            line, used = (f"{line} {word}", used + 1 + size) if line else (word, size)
    return [*lines, line]


def counted(count: int, noun: str, plural: str = "") -> str:
    """A number with its noun."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"
