"""What a directed graph leads to: one search from each vertex is the judge of the one walk for all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cibtools.cluster.derived.digraph import reachable, reached_marks, successors

VERTICES = st.integers(0, 9)


@given(st.lists(st.tuples(VERTICES, VERTICES), max_size=30), st.sets(VERTICES))
def test_one_walk_for_all_finds_what_a_search_from_each_finds(edges: list[tuple[int, int]], marked: set[int]) -> None:
    after = successors(edges)
    found = reached_marks(after, {vertex: 1 << vertex for vertex in marked})
    assert found == {start: sum(1 << end for end in reachable([start], after) & marked) for start in after}
