"""Where boxes and lines go: layers from top to bottom, each part that hangs together for itself.

A library for layered drawings (grandalf) was weighed: it knows no boxes of different height, puts forty domUs into one
row that no page holds, and does not keep parts apart. What is needed here is short: ranks by the longest way, an order
within them by the middle of the neighbours, and rows that are wrapped. The same picture always gives the same layout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

GAP_X, GAP_Y, MARGIN = 28.0, 64.0, 24.0
ROW_WIDTH = 1180.0
"""Width that a rank is wrapped at, and that parts are packed into."""
_SWEEPS = 6


class Size(Struct, frozen=True):
    """Width and height of a box."""

    width: float
    height: float


class Spot(Struct, frozen=True):
    """A box with its place, in pixels from the upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The middle from left to right."""
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


class Layout(Struct, frozen=True):
    """All boxes, and how large the drawing is."""

    spots: Mapping[str, Spot]
    width: float
    height: float


def lay_out(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> Layout:
    """Place boxes so that no two touch, and edges lead downwards as far as they are in no circle."""
    spots: dict[str, Spot] = {}
    x, y, tallest, widest = MARGIN, MARGIN, 0.0, 0.0
    for part in _parts(list(sizes), edges):
        inside = [(start, end) for start, end in edges if start in part and end in part]
        placed, width, height = _part({name: sizes[name] for name in part}, inside)
        if x > MARGIN and x + width > MARGIN + ROW_WIDTH:
            x, y, tallest = MARGIN, y + tallest + GAP_Y, 0.0
        for name, spot in placed.items():
            spots[name] = Spot(x + spot.x, y + spot.y, spot.width, spot.height)
        x, tallest, widest = x + width + GAP_X, max(tallest, height), max(widest, x + width)
    return Layout(spots, widest + MARGIN, y + tallest + MARGIN)


def _parts(names: list[str], edges: Sequence[tuple[str, str]]) -> list[dict[str, None]]:
    """What hangs together, the largest part first, and what hangs on nothing as a last part."""
    around: dict[str, list[str]] = {name: [] for name in names}
    for start, end in edges:
        around[start].append(end)
        around[end].append(start)
    seen: set[str] = set()
    parts: list[dict[str, None]] = []
    alone: dict[str, None] = {}
    for name in names:
        if name in seen:
            continue
        found, queue = {name: None}, [name]
        for one in queue:
            fresh = [other for other in around[one] if other not in found]
            found |= dict.fromkeys(fresh)
            queue += dict.fromkeys(fresh)
        seen |= set(found)
        if len(found) == 1:
            alone[name] = None
        else:
            parts.append({one: None for one in names if one in found})
    parts.sort(key=len, reverse=True)
    return [*parts, *([alone] if alone else [])]


def _part(sizes: Mapping[str, Size], edges: Sequence[tuple[str, str]]) -> tuple[dict[str, Spot], float, float]:
    """The boxes of one part from its own upper left corner, and how large it is."""
    rows = [row for rank in _ordered(_ranks(list(sizes), edges), edges) for row in _wrapped(rank, sizes)]
    width = max(_width(row, sizes) for row in rows)
    spots: dict[str, Spot] = {}
    y = 0.0
    for row in rows:
        x = (width - _width(row, sizes)) / 2
        for name in row:
            spots[name] = Spot(x, y, sizes[name].width, sizes[name].height)
            x += sizes[name].width + GAP_X
        y += max(sizes[name].height for name in row) + GAP_Y
    return spots, width, y - GAP_Y


def _width(row: Sequence[str], sizes: Mapping[str, Size]) -> float:
    return sum(sizes[name].width for name in row) + GAP_X * (len(row) - 1)


def _wrapped(rank: Sequence[str], sizes: Mapping[str, Size]) -> list[list[str]]:
    """A rank in as many rows as it takes, of about the same width."""
    count = int(_width(rank, sizes) // ROW_WIDTH) + 1
    limit = _width(rank, sizes) / count
    rows: list[list[str]] = [[]]
    for name in rank:
        if rows[-1] and _width([*rows[-1], name], sizes) > max(limit, sizes[name].width) + GAP_X:
            rows.append([])
        rows[-1].append(name)
    return rows


def _ranks(names: list[str], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Boxes by the longest way to them; edges that close a circle do not count."""
    after: dict[str, list[str]] = {name: [] for name in names}
    for start, end in edges:
        after[start].append(end)
    rank = dict.fromkeys(names, 0)
    for name in _topological(names, after):
        for end in after[name]:
            rank[end] = max(rank[end], rank[name] + 1)
    found: list[list[str]] = [[] for _ in range(max(rank.values()) + 1)]
    for name in names:
        found[rank[name]].append(name)
    return [row for row in found if row]


def _topological(names: list[str], after: dict[str, list[str]]) -> list[str]:
    """Names so that edges lead forwards; those that lead back are taken out of `after`."""
    done: list[str] = []
    state: dict[str, int] = {}
    for root in names:
        work = [(root, 0)] if root not in state else []
        while work:
            name, place = work.pop()
            state[name] = 1
            if place < len(after[name]):
                end = after[name][place]
                if state.get(end) == 1:
                    del after[name][place]
                    work.append((name, place))
                else:
                    work.append((name, place + 1))
                    if end not in state:
                        work.append((end, 0))
            else:
                state[name] = 2
                done.append(name)
    return done[::-1]


def _ordered(ranks: list[list[str]], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """The boxes of each rank by the middle of their neighbours above, then below, a few times over."""
    around: dict[str, list[str]] = {}
    for start, end in edges:
        around.setdefault(start, []).append(end)
        around.setdefault(end, []).append(start)
    place = {name: float(number) for row in ranks for number, name in enumerate(row)}
    for sweep in range(_SWEEPS):
        for row in ranks if sweep % 2 == 0 else ranks[::-1]:
            members = set(row)
            middles = {}
            for name in row:
                others = [place[other] for other in around.get(name, ()) if other not in members]
                middles[name] = sum(others) / len(others) if others else place[name]
            row.sort(key=middles.__getitem__)
            place |= {name: number * 100.0 / len(row) for number, name in enumerate(row)}
    return ranks
