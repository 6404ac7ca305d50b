"""Reading /etc/sysconfig/o2cb: after how long OCFS2's own cluster takes a node for dead.

That time competes with heartbeat's deadtime and with the retries of multipath, so every default that does not depend on
the version is named, and what does is left open.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.host.sysconfig import Assignment, Sysconfig, parse_sysconfig
from cibtools.backup.lines.words import seconds
from cibtools.backup.record.fact import Fact, Known, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source

DEFAULT_IDLE_TIMEOUT_MS = 30_000
DEFAULT_KEEPALIVE_DELAY_MS = 2_000
DEFAULT_RECONNECT_DELAY_MS = 2_000
_BEAT_MS = 2_000
"""Milliseconds between two signs of life on the disk."""
_NUMBERS = (
    "O2CB_HEARTBEAT_THRESHOLD",
    "O2CB_IDLE_TIMEOUT_MS",
    "O2CB_KEEPALIVE_DELAY_MS",
    "O2CB_RECONNECT_DELAY_MS",
)
_KNOWN = frozenset((*_NUMBERS, "O2CB_ENABLED", "O2CB_BOOTCLUSTER", "O2CB_STACK", "O2CB_HEARTBEAT_MODE"))


class O2cb(Struct, frozen=True, eq=False):
    """What a sysconfig file of o2cb says."""

    settings: Sysconfig
    """All assignments, and the problems of them all."""
    enabled: Fact[bool]
    """Whether o2cb starts with the system."""
    bootcluster: Fact[str]
    """The cluster that comes on line then."""
    stack: Fact[str]
    """`o2cb`, or the cluster stack that tells who is a member; later releases only."""
    heartbeat_threshold: Fact[int]
    """Signs of life on the disk that may be missed, plus one; its default depends on the version."""
    heartbeat_mode: Fact[str]
    """`user`: membership comes from Heartbeat (SLES 10 only); `kernel`: from o2cb's own heartbeat on the disk."""
    idle_timeout_ms: Fact[int]
    """Milliseconds without a packet after which a connection is dead; if absent `DEFAULT_IDLE_TIMEOUT_MS`."""
    keepalive_delay_ms: Fact[int]
    """Milliseconds without a packet before one is asked for; if absent `DEFAULT_KEEPALIVE_DELAY_MS`."""
    reconnect_delay_ms: Fact[int]
    """Least milliseconds between two attempts to connect; if absent `DEFAULT_RECONNECT_DELAY_MS`."""
    extra: tuple[Assignment, ...]
    """Assignments of other names."""

    @property
    def dead_ms(self) -> int | None:
        """Milliseconds after which a node that writes no sign of life is dead; None if the file does not tell."""
        fact = self.heartbeat_threshold
        return (fact.value - 1) * _BEAT_MS if isinstance(fact, Known) and fact.value > 0 else None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, as `Sysconfig` lists their variants."""
        return self.settings.problems

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield when a node counts as dead, and who knows the members."""
        if self.dead_ms is not None:
            yield f"dead after {seconds(self.dead_ms)}"
        mode = self.heartbeat_mode
        if isinstance(mode, Known):
            yield f"members told by {'Heartbeat' if mode.value == 'user' else mode.value}"


def parse_o2cb(source: Source) -> O2cb:
    """Read a sysconfig file of o2cb; whatever is wrong with it becomes a problem of the result."""
    settings = parse_sysconfig(source)
    problems = (*settings.problems, *_problems_of(settings))
    settings = replace(settings, problems=tuple(sorted(problems, key=lambda problem: problem.span)))
    return O2cb(
        settings,
        enabled=settings.switch("O2CB_ENABLED"),
        bootcluster=settings.word("O2CB_BOOTCLUSTER"),
        stack=settings.word("O2CB_STACK"),
        heartbeat_threshold=settings.number("O2CB_HEARTBEAT_THRESHOLD"),
        heartbeat_mode=settings.word("O2CB_HEARTBEAT_MODE"),
        idle_timeout_ms=settings.number("O2CB_IDLE_TIMEOUT_MS"),
        keepalive_delay_ms=settings.number("O2CB_KEEPALIVE_DELAY_MS"),
        reconnect_delay_ms=settings.number("O2CB_RECONNECT_DELAY_MS"),
        extra=tuple(found for found in settings.assignments if found.name not in _KNOWN),
    )


def _problems_of(settings: Sysconfig) -> Iterator[Problem]:
    for name in _NUMBERS:
        fact = settings.number(name)
        if isinstance(fact, Unknown) and isinstance(settings.word(name), Known):
            yield Problem("invalid-value", f"{name}: {fact.reason}", fact.span)
    switch = settings.switch("O2CB_ENABLED")
    if isinstance(switch, Unknown) and isinstance(settings.word("O2CB_ENABLED"), Known):
        yield Problem("invalid-value", f"O2CB_ENABLED: {switch.reason}", switch.span)
    mode = settings.word("O2CB_HEARTBEAT_MODE")
    if isinstance(mode, Known) and mode.value not in ("user", "kernel"):
        yield Problem("invalid-value", f"O2CB_HEARTBEAT_MODE is '{mode.value}', neither user nor kernel", mode.span)
    for found in settings.assignments:
        if found.name not in _KNOWN:
            yield Problem("unknown", f"o2cb does not read {found.name}", found.span)
