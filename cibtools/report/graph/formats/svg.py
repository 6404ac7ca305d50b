"""A drawing for browsers and documents, laid out here."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from cibtools.cluster.graph.picture import Picture, Shape, Tie, Vertex
from cibtools.report.graph.layout import MARGIN, Layout, Size, Spot, lay_out
from cibtools.report.graph.words import gathered, shapes_in, shortened, ties_in
from cibtools.report.shared.printable import columns, visible

SUFFIX = ".svg"
_CHAR, _TITLE_CHAR, _LINE, _PAD = 6.7, 7.9, 15.0, 10.0
_BESIDE = 14.0
"""Pixels between two lines that tie the same boxes."""
_STYLE = """
.cib-graph{--ink:#1b2430;--soft:#5b6675;--paper:#fff;--resource:#eef2f6;--domu:#e3effc;--clone:#e9f5ea;--group:#f3edfa;
--device:#fdf0dc;--host:#dfe5ec;--volume:#f6f6ee;--bridge:#e6f4f4;--strong:#1f4e8c;--bad:#a3231f;--fence:#8a5200}
@media (prefers-color-scheme:dark){.cib-graph{--ink:#e8edf3;--soft:#a5b0be;--paper:#12161c;--resource:#232b35;
--domu:#1b3350;--clone:#1c3a26;--group:#33274a;--device:#46330f;--host:#323b47;--volume:#34342a;--bridge:#1d3a3a;
--strong:#8db8f2;--bad:#f29b97;--fence:#f0bb6a}}
.cib-graph text{font:12px ui-sans-serif,system-ui,"DejaVu Sans",sans-serif;fill:var(--ink)}
.cib-graph .t{font-weight:700;font-size:13px}.cib-graph .r{fill:var(--soft);font-size:11px}
.cib-graph .b{stroke:var(--ink);stroke-width:1.2}.cib-graph .l{fill:none;stroke:var(--ink);stroke-width:1.4}
"""
_FILLS = {
    Shape.RESOURCE: "resource", Shape.DOMU: "domu", Shape.GROUP: "group", Shape.CLONE: "clone", Shape.DEVICE: "device",
    Shape.HOST: "host", Shape.VOLUME: "volume", Shape.BRIDGE: "bridge",
}  # fmt: skip
_LINES: dict[Tie, tuple[str, str, str]] = {
    Tie.MANDATORY: ("strong", "", "arrow"),
    Tie.ADVISORY: ("strong", "6 4", "arrow"),
    Tie.TOGETHER: ("ink", "1.5 3", "dot"),
    Tie.APART: ("bad", "9 3 2 3", "cross"),
    Tie.PROVIDES: ("soft", "2 3", "open"),
    Tie.HOLDS: ("soft", "", "open"),
    Tie.FENCES: ("fence", "", "bar"),
    Tie.TESTS: ("fence", "6 4", "bar"),
    Tie.PREFERS: ("soft", "", "dot"),
    Tie.AVOIDS: ("bad", "4 4", "cross"),
    Tie.CONNECTS: ("soft", "", ""),
}
"""Colour, dashes and end of each line: no two differ by colour alone."""
_ENDS = {
    "arrow": '<path d="M0 0 8 4 0 8Z" fill="context-stroke"/>',
    "open": '<path d="M0 0 8 4 0 8" fill="none" stroke="context-stroke"/>',
    "dot": '<circle cx="4" cy="4" r="3.2" fill="context-stroke"/>',
    "bar": '<path d="M7 0V8" stroke="context-stroke" stroke-width="2.5"/>',
    "cross": '<path d="M1 1 7 7M7 1 1 7" stroke="context-stroke" stroke-width="1.6"/>',
}


def render(picture: Picture) -> str:
    """The picture as one SVG without scripts or references to anything outside."""
    sizes = {vertex.id: _size(vertex) for vertex in picture.vertices}
    ties = gathered(picture.edges)
    layout = lay_out(sizes, [(start, end) for _, start, end in ties])
    legend = list(_legend(picture, layout.height))
    height = layout.height + (_LINE * 1.6 * (len(legend) + 1) if legend else 0)
    width = max(layout.width, 420.0)
    said = f"{len(picture.vertices)} boxes, {len(ties)} lines"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="cib-graph" role="img" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}">',
        f"<title>{_text(picture.title)}</title><desc>{said}</desc><style>{_STYLE}</style><defs>",
        *(_marker(name, body) for name, body in _ENDS.items()),
        f'</defs><rect width="{width:.0f}" height="{height:.0f}" fill="var(--paper)"/>',
        *_drawn_lines(ties, layout),
        *(_box(vertex, layout.spots[vertex.id]) for vertex in picture.vertices),
        *legend,
        "</svg>\n",
    ]
    return "\n".join(parts)


def _text(text: str) -> str:
    return escape(visible(text))


def _size(vertex: Vertex) -> Size:
    longest = max([columns(shortened(row)) * _CHAR for row in vertex.rows] + [0.0])
    width = max(columns(shortened(vertex.title)) * _TITLE_CHAR, longest, 60.0) + 2 * _PAD
    return Size(width, _LINE * (len(vertex.rows) + 1) + 1.4 * _PAD)


def _marker(name: str, body: str) -> str:
    return (
        f'<marker id="cib-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        f'orient="auto-start-reverse">{body}</marker>'
    )


def _box(vertex: Vertex, spot: Spot) -> str:
    lines = [_outline(vertex.shape, spot)]
    y = spot.y + _PAD * 0.5 + _LINE * 0.8
    lines.append(f'<text class="t" x="{spot.x + _PAD:.1f}" y="{y:.1f}">{escape(shortened(vertex.title))}</text>')
    for number, row in enumerate(vertex.rows, 1):
        place = f'x="{spot.x + _PAD:.1f}" y="{y + number * _LINE:.1f}"'
        lines.append(f'<text class="r" {place}>{escape(shortened(row))}</text>')
    full = "\n".join((f"{vertex.title} ({vertex.shape.value})", *vertex.rows))
    told = "\n".join(_text(line) for line in full.split("\n"))
    return f"<g><title>{told}</title>{''.join(lines)}</g>"


def _outline(shape: Shape, spot: Spot) -> str:
    fill = f'class="b" fill="var(--{_FILLS[shape]})"'
    box = f'x="{spot.x:.1f}" y="{spot.y:.1f}" width="{spot.width:.1f}" height="{spot.height:.1f}"'
    match shape:
        case Shape.CLONE:
            behind = f'x="{spot.x + 4:.1f}" y="{spot.y + 4:.1f}" width="{spot.width:.1f}" height="{spot.height:.1f}"'
            return f'<rect {behind} rx="3" {fill}/><rect {box} rx="3" {fill}/>'
        case Shape.GROUP:
            return f'<rect {box} rx="3" stroke-dasharray="7 3" {fill}/>'
        case Shape.DOMU:
            return f'<rect {box} rx="{min(10, spot.height / 3):.1f}" {fill}/>'
        case Shape.HOST:
            return f'<rect {box} stroke-width="3" {fill}/>'
        case Shape.DEVICE:
            cut, x, y, right, low = 9, spot.x, spot.y, spot.x + spot.width, spot.bottom
            points = f"{x + cut},{y} {right - cut},{y} {right},{y + cut} {right},{low} {x},{low} {x},{y + cut}"
            return f'<polygon points="{points}" {fill}/>'
        case Shape.VOLUME | Shape.BRIDGE:
            return f'<rect {box} rx="{spot.height / 2:.1f}" {fill}/>'
        case _:
            return f'<rect {box} rx="3" {fill}/>'


def _drawn_lines(ties: dict[tuple[Tie, str, str], list[str]], layout: Layout) -> Iterator[str]:
    beside: dict[frozenset[str], int] = {}
    for (tie, start, end), notes in ties.items():
        colour, dashes, head = _LINES[tie]
        number = beside[frozenset((start, end))] = beside.get(frozenset((start, end)), -1) + 1
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        marker = f' marker-end="url(#cib-{head})"' if head else ""
        words = [f"{start} {tie.value} {end}", *notes]
        told = "\n".join(_text(word) for word in words)
        path = _path(layout.spots[start], layout.spots[end], number * _BESIDE)
        style = f'style="stroke:var(--{colour})"'
        yield f"<g><title>{told}</title><path class={quoteattr('l')} {style}{dash}{marker} d={quoteattr(path)}/></g>"


def _path(start: Spot, end: Spot, aside: float) -> str:
    """A line from the lower edge to the upper one, or from side to side where the boxes lie beside each other.

    `aside` are the pixels by which it is moved, so that several lines between two boxes can be told apart.
    """
    if end.y >= start.bottom:
        # Lines leave a box towards where they go, so that many do not fall together.
        way = (_towards(start, end.middle, aside), start.bottom), (_towards(end, start.middle, aside), end.y)
        return _curve(*way, (end.y - start.bottom) / 2, (start.bottom - end.y) / 2)
    if start.y >= end.bottom:
        way = (_towards(start, end.middle, aside + 6), start.y), (_towards(end, start.middle, aside + 6), end.bottom)
        return _curve(*way, (end.bottom - start.y) / 2, (start.y - end.bottom) / 2)
    left, right = (start.x + start.width, end.x) if end.x >= start.x else (start.x, end.x + end.width)
    if abs(right - left) < 60:
        return f"M{left:.1f} {start.y + start.height / 2 + aside:.1f}L{right:.1f} {end.y + end.height / 2 + aside:.1f}"
    over = min(start.y, end.y) - 28 - aside
    return _curve((start.middle + aside, start.y), (end.middle + aside, end.y), over - start.y, over - end.y)


def _curve(start: tuple[float, float], end: tuple[float, float], leaving: float, arriving: float) -> str:
    """A curve that is upright at both ends, pulled so many pixels downwards there."""
    (x1, y1), (x2, y2) = start, end
    return f"M{x1:.1f} {y1:.1f}C{x1:.1f} {y1 + leaving:.1f} {x2:.1f} {y2 + arriving:.1f} {x2:.1f} {y2:.1f}"


def _towards(spot: Spot, x: float, aside: float) -> float:
    reach = spot.width / 2 - 8
    return spot.middle + max(-reach, min(reach, (x - spot.middle) * 0.12 + aside))


def _legend(picture: Picture, top: float) -> Iterator[str]:
    y = top + _LINE * 0.6
    x = MARGIN
    shapes = shapes_in(picture)
    if shapes:
        row = []
        for shape in shapes:
            spot = Spot(x, y - 9, 22, 13)
            row.append(f'{_outline(shape, spot)}<text class="r" x="{x + 28:.1f}" y="{y + 2:.1f}">{shape.value}</text>')
            x += 44 + len(shape.value) * _CHAR
        yield f"<g>{''.join(row)}</g>"
        y += _LINE * 1.6
    for tie in ties_in(picture):
        colour, dashes, head = _LINES[tie]
        dash = f' stroke-dasharray="{dashes}"' if dashes else ""
        marker = f' marker-end="url(#cib-{head})"' if head else ""
        way = f'd="M{MARGIN:.1f} {y:.1f}H{MARGIN + 48:.1f}"'
        line = f'<path class="l" style="stroke:var(--{colour})"{dash}{marker} {way}/>'
        yield f'<g>{line}<text class="r" x="{MARGIN + 58:.1f}" y="{y + 4:.1f}">{tie.value}</text></g>'
        y += _LINE * 1.6
