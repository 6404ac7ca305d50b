"""What a picture's shapes and lines mean, and how long its texts may be; all formats share it."""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.cluster.graph.picture import Edge, Picture, Shape, Tie
from cibtools.report.shared.printable import columns, visible

LONGEST = 44
"""Columns of a line in a box; what is longer ends in an ellipsis, and stands in full beside it."""


def shortened(text: str, longest: int = LONGEST) -> str:
    """A text as it is shown in a box."""
    shown = visible(text)
    if columns(shown) <= longest:
        return shown
    while columns(shown) >= longest:
        shown = shown[:-1]
    return f"{shown}…"


def shapes_in(picture: Picture) -> list[Shape]:
    """The shapes that occur, in the order of the legend."""
    found = {vertex.shape for vertex in picture.vertices}
    return [shape for shape in Shape if shape in found]


def ties_in(picture: Picture) -> list[Tie]:
    """The ties that occur, in the order of the legend."""
    found = {edge.tie for edge in picture.edges}
    return [tie for tie in Tie if tie in found]


def gathered(edges: Iterable[Edge]) -> dict[tuple[Tie, str, str], list[str]]:
    """The notes of ties of one kind between the same two boxes: one line is drawn for them."""
    found: dict[tuple[Tie, str, str], list[str]] = {}
    for edge in edges:
        notes = found.setdefault((edge.tie, edge.start, edge.end), [])
        if edge.note:
            notes.append(edge.note)
    return found
