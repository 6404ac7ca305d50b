"""Reading ha.cf as heartbeat 2.1.3 does: directives, timers with their defaults, media, and what it would refuse.

The defaults are part of what the file says: a deadtime alone sets four timers. Every value keeps the bytes it stands
in, so that a rule can point at it and a fix can change it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from cibtools.backup.heartbeat.ha_cf_check import problems_of
from cibtools.backup.lines.directive import Directive, Option, directives_of
from cibtools.backup.lines.ha_directives import CRM_DIRECTIVES, MEDIA, parse_time
from cibtools.backup.lines.words import listed, seconds
from cibtools.backup.record.boolean import CLUSTER
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source, Span

__all__ = ["ApiAuth", "Directive", "HaCf", "HaCfProblem", "Medium", "Option", "Respawn", "Timing", "parse_hacf"]

HaCfProblem = Problem
_KEEPALIVE = 1_000
_DEADTIME = 30_000
_LOGGING = frozenset(("use_logd", "logfile", "debugfile", "logfacility", "conn_logd_time", "syslogmsgfmt"))
CrmMode = Literal["full", "minimal", "valgrind", "respawn", "off", "invalid"]
_CRM_MODES: dict[str, CrmMode] = {
    "manual": "minimal", "minimal": "minimal", "valgrind": "valgrind", "respawn": "respawn",
}  # fmt: skip


class Timing(Struct, frozen=True):
    """One timer."""

    ms: int | None
    """Milliseconds; None if the file gives a time that heartbeat cannot read."""
    origin: Literal["file", "default", "derived"]
    """Whether the file says it, heartbeat's default holds, or it follows from another timer."""
    span: Span | None = None
    """Bytes of the value, if the file says it."""
    raw: str = ""
    """The value as written."""


class Medium(Struct, frozen=True):
    """One way to the other nodes."""

    kind: str
    """`bcast`, `mcast`, `ucast`, `serial`, `openais` or `tipc`."""
    interface: str
    """Network interface or serial device."""
    span: Span
    """The word that names it; for mcast and ucast the whole directive."""
    peer: str | None = None
    """Address of the other end of ucast."""
    group: str | None = None
    """Multicast group."""
    port: int | None = None
    """UDP port of mcast; the others use `udpport`."""
    ttl: int | None = None
    loop: int | None = None


class Respawn(Struct, frozen=True):
    """A program that heartbeat starts and watches."""

    user: str
    path: str
    args: tuple[str, ...]
    span: Span

    @property
    def program(self) -> str:
        """The name of the program without its directory."""
        return self.path.rpartition("/")[2]


class ApiAuth(Struct, frozen=True):
    """Who may use heartbeat's API under one client name."""

    name: str
    uids: tuple[str, ...]
    gids: tuple[str, ...]
    span: Span


