"""Reading hostcache, in which heartbeat remembers the uuid of every node it has seen.

The uuid is a node's id in an old CIB: one that differs there is a node that was installed anew.
"""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.side_text import Line, SideText
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source, Span

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WEIGHT = re.compile(r"[0-9]{1,9}")


class CachedHost(Struct, frozen=True):
    """One line: a node that heartbeat has met."""

    uname: str
    """As written; heartbeat lower-cases it."""
    uuid: str
    """In lower case."""
    weight: int | None
    """For the quorum server; None in files of older releases, which have two columns."""
    uname_span: Span
    uuid_span: Span


class Hostcache(Struct, frozen=True, eq=False):
    """What a hostcache says."""

    hosts: tuple[CachedHost, ...]
    """In order; lines that are damaged are left out and told as problems."""
    problems: tuple[Problem, ...]
    """Variants: `malformed`, `bad-uuid`, `bad-weight`, `twice`, `no-break-space`, `dash`."""

    @property
    def uuids(self) -> dict[str, str]:
        """Uuid by node name in lower case; the last line of a name counts."""
        return {host.uname.lower(): host.uuid for host in self.hosts}


def parse_hostcache(source: Source) -> Hostcache:
    """Read a hostcache; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    problems = text.problems
    hosts = []
    for line in text.lines:
        words = text.words(line)
        if words and not words[0].text.startswith("#"):
            host = _host(line, words, problems)
            hosts += [host] if host else []
    problems += _repeated(hosts)
    return Hostcache(tuple(hosts), tuple(sorted(problems, key=lambda problem: problem.span)))


def _host(line: Line, words: tuple[Option, ...], problems: list[Problem]) -> CachedHost | None:
    whole = Span(words[0].span.start, words[-1].span.end)
    if not 2 <= len(words) <= 4:
        message = "the line is not a node name, its uuid and at most a weight and a site"
        problems.append(Problem("malformed", message, whole))
        return None
    name, uuid, *more = words
    if not _UUID.fullmatch(uuid.text):
        problems.append(Problem("bad-uuid", f"'{uuid.text}' is not a uuid", uuid.span))
        return None
    if "\t" not in line.text:
        problems.append(Problem("malformed", "the columns are not divided by tabulators", whole))
    weight = more[0] if more else None
    if weight and not _WEIGHT.fullmatch(weight.text):
        problems.append(Problem("bad-weight", f"the weight is '{weight.text}'; it must be a number", weight.span))
        weight = None
    return CachedHost(
        name.text,
        uuid.text.lower(),
        int(weight.text) if weight else None,
        name.span,
        uuid.span,
    )


def _repeated(hosts: list[CachedHost]) -> list[Problem]:
    """Find names and uuids that stand on several lines."""
    found = []
    names: dict[str, CachedHost] = {}
    uuids: dict[str, CachedHost] = {}
    for host in hosts:
        first, other = names.setdefault(host.uname.lower(), host), uuids.setdefault(host.uuid, host)
        if first is not host:
            found.append(Problem("twice", f"{host.uname} has two lines", host.uname_span, (first.uname_span,)))
        elif other is not host:
            message = f"{host.uname} has the uuid of {other.uname}"
            found.append(Problem("twice", message, host.uuid_span, (other.uuid_span,)))
    return found
