"""Take the words of a command apart as getopt does: letters with and without a value, long names among them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct, field

from cibtools.errors import PlanError
from cibtools.packaged import read_data


class UnknownOptionError(Exception):
    """The tool of this release has no such option; the message says which."""


class Spelling(Struct, frozen=True):
    """Which options a tool takes."""

    letters: str
    """As handed to getopt: `o:` takes a value."""
    long: tuple[str, ...] = ()
    """Long names, those that take a value with `=` at their end."""


_ALIASES = {"crm_standby": "crm_attribute", "crm_failcount": "crm_attribute", "crm_master": "crm_attribute"}
_SAME = {
    "pacemaker-0.6.6": "heartbeat-2.1.3", "heartbeat-2.1.4": "heartbeat-2.1.3",
    "heartbeat-2.0.8": "heartbeat-2.0.7", "heartbeat-2.0.4": "heartbeat-2.0.7",
}  # fmt: skip
"""Releases whose options are those of another one."""
_SERIES = ("pacemaker-1.0.3",)
"""The release that stands for its series."""


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Spelling]]:
    table = tomllib.loads(read_data("cibtools.rehearsal.options", "options.toml").decode("utf-8"))
    return {
        release: {tool: Spelling(row["letters"], tuple(row["long"])) for tool, row in tools.items()}
        for release, tools in table.items()
    }


def release_of(name: str) -> str:
    """Return the release of the table that a name such as pacemaker-1.0.x means; raise PlanError if there is none."""
    plain = name.removesuffix(".x")
    found = next((known for known in (name, plain) if known in {*_table(), *_SAME}), None)
    series = next((known for known in (*_SERIES, *_SAME) if known.startswith(plain)), None)
    if found or series:
        return found or str(series)
    raise PlanError(f"the rehearsal does not know the release {name}")


def spelling(release: str, tool: str) -> Spelling:
    """Return the options of a tool in a release; raise UnknownOptionError if the release has no such tool."""
    found = _table()[_SAME.get(release, release)].get(_ALIASES.get(tool, tool))
    if found is None:
        raise UnknownOptionError(f"{release} has no {tool}")
    return found


class Options(Struct, frozen=True):
    """What was given."""

    given: frozenset[str]
    """Letters and long names without a value, and those with one."""
    values: dict[str, str] = field(default_factory=dict)
    rest: tuple[str, ...] = ()

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def get(self, name: str, default: str = "") -> str:
        """Return the value of an option."""
        return self.values.get(name, default)


def parse(words: Iterable[str], known_options: Spelling) -> Options:
    """Parse words by what a tool takes; raise UnknownOptionError for what it does not."""
    letters = known_options.letters
    takes = {letter: letters[index + 1 : index + 2] == ":" for index, letter in enumerate(letters) if letter != ":"}
    known = {name.rstrip("="): name.endswith("=") for name in known_options.long}
    given: list[str] = []
    values: dict[str, str] = {}
    rest: list[str] = []
    queue = list(words)
    while queue:
        word = queue.pop(0)
        if word.startswith("--") and word != "--":
            name, equals, value = word[2:].partition("=")
            if name not in known:
                raise UnknownOptionError(word)
            given.append(name)
            if known[name]:
                values[name] = value if equals else _next(queue, word)
        elif word.startswith("-") and word not in ("-", "--"):
            _cluster(word, takes, queue, given, values)
        else:
            rest.append(word)
    return Options(frozenset(given), values, tuple(rest))


def _cluster(word: str, takes: dict[str, bool], queue: list[str], given: list[str], values: dict[str, str]) -> None:
    """Read a word of letters; the first that takes a value takes what is left of the word, or the next one."""
    for index, letter in enumerate(word[1:], 1):
        if letter not in takes:
            raise UnknownOptionError(f"-{letter}")
        given.append(letter)
        if takes[letter]:
            values[letter] = word[index + 1 :] or _next(queue, f"-{letter}")
            return


def _next(queue: list[str], option: str) -> str:
    if not queue:
        raise UnknownOptionError(f"{option} without a value")
    return queue.pop(0)
