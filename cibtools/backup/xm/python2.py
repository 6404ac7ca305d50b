"""Statements of a file that Python 3 cannot parse as a whole, one logical line at a time.

xm runs Python 2: `0755`, `512L` or a print statement are right there. Each line is parsed alone, after its numbers were
rewritten without moving anything, so that one odd or broken line does not hide the others.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.xm.text import STRINGS, XmText, parse_quietly, tokens

_NEXT_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*[ \t]*=(?!=)[ \t]*\S")
_KEYWORD = re.compile(
    r"(print|exec|if|elif|else|for|while|try|except|finally|def|class|with|raise|assert|import|from)\b"
)
_BLOCKS = frozenset(("if", "elif", "else", "for", "while", "try", "except", "finally", "def", "class", "with"))
_PYTHON2 = re.compile(r"`|<>|\b[uU][rR][\"']|\blambda\s*\(|\bprint\b")
_OCTAL_OR_LONG = re.compile(r"(?<![\w.])(?:0[xX][0-9a-fA-F]+[lL]|0[0-7]{1,99}[lL]?|\d+[lL])(?![\w.])")


class LogicalLine(Struct, frozen=True):
    """A statement's worth of text: lines joined by brackets, long strings or backslashes are one."""

    start: int
    """Index of its first character, blanks before it included."""
    end: int
    fault: str = ""
    """What keeps it from being a statement, if that can be seen by its brackets and quotes."""


def logical_lines(text: str) -> Iterator[LogicalLine]:
    """Split a text into logical lines; one whose bracket is never closed ends before the next assignment."""
    return _scan(text, 0, damaged=False)


def _scan(text: str, start: int, *, damaged: bool) -> Iterator[LogicalLine]:
    depth, torn, cut = 0, False, -1
    for found in tokens(long_strings=not damaged).finditer(text, start):
        at, kind = found.end(), found.lastgroup
        if kind == "endless":
            yield from _scan(text, start, damaged=True)
            return
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "torn":
            torn = True
        elif kind == "end":
            begins = _NEXT_ASSIGNMENT.match(text, at) is not None
            if depth and begins and cut < 0:
                cut = at
            if depth == 0 or torn or (damaged and begins):
                yield LogicalLine(start, found.start(), _fault(depth, torn=torn))
                start, depth, torn, cut = at, 0, False, -1
    if depth and cut >= 0:
        yield LogicalLine(start, cut, _fault(depth, torn=torn))
        yield from _scan(text, cut, damaged=True)
    elif start < len(text):
        yield LogicalLine(start, len(text), _fault(depth, torn=torn))


def _fault(depth: int, *, torn: bool) -> str:
    if torn:
        return "a quote is not closed"
    return "a bracket is not closed" if depth else ""


class Fragment(Struct, frozen=True):
    """What one logical line turned out to be."""

    line: LogicalLine
    statements: tuple[ast.stmt, ...] = ()
    """Its statements, with line numbers of the whole file."""
    fault: str = ""
    """Why neither Python 2 nor 3 can read it; empty if it is right or merely not evaluated."""
    entered: bool = False
    """True if it is Python 2 that is not entered: whatever it touches becomes unknown."""


def fragments(text: XmText) -> Iterator[Fragment]:
    """Read a text statement by statement."""
    in_block = False
    for line in logical_lines(text.text):
        code = text.text[line.start : line.end]
        bare = tokens().sub(lambda found: "" if found.lastgroup in ("comment", "joined") else found[0], code).strip()
        if not bare:
            continue
        if code[0] in " \t\f":
            fault = "" if in_block else "unexpected blanks at the start of the line"
            yield Fragment(line, fault=line.fault or fault, entered=True)
            continue
        keyword = _KEYWORD.match(bare)
        in_block = keyword is not None and keyword[1] in _BLOCKS and bare.endswith(":")
        yield _fragment(text, line, bare, block=in_block)


def _fragment(text: XmText, line: LogicalLine, bare: str, *, block: bool) -> Fragment:
    if block or line.fault:
        return Fragment(line, fault=line.fault, entered=True)
    statements = parse_quietly(_as_python3(text.text[line.start : line.end]))
    if statements is not None:
        for statement in statements:
            ast.increment_lineno(statement, text.line_of(line.start) - 1)
        return Fragment(line, tuple(statements))
    keyword = _KEYWORD.match(bare)
    statement2 = keyword is not None and keyword[1] in ("print", "exec", "raise")
    plain = tokens().sub(lambda found: '""' if found.lastgroup in STRINGS else found[0], bare)
    if statement2 or _PYTHON2.search(plain) or _PYTHON2.search(bare.partition("=")[2].lstrip()[:3]):
        return Fragment(line, entered=True)
    return Fragment(line, fault="it is not valid Python", entered=True)


def _as_python3(code: str) -> str:
    """Rewrite octal and long numbers outside strings, each in its own width."""
    pieces: list[str] = []
    at = 0
    for found in tokens().finditer(code):
        if found.lastgroup == "comment" or found.lastgroup in STRINGS:
            pieces += [_OCTAL_OR_LONG.sub(_number, code[at : found.start()]), found[0]]
            at = found.end()
    return "".join([*pieces, _OCTAL_OR_LONG.sub(_number, code[at:])])


def _number(found: re.Match[str]) -> str:
    digits = found[0].rstrip("lL")
    octal = digits[0] == "0" and digits[1:].isdigit()
    return (str(int(digits, 8)) if octal else digits).ljust(len(found[0]))


def has_python2(text: str) -> bool:
    """Tell whether the code outside strings shows spellings that only Python 2 has."""
    plain = tokens().sub(
        lambda found: '""' if found.lastgroup == "comment" or found.lastgroup in STRINGS else found[0], text
    )
    mixed = re.search(r"^ *\t", text, re.MULTILINE) is not None and re.search(r"^ ", text, re.MULTILINE) is not None
    return mixed or any(
        pattern.search(plain)
        for pattern in (
            _OCTAL_OR_LONG,
            _PYTHON2,
            re.compile(r"^[ \t]*(?:print|exec|raise)[ \t]+[^\s(=]|\bexcept[ \t]+[\w.]+[ \t]*,", re.MULTILINE),
        )
    )
