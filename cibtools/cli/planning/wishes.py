"""The options of `cibtools runbook` as wishes: files and words that name nodes, domUs, memory and times."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from cibtools.cli.planning.options import Given
from cibtools.errors import ConfigError
from cibtools.runbook.facts.parameters import Wishes

_SPAN = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?:in)?)?$")
_WINDOW = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)/(\w+)$")
_RAM = re.compile(r"(\d+)(MiB|GiB)?$")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$", re.ASCII)
_CHANGE = re.compile(r"[\w.-]{1,64}$", re.ASCII)


def names(text: str, option: str) -> tuple[str, ...]:
    """Names from a comma list, or from a file with one a line; `#` begins a comment."""
    if not text:
        return ()
    found = _lines(Path(text)) if Path(text).is_file() else [part.strip() for part in text.split(",")]
    listed = tuple(name for name in found if name)
    twice = sorted({name for name in listed if listed.count(name) > 1})
    if twice:
        raise ConfigError(f'{option} names "{twice[0]}" twice')
    return listed


def _lines(path: Path) -> list[str]:
    from cibtools.cli.inputs.text import read_text

    return [line.partition("#")[0].strip() for line in read_text(path).splitlines()]


def memories(given: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """MiB by node from `host1=14333` or `host1=16GiB`."""
    found = []
    for text in given:
        name, equals, size = text.partition("=")
        match = _RAM.match(size)
        if not equals or not name or not match:
            raise ConfigError(
                f'--node-ram "{text}" : expected NODE=SIZE', hint="for example host1=14333MiB or host1=16GiB"
            )
        found.append((name, int(match[1]) * (1024 if match[2] == "GiB" else 1)))
    _refuse_twice((name for name, _ in found), "--node-ram")
    return tuple(found)


def places(path: Path | None) -> tuple[tuple[str, str], ...]:
    """Node by domU from a file with `domU node` on each line."""
    found = []
    for number, line in enumerate(_lines(path) if path else (), 1):
        words = line.replace("=", " ").split()
        if words and len(words) != 2:
            raise ConfigError(f'{path}:{number}: "{line}" is not a domU and its node')
        if words:
            found.append((words[0], words[1]))
    _refuse_twice((name for name, _ in found), str(path))
    return tuple(found)


def _refuse_twice(names: Iterable[str], where: str) -> None:
    """Raise ConfigError for a name that is there twice: one of the two would have no effect."""
    twice = next((name for name, count in Counter(names).items() if count > 1), None)
    if twice is not None:
        raise ConfigError(f'{where} names "{twice}" twice', hint="leave one of them out")


def window(text: str) -> tuple[str, int | None]:
    """Start and seconds from `21:00/5h30m`."""
    if not text:
        return "", None
    match = _WINDOW.match(text)
    span = _SPAN.match(match[3]) if match else None
    if not match or not span or not span[0] or not (int(span[1] or 0) or int(span[2] or 0)):
        raise ConfigError(f'--window "{text}" is not START/DURATION', hint="such as 21:00/5h or 22:30/90m")
    return f"{int(match[1]):02d}:{match[2]}", int(span[1] or 0) * 3600 + int(span[2] or 0) * 60


def change_id(text: str) -> str:
    """The change id, which becomes the name of a directory."""
    if text and not _CHANGE.match(text):
        raise ConfigError(f'--change-id "{text}" is no name of a directory', hint="letters, digits, . _ and -")
    return text


def day(text: str) -> str:
    """Return the date to print; raise ConfigError if there is no such day."""
    if text and not (_DAY.match(text) and _exists(text)):
        raise ConfigError(f'--date "{text}" is not a date', hint="for example 2026-12-01")
    return text


def _exists(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def wishes(given: Given) -> Wishes:
    """Read all of them; raise ConfigError for the first that cannot be meant."""
    start, span = window(given.window)
    return Wishes(
        given.source, given.target, given.method, given.accept, names(given.nodes, "--nodes"),
        names(given.domu_order, "--domu-order"), memories(given.node_ram), places(given.placement), start, span,
        change_id(given.change), day(given.date),
    )  # fmt: skip
