"""Parts of a picture: one kind of ties, or what lies around one vertex."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from cibtools.cluster.derived.digraph import reachable, successors
from cibtools.cluster.graph.picture import Picture, Shape, Tie, Vertex

WHATS: Mapping[str, frozenset[Tie]] = {
    "all": frozenset(
        {Tie.MANDATORY, Tie.ADVISORY, Tie.TOGETHER, Tie.APART, Tie.PROVIDES, Tie.FENCES, Tie.TESTS, Tie.AVOIDS}
    ),
    "order": frozenset({Tie.MANDATORY, Tie.ADVISORY}),
    "colocation": frozenset({Tie.TOGETHER, Tie.APART}),
    "storage": frozenset({Tie.PROVIDES, Tie.HOLDS}),
    "fencing": frozenset({Tie.FENCES, Tie.TESTS}),
    "location": frozenset({Tie.PREFERS, Tie.AVOIDS}),
    "network": frozenset({Tie.CONNECTS}),
}
"""The ties of each kind of picture; `all` leaves disks and bridges to the lines in the boxes."""
_ALWAYS = frozenset({Shape.RESOURCE, Shape.DOMU, Shape.GROUP, Shape.CLONE, Shape.DEVICE, Shape.HOST})


def select(picture: Picture, what: str) -> Picture:
    """Keep the ties of one kind, and the vertices that have one; `all` keeps every resource and host."""
    ties = WHATS[what]
    edges = tuple(edge for edge in picture.edges if edge.tie in ties)
    if what == "all":
        # Where orders say so anyway, a second line for the path behind them tells nothing.
        after = successors((edge.start, edge.end) for edge in edges if edge.tie in WHATS["order"])
        later = {edge.start: reachable([edge.start], after) for edge in edges if edge.tie is Tie.PROVIDES}
        edges = tuple(edge for edge in edges if edge.tie is not Tie.PROVIDES or edge.end not in later[edge.start])
    tied = {name for edge in edges for name in (edge.start, edge.end)}
    vertices = tuple(one for one in picture.vertices if one.id in tied or (what == "all" and one.shape in _ALWAYS))
    return replace(picture, vertices=vertices, edges=edges)


def focus(picture: Picture, name: str, depth: int) -> Picture:
    """Keep what is at most so many ties away from a vertex; all of it if none has that id."""
    around: dict[str, set[str]] = {}
    for edge in picture.edges:
        around.setdefault(edge.start, set()).add(edge.end)
        around.setdefault(edge.end, set()).add(edge.start)
    kept = {name}
    for _ in range(depth):
        kept |= {other for one in kept for other in around.get(one, ())}
    edges = tuple(edge for edge in picture.edges if edge.start in kept and edge.end in kept)
    return replace(picture, vertices=tuple(one for one in picture.vertices if one.id in kept), edges=edges)


def find(picture: Picture, name: str) -> Vertex | None:
    """The vertex with that id, or with that title if no id is like it; names of members count for their box."""
    for vertex in picture.vertices:
        if vertex.id == name:
            return vertex
    for vertex in picture.vertices:
        if vertex.title == name or any(row.split("  ")[0] == name for row in vertex.rows):
            return vertex
    return None
