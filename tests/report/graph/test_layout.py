"""No two boxes touch, whatever is tied to what; the same picture is drawn the same way."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cibtools.report.graph.layout import ROW_WIDTH, Layout, Size, lay_out

NAMES = [f"n{number}" for number in range(24)]
SIZES = st.builds(Size, st.floats(40, 320), st.floats(20, 120))


def overlapping(layout: Layout) -> list[tuple[str, str]]:
    spots = list(layout.spots.items())
    return [
        (one, other)
        for number, (one, a) in enumerate(spots)
        for other, b in spots[number + 1 :]
        if a.x < b.x + b.width and b.x < a.x + a.width and a.y < b.bottom and b.y < a.bottom
    ]


@given(
    st.dictionaries(st.sampled_from(NAMES), SIZES, min_size=1),
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=40),
)
def test_boxes_lie_apart_and_within_the_drawing(sizes: dict[str, Size], ties: list[tuple[str, str]]) -> None:
    edges = [(start, end) for start, end in ties if start in sizes and end in sizes and start != end]
    layout = lay_out(sizes, edges)
    assert set(layout.spots) == set(sizes)
    assert overlapping(layout) == []
    assert layout == lay_out(sizes, edges)
    for spot in layout.spots.values():
        assert spot.x > 0
        assert spot.x + spot.width < layout.width + 0.01
        assert spot.y > 0
        assert spot.bottom < layout.height + 0.01
    assert layout.width < ROW_WIDTH + 500


def test_edges_lead_downwards() -> None:
    sizes = dict.fromkeys("abcd", Size(50, 20))
    spots = lay_out(sizes, [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")]).spots
    assert spots["a"].bottom < spots["b"].y
    assert spots["b"].bottom < spots["c"].y
    assert spots["d"].bottom < spots["c"].y
