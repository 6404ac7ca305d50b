"""Reading files of nested sections with `key = value`, as lvm.conf and evms.conf are written.

Both take words, strings and lists; whether commas stand between the elements of a list is all that differs, so one
reader serves both. Settings come out flat, each under its path, for that is how the programs look them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct, field

from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.side_text import SideText
from cibtools.backup.record.fact import ABSENT, Fact, Known, Unknown
from cibtools.backup.record.problem import Problem

_WORD = r"[^\s{}=\[\],\"'#](?:[^\s{}=\[\],\"'#]|\[[^\s\[\]]*\])*"
_TOKEN = re.compile(
    rf"\#[^\n]*|\s+|(?P<mark>[{{}}=\[\],])|(?P<string>\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')|(?P<torn>[\"'][^\n]*)"
    rf"|(?P<word>{_WORD})"
)
DEEPEST = 64
"""Sections deeper than this are not told apart."""


class Setting(Struct, frozen=True):
    """One `key = value`."""

    path: str
    """The names of its sections and its own, divided by `/`."""
    values: tuple[Option, ...]
    """One, or the elements of a list; strings without their quotes."""
    listed: bool
    """True if it is written as a list."""
    key: Option
    """Its own name, where it stands."""


class _Reading(Struct):
    """Where the reader stands."""

    text: SideText
    open: list[Option] = field(default_factory=list)
    beyond: int = 0
    """Sections that are open deeper than told apart."""
    name: Option | None = None
    """A word that may turn out to be a key or the name of a section."""
    assigned: bool = False
    """True if the `=` behind the name has been read."""
    values: list[Option] | None = None
    """The elements of the list that is being read."""
    found: list[Setting] = field(default_factory=list)

    def complain(self, variant: str, message: str, option: Option) -> None:
        self.text.problems.append(Problem(variant, message, option.span))

    def finish(self, values: Iterable[Option], *, listed: bool) -> None:
        assert self.name is not None
        path = "/".join([*(option.text for option in self.open), self.name.text])
        self.found.append(Setting(path, tuple(values), listed, self.name))
        self.name, self.assigned, self.values = None, False, None

    def give_up(self) -> None:
        """Leave a name or an assignment that goes nowhere."""
        if self.values is not None:
            assert self.name is not None
            self.complain("not-closed", f"the list of {self.name.text} is never closed", self.name)
            self.finish(self.values, listed=True)
        elif self.name and self.assigned:
            self.complain("no-value", f"{self.name.text} has no value", self.name)
        elif self.name:
            self.complain("malformed", f"'{self.name.text}' is neither assigned to nor a section", self.name)
        self.name, self.assigned = None, False


def read_block(text: SideText) -> tuple[Setting, ...]:
    """Read all settings in order; what does not fit is told as problems of the text."""
    reading = _Reading(text)
    for token in _TOKEN.finditer(text.text):
        match token.lastgroup:
            case "mark":
                _mark(reading, token[0], text.option(*token.span(), token[0]))
            case "string":
                raw = token[0][1:-1]
                plain = re.sub(r"\\([\"\\])", r"\1", raw) if token[0][0] == '"' else raw
                _value(reading, text.option(token.start() + 1, token.end() - 1, plain))
            case "torn":
                option = text.option(token.start() + 1, token.end(), token[0][1:].strip())
                reading.complain("torn-string", "the string is never closed", option)
                _value(reading, option)
            case "word":
                _value(reading, text.option(*token.span(), token[0]))
            case _:
                continue
    reading.give_up()
    for option in reading.open:
        reading.complain("not-closed", f"the section {option.text} is never closed", option)
    return tuple(reading.found)


def _value(reading: _Reading, option: Option) -> None:
    if reading.values is not None:
        reading.values.append(option)
    elif reading.assigned:
        reading.finish((option,), listed=False)
    else:
        reading.give_up()
        reading.name = option


def _mark(reading: _Reading, mark: str, option: Option) -> None:
    if reading.values is not None and mark in ",]":
        if mark == "]":
            reading.finish(reading.values, listed=True)
    elif mark == "[" and reading.assigned and reading.values is None:
        reading.values = []
    elif mark == "=" and reading.name and not reading.assigned:
        reading.assigned = True
    elif mark == "{" and reading.name and not reading.assigned:
        if len(reading.open) < DEEPEST:
            reading.open.append(reading.name)
        else:
            reading.beyond += 1
        reading.name = None
    elif mark == "}" and (reading.open or reading.beyond):
        reading.give_up()
        if reading.beyond:
            reading.beyond -= 1
        else:
            reading.open.pop()
    else:
        reading.give_up()
        reading.complain("stray", f"'{mark}' opens or closes nothing", option)


class Settings:
    """The settings of a file by path; the last one of a path counts."""

    def __init__(self, found: Iterable[Setting]) -> None:
        self._by_path = {setting.path: setting for setting in found}

    def values(self, path: str) -> tuple[Option, ...] | None:
        """The value, or the elements of the list; None if the file does not say."""
        setting = self._by_path.get(path)
        return setting.values if setting else None

    def word(self, path: str) -> Fact[str]:
        """A single word or string."""
        setting = self._by_path.get(path)
        if setting is None:
            return ABSENT
        if setting.listed or not setting.values:
            return Unknown("a list, not a word", setting.key.span)
        return Known(setting.values[0].text, setting.values[0].span)

    def number(self, path: str) -> Fact[int]:
        """A whole number."""
        fact = self.word(path)
        if not isinstance(fact, Known):
            return fact
        if not re.fullmatch(r"-?[0-9]{1,9}", fact.value):
            return Unknown(f"'{fact.value}' is no number", fact.span)
        return Known(int(fact.value), fact.span)


def repeated(found: Iterable[Setting]) -> Iterable[Problem]:
    """Find settings that are given twice."""
    first: dict[str, Setting] = {}
    for setting in found:
        kept = first.setdefault(setting.path, setting)
        if kept is not setting:
            message = f"{setting.path} is given twice; the last one counts"
            yield Problem("twice", message, setting.key.span, (kept.key.span,))
