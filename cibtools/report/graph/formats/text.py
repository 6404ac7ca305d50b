"""Lines for the terminal: every box with what it is tied to."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.graph.picture import Picture, Tie
from cibtools.report.graph.words import gathered
from cibtools.report.shared.printable import visible

SUFFIX = ".txt"
_BACK = {
    Tie.MANDATORY: "starts after (mandatory)",
    Tie.ADVISORY: "starts after (advisory)",
    Tie.TOGETHER: "runs where",
    Tie.APART: "does not run where",
    Tie.PROVIDES: "needs storage or files of",
    Tie.HOLDS: "has the disk",
    Tie.FENCES: "is fenced by",
    Tie.TESTS: "is fenced in tests by",
    Tie.PREFERS: "is preferred by",
    Tie.AVOIDS: "is avoided by",
    Tie.CONNECTS: "is connected by",
}


def render(picture: Picture) -> str:
    """Each box, its lines, and its ties in both directions."""
    titles = {vertex.id: visible(vertex.title) for vertex in picture.vertices}
    said: dict[str, list[str]] = {}
    for (tie, start, end), notes in gathered(picture.edges).items():
        more = f"  ({'; '.join(visible(note) for note in notes)})" if notes else ""
        said.setdefault(start, []).append(f"{tie.value} {titles[end]}{more}")
        said.setdefault(end, []).append(f"{_BACK[tie]} {titles[start]}{more}")
    return "".join(_lines(picture, said))


def _lines(picture: Picture, said: dict[str, list[str]]) -> Iterator[str]:
    yield f"{visible(picture.title)}: {len(picture.vertices)} boxes, {len(gathered(picture.edges))} ties\n"
    for vertex in picture.vertices:
        yield f"\n{visible(vertex.title)}  [{vertex.shape.value}]\n"
        for row in vertex.rows:
            yield f"    {visible(row)}\n"
        for line in said.get(vertex.id, ()):
            yield f"  - {line}\n"
