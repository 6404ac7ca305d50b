"""What a picture of a cluster consists of: vertices, what is written in them, and the ties between them."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct


class Shape(Enum):
    """What a vertex stands for; each is drawn in another shape."""

    RESOURCE = "resource"
    DOMU = "domU"
    GROUP = "group"
    CLONE = "clone"
    DEVICE = "fencing device"
    HOST = "host"
    VOLUME = "volume or file"
    BRIDGE = "network bridge"


class Tie(Enum):
    """How two vertices are tied, from the first to the second."""

    MANDATORY = "starts before (mandatory)"
    ADVISORY = "starts before (advisory)"
    TOGETHER = "draws to its node"
    APART = "keeps off its node"
    PROVIDES = "provides storage or files for"
    HOLDS = "is a disk of"
    FENCES = "fences"
    TESTS = "fences in tests only"
    PREFERS = "prefers"
    AVOIDS = "avoids"
    CONNECTS = "connects"


class Vertex(Struct, frozen=True):
    """One box."""

    id: str
    """Unique in the picture: the id of the resource, or the name with its kind before it."""
    shape: Shape
    title: str
    rows: tuple[str, ...] = ()
    """Further lines, such as members, memory and disks."""


class Edge(Struct, frozen=True):
    """One tie."""

    tie: Tie
    start: str
    end: str
    note: str = ""
    """The id of the constraint, or the path."""


class Picture(Struct, frozen=True):
    """A cluster, or a part of it."""

    title: str
    vertices: tuple[Vertex, ...]
    edges: tuple[Edge, ...]
