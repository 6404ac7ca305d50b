"""The lines of ha.cf: words, comments and the damage that printing does to them.

heartbeat knows no quotes; a `#` ends a line wherever it stands, commas separate words like blanks do, and a line is
read in pieces of 5,119 bytes, each a line of its own.
"""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.backup.lines.ha_directives import DIRECTIVES, Form, split_lost_blank
from cibtools.backup.lines.secret_word import secret_words
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.secret import MASK, Secret
from cibtools.backup.record.source import Source, Span

LINE_PIECE = 5_119
_LINE = re.compile(rb"[^\r\n]+")
_WORD = re.compile(rb"[^ \t\f,]+")
_BLANK_WORD = re.compile(rb"[^ \t\f]+")
_LEFT_OUT = re.compile(rb"\s*(?:-+snip-+|\.{3,}|\[\.{3}\])\s*", re.IGNORECASE)


class Option(Struct, frozen=True):
    """One word of a directive."""

    text: str
    """The word; dots in place of a secret."""
    span: Span
    secret: Secret | None = None
    """What the dots stand for."""


class Directive(Struct, frozen=True):
    """One line that says something."""

    name: str
    options: tuple[Option, ...]
    """Its words: split at blanks and commas, and at blanks only where heartbeat takes the rest of the line as one."""
    line: int
    """Number of its line, from 1."""
    span: Span
    """From the name to the last word."""


def directives_of(source: Source) -> tuple[tuple[Directive, ...], list[Problem]]:
    """Take a file apart; what had to be repaired is told as problems."""
    found: list[Directive] = []
    problems: list[Problem] = []
    data = _with_plain_blanks(source, problems)
    for line in _LINE.finditer(data, len(source.bom)):
        if _LEFT_OUT.fullmatch(line[0]):
            continue
        number = source.line_of(line.start())
        for start in range(line.start(), line.end(), LINE_PIECE):
            end = min(start + LINE_PIECE, line.end())
            comment = data.find(b"#", start, end)
            directive = _directive(data, start, end if comment < 0 else comment, number, problems)
            found += [directive] if directive else []
    return tuple(found), problems


def _with_plain_blanks(source: Source, problems: list[Problem]) -> bytes:
    """The bytes with no-break spaces made blanks, each in its own width."""
    mark = b"\xc2\xa0" if source.first_bad_utf8 is None else b"\xa0"
    at = source.data.find(mark)
    if at < 0:
        return source.data
    message = "a no-break space stands where a blank belongs"
    problems.append(Problem("no-break-space", message, Span(at, at + len(mark))))
    return source.data.replace(mark, b" " * len(mark))


def _directive(data: bytes, start: int, end: int, line: int, problems: list[Problem]) -> Directive | None:
    first = _WORD.search(data, start, end)
    if first is None:
        return None
    written = _text(first[0])
    name = split_lost_blank(written)
    name_end = first.start() + len(name.encode()) if name != written else first.end()
    if name != written:
        message = f"'{written}' has lost the blank behind {name}"
        problems.append(Problem("lost-blank", message, Span(first.start(), first.end())))
    pattern = _BLANK_WORD if DIRECTIVES.get(name) is Form.REST else _WORD
    words = [(_text(word[0]), Span(word.start(), word.end())) for word in pattern.finditer(data, name_end, end)]
    secrets = secret_words(name, [text for text, _ in words])
    options = tuple(
        Option(MASK, span, Secret(text)) if index in secrets else Option(text, span)
        for index, (text, span) in enumerate(words)
    )
    end = options[-1].span.end if options else first.end()
    return Directive(name, options, line, Span(first.start(), end))


def _text(word: bytes) -> str:
    return word.decode("utf-8", "replace")
