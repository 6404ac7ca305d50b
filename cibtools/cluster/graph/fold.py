"""Boxes that are tied to the same others in the same way, put together: forty domUs on one pool are one fact."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.cluster.graph.picture import Edge, Picture, Tie, Vertex

CROWDED = 40
"""A picture with more boxes than this is folded unless the user wants otherwise."""
_FEWEST = 3
_NAMED = 12
"""Names that a folded box lists; the rest are counted."""
_Ties = frozenset[tuple[Tie, str, str]]


def folded(picture: Picture) -> Picture:
    """Put boxes of one shape together that have the same ties to the same boxes; single ones stay as they are."""
    ties: dict[str, set[tuple[Tie, str, str]]] = {vertex.id: set() for vertex in picture.vertices}
    for edge in picture.edges:
        ties[edge.start].add((edge.tie, "to", edge.end))
        ties[edge.end].add((edge.tie, "from", edge.start))
    alike: dict[tuple[object, _Ties], list[Vertex]] = {}
    for vertex in picture.vertices:
        alike.setdefault((vertex.shape, frozenset(ties[vertex.id])), []).append(vertex)
    stands_for: dict[str, str] = {}
    vertices: list[Vertex] = []
    together = {found[0].id: found for found in alike.values() if len(found) >= _FEWEST}
    inside = {one.id for found in together.values() for one in found[1:]}
    for vertex in picture.vertices:
        if vertex.id in together:
            vertices.append(_one(together[vertex.id]))
            stands_for |= dict.fromkeys((one.id for one in together[vertex.id]), vertex.id)
        elif vertex.id not in inside:
            vertices.append(vertex)
    edges: dict[tuple[Tie, str, str], Edge] = {}
    for edge in picture.edges:
        start, end = stands_for.get(edge.start, edge.start), stands_for.get(edge.end, edge.end)
        note = edge.note if (start, end) == (edge.start, edge.end) else ""
        edges.setdefault((edge.tie, start, end), Edge(edge.tie, start, end, note))
    return replace(picture, vertices=tuple(vertices), edges=tuple(edges.values()))


def _one(found: list[Vertex]) -> Vertex:
    names = [vertex.title for vertex in found]
    rows = [", ".join(names[place : place + 3]) for place in range(0, min(len(names), _NAMED), 3)]
    more = len(names) - _NAMED
    plural = f"{len(found)} {found[0].shape.value}s".replace("ys", "ies")
    return replace(found[0], title=plural, rows=(*rows, *((f"and {more} more",) if more > 0 else ())))