class HaCf(Struct, frozen=True, eq=False):
    """What an ha.cf says."""

    directives: tuple[Directive, ...]
    nodes: tuple[Option, ...]
    """Node names as written; heartbeat lower-cases them."""
    keepalive: Timing
    deadtime: Timing
    warntime: Timing
    initdead: Timing
    deadping: Timing
    media: tuple[Medium, ...]
    ping_nodes: tuple[Option, ...]
    """Hosts of ping and ping_group."""
    crm_mode: CrmMode
    respawns: tuple[Respawn, ...]
    apiauth: tuple[ApiAuth, ...]
    logging: tuple[Directive, ...]
    """The directives about logs, in order."""
    autojoin: str
    """`none`, `other` or `any`."""
    problems: tuple[Problem, ...]
    """Variants: `unknown`, `later`, `invalid-time`, `invalid-value`, `no-value`, `order`, `udp`, `twice`, `lost-blank`,
    `no-break-space`."""
    repaired: bool = False
    """True if a lost blank or a no-break space was put right: heartbeat does not start with this file."""

    def all(self, name: str) -> tuple[Directive, ...]:
        """Every directive of one name, in order."""
        return tuple(directive for directive in self.directives if directive.name == name)

    def last(self, name: str) -> Option | None:
        """The option that counts of a directive with one value: the last one given."""
        options = _options(self.directives, name)
        return options[-1] if options else None

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield the ways between the nodes, when a node counts as dead, and what is pinged."""
        media = listed(" ".join(filter(None, (medium.kind, medium.interface, medium.peer))) for medium in self.media)
        if media:
            yield f"over {media}"
        if self.deadtime.ms is not None:
            yield f"dead after {seconds(self.deadtime.ms)}"
        if self.crm_mode in ("off", "invalid") and not excerpt:
            yield "CRM off, so that haresources holds"
        if self.ping_nodes:
            yield f"pings {listed(option.text for option in self.ping_nodes)}"


def parse_hacf(source: Source) -> HaCf:
    """Read an ha.cf; whatever is wrong with it becomes a problem of the result."""
    directives, line_problems = directives_of(source)
    deadtime = _timing(directives, "deadtime", _DEADTIME, "default")
    dead = deadtime.ms
    autojoin = _last(directives, "autojoin")
    return HaCf(
        directives,
        nodes=_options(directives, "node"),
        keepalive=_timing(directives, "keepalive", _KEEPALIVE, "default"),
        deadtime=deadtime,
        warntime=_timing(directives, "warntime", None if dead is None else dead // 2, "derived"),
        initdead=_timing(directives, "initdead", _initdead(dead), "derived"),
        deadping=_timing(directives, "deadping", dead, "derived"),
        media=tuple(_media(directives)),
        ping_nodes=tuple(_ping_nodes(directives)),
        crm_mode=_crm_mode([option.text for option in _options(directives, *CRM_DIRECTIVES)]),
        respawns=tuple(_respawns(directives)),
        apiauth=tuple(_apiauth(directives)),
        logging=tuple(directive for directive in directives if directive.name in _LOGGING),
        autojoin=autojoin if autojoin in ("other", "any") else "none",
        problems=tuple(sorted((*line_problems, *problems_of(directives)), key=lambda problem: problem.span)),
        repaired=bool(line_problems),
    )


def _options(directives: tuple[Directive, ...], *names: str) -> tuple[Option, ...]:
    return tuple(option for directive in directives if directive.name in names for option in directive.options)


def _last(directives: tuple[Directive, ...], *names: str) -> str:
    options = _options(directives, *names)
    return options[-1].text if options else ""


def _timing(
    directives: tuple[Directive, ...], name: str, otherwise: int | None, origin: Literal["default", "derived"]
) -> Timing:
    """Read one timer: the last time that can be read counts, as each option is applied by itself."""
    options = _options(directives, name)
    if not options:
        return Timing(otherwise, origin)
    readable = [option for option in options if parse_time(option.text) is not None]
    option = readable[-1] if readable else options[-1]
    return Timing(parse_time(option.text), "file", option.span, option.text)


def _initdead(deadtime: int | None) -> int | None:
    """What heartbeat takes for initdead if the file does not say."""
    if deadtime is None or deadtime > 10_000:
        return deadtime
    return 12_000 if deadtime < 6_000 else 2 * deadtime


def _media(directives: tuple[Directive, ...]) -> Iterator[Medium]:
    for directive in directives:
        words = [option.text for option in directive.options]
        if directive.name not in MEDIA or not words:
            continue
        if directive.name == "ucast":
            yield Medium("ucast", words[0], directive.span, peer=words[1] if len(words) > 1 else None)
        elif directive.name in ("mcast", "mcast6"):
            numbers = [int(word) if re.fullmatch(r"[0-9]{1,9}", word) else None for word in (*words[2:5], "", "", "")]
            group = words[1] if len(words) > 1 else None
            yield Medium(directive.name, words[0], directive.span, None, group, numbers[0], numbers[1], numbers[2])
        else:
            kind = "bcast" if directive.name == "udp" else directive.name
            yield from (Medium(kind, option.text, option.span) for option in directive.options)


def _ping_nodes(directives: tuple[Directive, ...]) -> Iterator[Option]:
    for directive in directives:
        if directive.name in ("ping", "ping_group"):
            yield from directive.options[directive.name == "ping_group" :]


def _crm_mode(words: list[str]) -> CrmMode:
    """What heartbeat 2.1.3 makes of the `crm` directives: a word that means no leaves on what another one has set."""
    modes = [_mode_of(word) for word in words]
    return next((mode for mode in reversed(modes) if mode not in ("off", "invalid")), modes[-1] if modes else "off")


def _mode_of(word: str) -> CrmMode:
    on = CLUSTER.read(word)
    if on is not None:
        return "full" if on else "off"
    return _CRM_MODES.get(word.lower(), "invalid")


def _respawns(directives: tuple[Directive, ...]) -> Iterator[Respawn]:
    for directive in directives:
        words = [option.text for option in directive.options]
        if directive.name in ("respawn", "failfast") and len(words) > 1:
            yield Respawn(words[0], words[1], tuple(words[2:]), directive.span)


def _apiauth(directives: tuple[Directive, ...]) -> Iterator[ApiAuth]:
    for directive in directives:
        if directive.name == "apiauth" and directive.options:
            name, *lists = (option.text for option in directive.options)
            uids, gids = (
                tuple(user for item in lists if item.startswith(prefix) for user in item[4:].split(",") if user)
                for prefix in ("uid=", "gid=")
            )
            yield ApiAuth(name, uids, gids, directive.span)
