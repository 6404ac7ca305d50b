"""Releases of the cluster software, which of them can be in one cluster, and the way from one to another.

The table is the one that Pacemaker's documentation gives; heartbeat 2.1.4 is not in it and is taken for a 2.1.3 with
repairs.
"""

from __future__ import annotations

import re
from collections import deque

from msgspec import Struct

from cibtools.errors import PlanError

_FORM = re.compile(r"(heartbeat|pacemaker)-(\d+)\.(\d+)(?:\.(\d+))?$")
_SLE = re.compile(r"sle-ha-11(?:-sp([1-4]))?$")
_FAMILIES = ("heartbeat", "pacemaker")
LATEST = 99
"""Stands for "the newest of the series" where no third number is given."""


class Version(Struct, frozen=True, order=True):
    """One release; heartbeat's come before Pacemaker's."""

    family: int
    major: int
    minor: int
    patch: int

    @property
    def is_heartbeat(self) -> bool:
        """True for releases where the CRM was a part of heartbeat."""
        return self.family == 0

    @property
    def series(self) -> tuple[int, int, int]:
        """What stays the same when only patches are installed."""
        return self.family, self.major, self.minor

    def __str__(self) -> str:
        last = "x" if self.patch == LATEST else str(self.patch)
        name = "heartbeat" if self.is_heartbeat else "Pacemaker"
        return f"{name} {self.major}.{self.minor}.{last}"


def heartbeat(major: int, minor: int, patch: int) -> Version:
    """A release of heartbeat."""
    return Version(0, major, minor, patch)


def pacemaker(major: int, minor: int, patch: int) -> Version:
    """A release of Pacemaker."""
    return Version(1, major, minor, patch)


PACEMAKER_1 = pacemaker(1, 0, 0)
REATTACH_OLDEST = heartbeat(2, 0, 4)
_POINTS = (
    heartbeat(2, 0, 0),
    heartbeat(2, 0, 4),
    heartbeat(2, 0, 8),
    heartbeat(2, 1, 3),
    pacemaker(0, 6, 6),
    pacemaker(1, 0, LATEST),
)
"""The releases a way may go through; 0.7 was a development series and is not one of them."""


class Target(Struct, frozen=True):
    """Where an upgrade leads, or what runs now."""

    version: Version
    sle11: bool = False
    """True for SLE HA 11: another operating system, and openais in place of heartbeat."""
    name: str = ""

    @property
    def stack(self) -> str:
        """The membership layer."""
        return "openais" if self.sle11 else "heartbeat"


def parse_target(text: str, option: str) -> Target:
    """Read `heartbeat-2.1.4`, `pacemaker-1.0` or `sle-ha-11`."""
    if _SLE.match(text):
        return Target(pacemaker(1, 0, LATEST), True, "SLE HA 11" + text.removeprefix("sle-ha-11").upper())
    match = _FORM.match(text)
    if not match:
        raise PlanError(
            f'{option} "{text}" is not a known version', hint="examples: heartbeat-2.1.4, pacemaker-1.0, sle-ha-11"
        )
    patch = LATEST if match[4] is None else int(match[4])
    version = Version(_FAMILIES.index(match[1]), int(match[2]), int(match[3]), patch)
    return Target(version, False, str(version))


def oldest_partner(version: Version) -> Version | None:
    """The oldest release that one can join a cluster of; None if it can join none but its own."""
    if not version.is_heartbeat:
        if (version.major, version.minor) >= (1, 0):
            return PACEMAKER_1
        return heartbeat(2, 1, 3) if version.minor == 7 else heartbeat(2, 0, 8)
    if version > heartbeat(2, 0, 4):
        return heartbeat(2, 0, 4)
    return heartbeat(2, 0, 0) if version > heartbeat(2, 0, 0) else None


def can_roll(source: Version, target: Version) -> bool:
    """True if nodes of the two can be in one cluster while one is exchanged for the other."""
    oldest = oldest_partner(target)
    return source == target or (target > source and oldest is not None and source >= oldest)


def hops(source: Version, target: Version) -> tuple[Version, ...] | None:
    """The shortest way by rolling upgrades, source and target included; None if there is none.

    Of several the one that goes through newer releases.
    """
    between = [point for point in _POINTS if source < point < target]
    best: tuple[Version, ...] | None = None
    queue: deque[tuple[Version, ...]] = deque([(source,)])
    while queue:
        way = queue.popleft()
        if best is not None and len(way) >= len(best):
            continue
        if can_roll(way[-1], target):
            found = (*way, target)
            best = found if best is None or found[::-1] > best[::-1] else best
            continue
        queue.extend((*way, point) for point in reversed(between) if point > way[-1] and can_roll(way[-1], point))
    return best
