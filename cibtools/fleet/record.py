"""The overview of a fleet: one small value for each cluster, so that thousands of them fit into memory."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class State(Enum):
    """Whether a cluster can be upgraded; the value is the word for it."""

    GO = "GO"
    LOOK = "GO WITH CONDITIONS"
    STOP = "NO-GO"
    NONE = "NOT JUDGED"
    """Its backup cannot be read, or no plan can be made from it."""


class Obstacle(Struct, frozen=True):
    """A condition of one cluster."""

    code: str
    """`M126`; empty for what has no number."""
    text: str


class CopyDrift(Struct, frozen=True):
    """A file that must be the same on all nodes, and is not."""

    name: str
    """The path below the directory of a node."""
    hosts: tuple[tuple[str, ...], ...]
    """The nodes that have the same content, group by group; the largest group first."""


class TimeDrift(Struct, frozen=True):
    """What became different since an earlier backup."""

    earlier: str
    """The name of the earlier backup."""
    differences: int
    told: tuple[str, ...]
    """The first of them in words."""


class Member(Struct, frozen=True):
    """One cluster."""

    name: str
    backup: str
    """The path of the backup that was judged: the newest."""
    backups: int
    """How many backups of the cluster there are."""
    state: State
    trouble: str = ""
    """Why it was not judged, or what of its backup could not be read."""
    nodes: int = 0
    domus: int = 0
    obstacles: tuple[Obstacle, ...] = ()
    """What stands in the way, or must hold."""
    evenings: int = 0
    longest: int = 0
    """Seconds of the longest evening, waits included."""
    outage: int = 0
    """Seconds for which a domU is away at most, as planned."""
    copies: tuple[CopyDrift, ...] = ()
    since: TimeDrift | None = None
    """None if there is no earlier backup."""
    report: str = ""
    """The link to its own report; empty if none was written."""


class Shared(Struct, frozen=True):
    """A condition and the clusters that have it."""

    code: str
    title: str
    """What the number says, or the text of what has no number."""
    example: str
    """The text of the first cluster."""
    blocks: tuple[str, ...]
    """The NO-GO clusters that have it."""
    others: tuple[str, ...]
    """The clusters with conditions that have it."""


class Wave(Struct, frozen=True):
    """Clusters to upgrade before the next wave begins."""

    number: int
    members: tuple[str, ...]
    evenings: int
    """How many evenings the one with most of them takes."""
    longest: int
    """Seconds of the longest evening of any: the window that is enough for each."""


class Fleet(Struct, frozen=True):
    """All of it."""

    target: str
    members: tuple[Member, ...]
    """By name."""
    shared: tuple[Shared, ...]
    """What blocks most clusters comes first."""
    waves: tuple[Wave, ...]

    def count(self, state: State) -> int:
        """Return how many clusters have this verdict."""
        return sum(member.state is state for member in self.members)
