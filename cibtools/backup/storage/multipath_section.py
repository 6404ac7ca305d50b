"""The sections and lines of multipath.conf, before any question of what they mean.

There is no `=`: a keyword is followed by its value up to the end of the line, and `#` or `!` outside of quotes begin a
comment. The patterns of a blacklist hold `!` inside quotes, where it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.lines.directive import Directive, Option
from cibtools.backup.lines.side_text import Line, SideText
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Span
from cibtools.backup.storage.multipath_keyword import KEYWORDS

_TOKEN = re.compile(
    r"[ \t\f\v]+|(?P<comment>[#!].*)|(?P<mark>[{}])|\"(?P<string>(?:[^\"]|\"\")*)\"|(?P<torn>\".*)"
    r"|(?P<word>[^\s{}#!\"]+)"
)
_DEEPEST = 64


class MultipathSection(Struct, frozen=True):
    """A section with what stands directly in it."""

    path: tuple[str, ...]
    """The names of the sections around it and its own: `("multipaths", "multipath")`."""
    settings: tuple[Directive, ...]
    """Its lines, in order."""
    header: Span
    """Its name."""

    def last(self, keyword: str) -> Option | None:
        """The value in force of a keyword: the last one."""
        found = [line.options[0] for line in self.settings if line.name == keyword and line.options]
        return found[-1] if found else None


_Statement = tuple[list[Option], Option | None, int]
"""The words of a line, the bracket that ends them if any, and the number of the line."""


class _Open(Struct):
    name: Option
    settings: list[Directive]


def sections_of(text: SideText) -> tuple[MultipathSection, ...]:
    """Take a file apart, each section where it begins; what does not fit is told as problems of the text."""
    found: list[MultipathSection | None] = []
    places: list[int] = []
    stack: list[_Open] = []
    beyond = 0
    for words, mark, number in _with_brackets_below(said for line in text.lines for said in _statements(text, line)):
        if mark is None or mark.text == "}":
            _add(text, stack, words, number)
        elif words and len(stack) < _DEEPEST:
            stack.append(_Open(words[0], []))
            places.append(len(found))
            found.append(None)
            _add(text, [], words[1:], number)
        else:
            beyond += bool(words)
            _add(text, [], words or [mark], number)
        if mark is None or mark.text == "{":
            continue
        if beyond:
            beyond -= 1
        elif stack:
            found[places.pop()] = _closed(stack)
        else:
            text.problems.append(Problem("stray", "the bracket closes nothing", mark.span))
    for section in stack:
        message = f"the section {section.name.text} is never closed"
        text.problems.append(Problem("not-closed", message, section.name.span))
    while stack:
        found[places.pop()] = _closed(stack)
    return tuple(section for section in found if section)


def _closed(stack: list[_Open]) -> MultipathSection:
    path = tuple(section.name.text for section in stack)
    done = stack.pop()
    return MultipathSection(path, tuple(done.settings), done.name.span)


def _with_brackets_below(statements: Iterator[_Statement]) -> Iterator[_Statement]:
    """Give a bracket that opens a line the name that stands alone above it; multipath passes over such a bracket."""
    held: _Statement | None = None
    for words, mark, number in statements:
        opens = not words and mark is not None and mark.text == "{"
        if held and opens:
            yield held[0], mark, held[2]
            held = None
            continue
        if held:
            yield held
        held = (words, mark, number) if mark is None and len(words) == 1 else None
        if held is None:
            yield words, mark, number
    if held:
        yield held


def _statements(text: SideText, line: Line) -> Iterator[_Statement]:
    """The words of a line up to each bracket, the bracket or none at the end of the line, and the line's number."""
    words: list[Option] = []
    for token in _TOKEN.finditer(line.text):
        start, end = line.start + token.start(), line.start + token.end()
        match token.lastgroup:
            case "mark":
                yield words, text.option(start, end, token[0]), line.number
                words = []
            case "string":
                words.append(text.option(start + 1, end - 1, token["string"].replace('""', '"')))
            case "torn":
                text.problems.append(Problem("torn-string", "the string is never closed", text.span(start, end)))
                words.append(text.option(start + 1, end, token[0][1:].strip()))
            case "word":
                words.append(text.option(start, end, token[0]))
            case _:
                continue
    if words:
        yield words, None, line.number


def _add(text: SideText, stack: list[_Open], words: list[Option], number: int) -> None:
    """Put a line into the section that is open; words outside of all sections are a problem."""
    if not words:
        return
    span = Span(words[0].span.start, words[-1].span.end)
    if stack:
        starts = [0]
        while len(words) > starts[-1] + 3 and words[starts[-1] + 2].text in KEYWORDS:
            starts.append(starts[-1] + 2)
        for start, end in zip(starts, (*starts[1:], len(words)), strict=True):
            stack[-1].settings.append(_setting(words[start:end], number))
        if len(starts) > 1:
            message = f"{words[2].text} stands on one line with {words[0].text}"
            text.problems.append(Problem("malformed", message, words[2].span))
    else:
        text.problems.append(Problem("malformed", "it belongs to no section", span))


def _setting(words: list[Option], number: int) -> Directive:
    return Directive(words[0].text, tuple(words[1:]), number, Span(words[0].span.start, words[-1].span.end))
