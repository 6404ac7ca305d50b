"""Mermaid, as wikis and code hosts draw it in Markdown."""

from __future__ import annotations

from cibtools.cluster.graph.picture import Picture, Shape, Tie
from cibtools.report.graph.words import gathered, shortened
from cibtools.report.shared.printable import visible

SUFFIX = ".mmd"
_SHAPES = {
    Shape.RESOURCE: ("[", "]"),
    Shape.DOMU: ("(", ")"),
    Shape.GROUP: ("[/", "/]"),
    Shape.CLONE: ("[[", "]]"),
    Shape.DEVICE: ("{{", "}}"),
    Shape.HOST: ("[(", ")]"),
    Shape.VOLUME: ("([", "])"),
    Shape.BRIDGE: (">", "]"),
}
_ARROWS = {
    Tie.MANDATORY: "-->",
    Tie.ADVISORY: "-.->",
    Tie.TOGETHER: "--o",
    Tie.APART: "--x",
    Tie.PROVIDES: "-.->",
    Tie.HOLDS: "-->",
    Tie.FENCES: "==>",
    Tie.TESTS: "==>",
    Tie.PREFERS: "--o",
    Tie.AVOIDS: "--x",
    Tie.CONNECTS: "---",
}
_WORDLESS = frozenset({Tie.MANDATORY, Tie.ADVISORY})


def render(picture: Picture) -> str:
    """The picture as a flowchart; what is no arrow of an order is named on its line."""
    names = {vertex.id: f"v{number}" for number, vertex in enumerate(picture.vertices)}
    lines = [f"%% {visible(picture.title)}", "flowchart TB"]
    for vertex in picture.vertices:
        opening, closing = _SHAPES[vertex.shape]
        label = "<br>".join(_escaped(shortened(row, 60)) for row in (vertex.title, *vertex.rows))
        lines.append(f'  {names[vertex.id]}{opening}"{label}"{closing}')
    for tie, start, end in gathered(picture.edges):
        word = "" if tie in _WORDLESS else f'|"{_escaped(tie.value)}"|'
        lines.append(f"  {names[start]} {_ARROWS[tie]}{word} {names[end]}")
    return "\n".join([*lines, ""])


def _escaped(text: str) -> str:
    """Everything that Mermaid or the HTML it makes could take for its own, as a code."""
    return "".join(char if char.isalnum() or char in " ._/:-,()…" else f"#{ord(char)};" for char in text)
