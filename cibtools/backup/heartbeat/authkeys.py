"""Reading authkeys: which method signs heartbeat's messages, and whether there is a key; never the key itself.

Keys are wrapped as they are read, so that nothing built on this module can show one by accident.
"""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.backup.record.problem import Problem
from cibtools.backup.record.secret import Secret
from cibtools.backup.record.source import Source, Span

METHODS = frozenset(("crc", "md5", "sha1"))
"""What heartbeat 2.1 knows; crc takes no key and protects against nothing but line noise."""
GREATEST_NUMBER = 15
_LINE = re.compile(rb"[^\r\n]+")
_WORD = re.compile(rb"\S+")
_AUTH = re.compile(r"auth ?([0-9]+)")
_LEFT_OUT = re.compile(rb"\s*(?:-+snip-+|\.{3,}|\[\.{3}\])\s*", re.IGNORECASE)


class Key(Struct, frozen=True):
    """One numbered line."""

    number: int
    method: str
    """As written; `METHODS` has those that exist."""
    key: Secret | None
    """None if the line ends after the method."""
    span: Span
    """The line without blanks around it."""


class Authkeys(Struct, frozen=True, eq=False):
    """What an authkeys file says."""

    auth: int | None
    """The number of the key in use; None if no line names it."""
    keys: tuple[Key, ...]
    problems: tuple[Problem, ...]
    """What heartbeat refuses: `no-auth`, `undefined`, `late`, `bad-method`, `no-key`, `malformed`; what it takes
    otherwise than it looks: `twice`, `cut`. No message quotes what may be a key."""

    @property
    def active(self) -> Key | None:
        """The key in use, if it is defined; the last line of its number counts."""
        return next((key for key in reversed(self.keys) if key.number == self.auth), None)


def parse_authkeys(source: Source) -> Authkeys:
    """Read an authkeys file; whatever is wrong with it becomes a problem of the result."""
    auth: int | None = None
    auth_span = Span(0, 0)
    keys: list[Key] = []
    problems: list[Problem] = []
    for line in _LINE.finditer(source.data, len(source.bom)):
        words = [(word[0].decode("utf-8", "replace"), word.start(), word.end()) for word in _WORD.finditer(line[0])]
        if not words or words[0][0].startswith("#") or _LEFT_OUT.fullmatch(line[0]):
            continue
        span = Span(line.start() + words[0][1], line.start() + words[-1][2])
        texts = [text for text, _, _ in words]
        # heartbeat takes any line that begins with an "a" for the auth line, and passes over what follows the number.
        if texts[0].startswith("a"):
            named = _AUTH.match(" ".join(texts))
            number = _number(named[1]) if named else None
            if number is None:
                message = "the auth line does not name one number from 0 to 15"
                problems.append(Problem("malformed", message, span))
            elif auth is not None:
                problems.append(Problem("twice", "there is more than one auth line", span))
            auth, auth_span = (auth, auth_span) if number is None else (number, span)
        else:
            key, problem = _key(texts, span)
            keys += [key] if key else []
            problems += [problem] if problem else []
    malformed = any(problem.variant == "malformed" for problem in problems)
    problems += _contradictions(auth, auth_span, keys, malformed=malformed)
    return Authkeys(auth, tuple(keys), tuple(sorted(problems, key=lambda problem: problem.span)))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= GREATEST_NUMBER else None


def _key(texts: list[str], span: Span) -> tuple[Key | None, Problem | None]:
    """Read one numbered line."""
    number = _number(texts[0])
    if number is None or len(texts) < 2:
        return None, Problem("malformed", "the line is neither an auth line nor a number with a method", span)
    method = texts[1]
    secret = Secret(texts[2]) if len(texts) > 2 else None
    key = Key(number, method if method in METHODS else _shown(method), secret, span)
    if method not in METHODS:
        return key, Problem("bad-method", f"key {number} has a method other than crc, md5 and sha1", span)
    if method != "crc" and key.key is None:
        return key, Problem("no-key", f"key {number} names {method} but has no key", span)
    if method == "crc" and len(texts) > 2:
        return key, Problem("malformed", f"key {number} has a key, which crc does not take", span)
    if len(texts) > 3 and not texts[3].startswith("#"):
        return key, Problem("cut", f"key {number} has a key with blanks in it", span)
    return key, None


def _shown(method: str) -> str:
    """A method that does not exist, unless it may be a key on the wrong place."""
    return method if re.fullmatch(r"(?:sha|md|hmac|crc)[\w-]{0,12}", method, re.IGNORECASE) else "?"


def _contradictions(auth: int | None, span: Span, keys: list[Key], *, malformed: bool) -> list[Problem]:
    found: list[Problem] = []
    numbers = [key.number for key in keys]
    if auth is None and not malformed:
        found.append(Problem("no-auth", "no auth line names the key to use", Span(0, 0)))
    if auth is not None and auth not in numbers:
        found.append(Problem("undefined", f"the auth line names key {auth}, which is not defined", span))
    elif auth is not None and all(key.span < span for key in keys if key.number == auth):
        found.append(Problem("late", f"the auth line stands below key {auth}, and counts for the lines below it", span))
    found += [
        Problem("twice", f"key {key.number} is defined twice", key.span)
        for index, key in enumerate(keys)
        if key.number in numbers[:index]
    ]
    return found
