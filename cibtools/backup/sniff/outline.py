"""The outline of a text: its lines that say something, and the words they begin with.

Made once per file and shared by all recognisers, for compiling a pattern per kind would cost more than all the rest.
"""

from __future__ import annotations

import re

from msgspec import Struct


class Outline(Struct, frozen=True):
    """A text taken apart just far enough to tell what it is."""

    text: str
    lines: list[str]
    """Lines that say something: no blank lines, comments or excerpt markers."""
    words: list[str]
    """The first blank-separated word of each line."""
    keys: list[str]
    """What stands before the `=` of each line, stripped; empty where there is none."""
    sections: set[str]
    """Words before a `{` at the end of a line."""

    def share(self, count: int) -> float:
        """Tell which part of the lines this many are."""
        return count / len(self.lines) if self.lines else 0.0


def outline_of(text: str) -> Outline:
    """Take a text apart."""
    lines = [line for line in re.split(r"[\r\n]+", text) if _says_something(line.strip())]
    openings = (line.split("#")[0].rstrip() for line in lines if "{" in line)
    return Outline(
        text,
        lines,
        [line.split(None, 1)[0] for line in lines],
        [line.partition("=")[0].strip() if "=" in line else "" for line in lines],
        {line[:-1].strip() for line in openings if line.endswith("{")},
    )


def _says_something(line: str) -> bool:
    return bool(line) and line[0] != "#" and line.lower() != "-snip-" and bool(line.strip(".…[]"))


_SENTENCE = 200
"""More blanks than this has no sentence that somebody wrote."""


def is_prose(line: str) -> bool:
    """Tell whether a line is a sentence rather than configuration."""
    said = line.partition("#")[0]
    words = said.split() if 8 < said.count(" ") < _SENTENCE and "=" not in said else []
    # Long lines of configuration, such as the flags of ntp.conf's fudge, hold numbers and paths where prose has words.
    return len(words) > 8 and words[0][0].isalpha() and sum(map(_is_word, words)) > 0.8 * len(words)


def _is_word(text: str) -> bool:
    return text.strip("\"'(),.:;!?").replace("-", "").replace("'", "").isalpha()
