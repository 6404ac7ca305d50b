"""What one asks a directed graph: what can be reached from here, or from everywhere, and what lies on circles.

Written without recursion, since a chain of orders may be longer than Python's stack.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

Vertex = TypeVar("Vertex", bound=Hashable)


def successors(edges: Iterable[tuple[Vertex, Vertex]]) -> dict[Vertex, list[Vertex]]:
    """For each vertex those that an edge leads to, in the order of the edges."""
    found: dict[Vertex, list[Vertex]] = {}
    for start, end in edges:
        found.setdefault(start, []).append(end)
    return found


def reachable(starts: Iterable[Vertex], after: Mapping[Vertex, Sequence[Vertex]]) -> set[Vertex]:
    """Vertices that one edge or more lead to from any of these."""
    queue, seen = deque(starts), set[Vertex]()
    while queue:
        for vertex in after.get(queue.popleft(), ()):
            if vertex not in seen:
                seen.add(vertex)
                queue.append(vertex)
    return seen


def reached_marks(after: Mapping[Vertex, Sequence[Vertex]], marks: Mapping[Vertex, int]) -> dict[Vertex, int]:
    """For each vertex that an edge leaves the marks, bits of one number, of all that one edge or more lead to from it.

    A search from every vertex would grow with the square of a chain; here every edge is walked once.
    """
    leader = {vertex: vertex for ends in after.values() for vertex in ends} | {vertex: vertex for vertex in after}
    for circle in components(after):
        first = next(iter(circle))
        leader |= dict.fromkeys(circle, first)
    own: dict[Vertex, int] = {}
    for vertex, first in leader.items():
        own[first] = own.get(first, 0) | marks.get(vertex, 0)
    joined = successors((leader[start], leader[end]) for start, ends in after.items() for end in ends)
    found: dict[Vertex, int] = {}
    for vertex in _finished(joined):
        mark = 0
        for end in joined.get(vertex, ()):
            mark |= own[end] | found.get(end, 0)
        found[vertex] = mark
    return {vertex: found[leader[vertex]] for vertex in after}


def components(after: Mapping[Vertex, Sequence[Vertex]]) -> Iterator[frozenset[Vertex]]:
    """Sets of two or more vertices each of which leads to all others of its set (Kosaraju's two searches)."""
    before = successors((end, start) for start, ends in after.items() for end in ends)
    taken: set[Vertex] = set()
    for root in reversed(_finished(after)):
        found, queue = set[Vertex](), [] if root in taken else [root]
        taken.add(root)
        while queue:
            vertex = queue.pop()
            found.add(vertex)
            fresh = dict.fromkeys(earlier for earlier in before.get(vertex, ()) if earlier not in taken)
            taken.update(fresh)
            queue += fresh
        if len(found) > 1:
            yield frozenset(found)


def _finished(after: Mapping[Vertex, Sequence[Vertex]]) -> list[Vertex]:
    """Vertices in the order in which a depth-first search is done with them."""
    finished: list[Vertex] = []
    seen: set[Vertex] = set()
    for root in after:
        work = [] if root in seen else [(root, iter(after[root]))]
        seen.add(root)
        while work:
            vertex, rest = work[-1]
            fresh = next((end for end in rest if end not in seen), None)
            if fresh is None:
                finished.append(vertex)
                work.pop()
            else:
                seen.add(fresh)
                work.append((fresh, iter(after.get(fresh, ()))))
    return finished
