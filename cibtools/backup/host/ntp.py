"""Reading ntp.conf: where a node takes its time from, and what it falls back to.

Nodes whose clocks differ read each other's logs and lifetimes wrongly, so the servers of all nodes are compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.lines.directive import Directive, Option
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.fact import ABSENT, Fact, Known, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.secret import MASK, Secret
from cibtools.backup.record.source import Source, Span

_SOURCES = frozenset(("server", "peer", "pool", "broadcast", "manycastclient"))
_KNOWN = _SOURCES | frozenset((
    "broadcastclient", "broadcastdelay", "controlkey", "crypto", "disable", "driftfile", "enable", "filegen", "fudge",
    "includefile", "interface", "keys", "keysdir", "logconfig", "logfile", "manycastserver", "multicastclient",
    "requestkey", "restrict", "setvar", "statistics", "statsdir", "tinker", "tos", "trap", "trustedkey", "ttl",
))  # fmt: skip
_CLOCK = re.compile(r"127\.127\.[0-9]{1,3}\.[0-9]{1,3}")
_LOCAL_CLOCK = "127.127.1."


class TimeSource(Struct, frozen=True):
    """A server, peer or clock."""

    kind: str
    """`server`, `peer`, `pool`, `broadcast` or `manycastclient`."""
    address: str
    """Name or address; 127.127.x.y is a clock of the node itself."""
    span: Span
    """The whole line."""
    stratum: Fact[int] = ABSENT
    """For a clock: the stratum that fudge gives it; if absent the driver's own."""

    @property
    def is_clock(self) -> bool:
        """True for a reference clock of the node itself."""
        return _CLOCK.fullmatch(self.address) is not None

    @property
    def is_local_clock(self) -> bool:
        """True for the undisciplined clock of the node, which knows no time but its own."""
        return self.is_clock and self.address.startswith(_LOCAL_CLOCK)


class NtpConf(Struct, frozen=True, eq=False):
    """What an ntp.conf says."""

    directives: tuple[Directive, ...]
    """Every line, in order."""
    sources: tuple[TimeSource, ...]
    """In order, clocks of the node itself included."""
    logfile: Fact[str]
    """If absent syslog."""
    includes: tuple[Option, ...]
    """Files that are read too; they are not part of this one."""
    extra: tuple[Directive, ...]
    """Lines with keywords that are not known."""
    problems: tuple[Problem, ...]
    """Variants: `unknown`, `no-value`, `invalid-value`, `fudge-without-clock`, `no-break-space`, `dash`,
    `curly-quote`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: ntpd does not read the file so."""
        return any(problem.variant in LOST for problem in self.problems)

    @property
    def servers(self) -> tuple[TimeSource, ...]:
        """Sources other than the node's own clocks."""
        return tuple(source for source in self.sources if not source.is_clock)

    @property
    def local_clock(self) -> TimeSource | None:
        """The undisciplined clock, if the node may fall back to it."""
        return next((source for source in self.sources if source.is_local_clock), None)

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield the sources of time, the node's own clock among them."""
        if self.servers:
            yield f"from {listed(server.address for server in self.servers)}"
        clock = self.local_clock
        if clock:
            yield f"own clock{f' at stratum {clock.stratum.value}' if isinstance(clock.stratum, Known) else ''}"


def parse_ntp(source: Source) -> NtpConf:
    """Read an ntp.conf; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    problems = text.problems
    directives = []
    for line in text.lines:
        comment = line.text.find("#")
        said = text.directive(line, None if comment < 0 else comment)
        if said is None:
            continue
        said = _without_secrets(said)
        directives.append(said)
        if said.name not in _KNOWN:
            problems.append(Problem("unknown", f"ntpd has no keyword '{said.name}'", said.span))
        elif not said.options and said.name not in ("broadcastclient", "crypto"):
            problems.append(Problem("no-value", f"{said.name} has no value", said.span))
    strata = _strata(directives, problems)
    return NtpConf(
        tuple(directives),
        sources=tuple(
            _source(said, strata) for said in directives if said.name in _SOURCES and _address(said.options) is not None
        ),
        logfile=_last(directives, "logfile"),
        includes=tuple(said.options[0] for said in directives if said.name == "includefile" and said.options),
        extra=tuple(said for said in directives if said.name not in _KNOWN),
        problems=tuple(sorted(problems, key=lambda problem: problem.span)),
    )


def _without_secrets(said: Directive) -> Directive:
    """Wrap the password that `crypto pw` gives."""
    if said.name != "crypto":
        return said
    words = ("", *(option.text for option in said.options))
    options = tuple(
        Option(MASK, option.span, Secret(option.text)) if before == "pw" else option
        for before, option in zip(words, said.options, strict=False)
    )
    return Directive(said.name, options, said.line, said.span)


def _address(options: tuple[Option, ...]) -> Option | None:
    """The first word that is no flag such as `-4`."""
    return next((option for option in options if not option.text.startswith("-")), None)


def _source(said: Directive, strata: dict[str, Fact[int]]) -> TimeSource:
    address = _address(said.options)
    assert address is not None
    stratum = strata.get(address.text, ABSENT)
    return TimeSource(said.name, address.text, said.span, stratum)


def _strata(directives: list[Directive], problems: list[Problem]) -> dict[str, Fact[int]]:
    """The stratum that fudge gives to each clock; the last one counts."""
    found: dict[str, Fact[int]] = {}
    clocks = {option.text for said in directives if said.name in _SOURCES for option in said.options[:1]}
    for said in directives:
        if said.name != "fudge" or not said.options:
            continue
        clock = said.options[0]
        if clock.text not in clocks:
            message = f"fudge names {clock.text}, but there is no server line for it"
            problems.append(Problem("fudge-without-clock", message, clock.span))
        for name, value in zip(said.options[1:], said.options[2:], strict=False):
            if name.text == "stratum":
                found[clock.text] = _stratum(value, problems)
    return found


def _stratum(value: Option, problems: list[Problem]) -> Fact[int]:
    if re.fullmatch(r"[0-9]{1,2}", value.text) and int(value.text) < 16:
        return Known(int(value.text), value.span)
    problems.append(Problem("invalid-value", f"the stratum is '{value.text}'; it must be 0 to 15", value.span))
    return Unknown(f"'{value.text}' is no stratum", value.span)


def _last(directives: list[Directive], name: str) -> Fact[str]:
    options = [said.options[0] for said in directives if said.name == name and said.options]
    return Known(options[-1].text, options[-1].span) if options else ABSENT
