"""The language of graphviz."""

from __future__ import annotations

from cibtools.cluster.graph.picture import Picture, Shape, Tie
from cibtools.report.graph.words import gathered, shortened
from cibtools.report.shared.printable import visible

SUFFIX = ".dot"
_SHAPES = {
    Shape.RESOURCE: "shape=box",
    Shape.DOMU: 'shape=box,style="rounded"',
    Shape.GROUP: 'shape=box,style="dashed"',
    Shape.CLONE: "shape=box,peripheries=2",
    Shape.DEVICE: "shape=octagon",
    Shape.HOST: "shape=box3d",
    Shape.VOLUME: "shape=cylinder",
    Shape.BRIDGE: "shape=cds",
}
_STYLES = {
    Tie.MANDATORY: "",
    Tie.ADVISORY: "style=dashed",
    Tie.TOGETHER: "style=dotted,arrowhead=dot",
    Tie.APART: "style=dashed,color=red,arrowhead=obox",
    Tie.PROVIDES: "style=dotted,arrowhead=empty",
    Tie.HOLDS: "arrowhead=empty",
    Tie.FENCES: "color=orange3,arrowhead=tee",
    Tie.TESTS: "color=orange3,style=dashed,arrowhead=tee",
    Tie.PREFERS: "arrowhead=odot",
    Tie.AVOIDS: "style=dashed,color=red,arrowhead=tee",
    Tie.CONNECTS: "arrowhead=none",
}


def render(picture: Picture) -> str:
    """The picture for `dot`: `cibtools graph --format dot | dot -Tsvg`."""
    lines = [f"digraph {_quoted(picture.title)} {{", "  rankdir=TB; node [fontname=sans,fontsize=11];"]
    for vertex in picture.vertices:
        label = _label((vertex.title, *vertex.rows))
        lines.append(f"  {_quoted(vertex.id)} [label={label},{_SHAPES[vertex.shape]}];")
    for (tie, start, end), notes in gathered(picture.edges).items():
        told = _quoted("; ".join((tie.value, *notes)))
        style = f",{_STYLES[tie]}" if _STYLES[tie] else ""
        lines.append(f"  {_quoted(start)} -> {_quoted(end)} [tooltip={told}{style}];")
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    return '"' + _escaped(visible(text)) + '"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _label(rows: tuple[str, ...]) -> str:
    return '"' + "".join(f"{_escaped(shortened(row, 60))}\\l" for row in rows) + '"'
