"""Reading s-expressions as xend writes and reads them: lists whose first word names them.

Only the lists of the top level matter to us, so what lies deeper is passed over, however deep it goes.
"""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.backup.lines.directive import Directive, Option
from cibtools.backup.lines.side_text import SideText
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.secret import is_secret_name

LIST = "(…)"
"""The text of an option that is a list."""
_TOKEN = re.compile(
    r"\#[^\n]*|\s+|(?P<open>\()|(?P<close>\))"
    r"|(?P<string>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<torn>['\"][^\n]*)"
    r"|(?P<atom>[^\s(){}<>\[\]!;\#'\"][^\s(){}<>\[\]!;\#]*)|(?P<stray>.)",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r"}


class _Open(Struct):
    """A list of the top level that is being read."""

    start: int
    options: list[Option]
    depth: int = 1
    inner: int = 0
    """Where the list inside it begins."""


def read_lists(text: SideText) -> tuple[Directive, ...]:
    """Read the lists of the top level; what does not belong there is told as problems of the text."""
    found: list[Directive] = []
    now: _Open | None = None
    for token in _TOKEN.finditer(text.text):
        kind = token.lastgroup
        if kind is None:
            continue
        if kind == "open" and now is None:
            now = _Open(token.start(), [])
        elif now is None:
            text.problems.append(Problem("stray", "it stands outside of all brackets", text.span(*token.span())))
        elif kind == "open":
            now.depth += 1
            now.inner = token.start() if now.depth == 2 else now.inner
        elif kind == "close":
            now.depth -= 1
            if now.depth == 1:
                now.options.append(text.option(now.inner, token.end(), LIST))
            elif now.depth == 0:
                found += _closed(text, now, token.end())
                now = None
        elif now.depth == 1:
            now.options += _option(text, token, now)
    if now is not None:
        message = "the bracket is never closed"
        text.problems.append(Problem("not-closed", message, text.span(now.start, now.start + 1)))
        found += _closed(text, now, len(text.text))
    return tuple(found)


def _option(text: SideText, token: re.Match[str], now: _Open) -> list[Option]:
    """An atom or a string; the name decides whether what follows is secret."""
    secret = bool(now.options) and is_secret_name(now.options[0].text)
    match token.lastgroup:
        case "atom":
            return [text.option(*token.span(), token[0], secret=secret)]
        case "string":
            return [text.option(token.start() + 1, token.end() - 1, _unescaped(token[0][1:-1]), secret=secret)]
        case "torn":
            text.problems.append(Problem("torn-string", "the string is never closed", text.span(*token.span())))
            return [text.option(token.start() + 1, token.end(), token[0][1:].rstrip(") \t\r"), secret=secret)]
        case _:
            text.problems.append(Problem("stray", "no word can hold it outside of quotes", text.span(*token.span())))
            return []


def _closed(text: SideText, done: _Open, end: int) -> list[Directive]:
    span = text.span(done.start, end)
    if not done.options or done.options[0].text == LIST:
        text.problems.append(Problem("no-name", "the list begins with no name", span))
        return []
    return [Directive(done.options[0].text, tuple(done.options[1:]), text.source.line_of(span.start), span)]


def _unescaped(text: str) -> str:
    def character(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2]:
            return chr(int(found[2], 8) & 0xFF)
        return _ESCAPED.get(found[3], found[3])

    return _ESCAPE.sub(character, text) if "\\" in text else text
