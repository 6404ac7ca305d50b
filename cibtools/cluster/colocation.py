"""The colocation graph: which resources stay with which others, by constraints and by being in one group."""

from __future__ import annotations

from collections import deque
from functools import cached_property

from cibtools.cluster.cluster import Cluster
from cibtools.cluster.model import ResourceKind
from cibtools.cluster.option import meta_is
from cibtools.cluster.value import INFINITY


class ColocationGraph:
    """What follows what in placement."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    @cached_property
    def _leaders(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """For each resource those it is placed with, and how strongly."""
        found: dict[str, list[tuple[str, int]]] = {}
        for colocation in self._cluster.colocations:
            if colocation.score and colocation.score > 0:
                found.setdefault(colocation.rsc, []).append((colocation.with_rsc, colocation.score))
        for container in self._cluster.all_resources:
            split = container.kind is ResourceKind.GROUP and not meta_is(self._cluster, container, "collocated", True)
            for child in () if split else container.children:
                found.setdefault(child.id, []).append((container.id, INFINITY))
                found.setdefault(container.id, []).append((child.id, INFINITY))
        return {name: tuple(leaders) for name, leaders in found.items()}

    def leaders(self, rsc: str, *, mandatory: bool = False) -> frozenset[str]:
        """All resources whose place draws this one, directly or by way of others, containers included."""
        queue, seen = deque([rsc]), {rsc}
        while queue:
            for leader, score in self._leaders.get(queue.popleft(), ()):
                if leader not in seen and (score >= INFINITY or not mandatory):
                    seen.add(leader)
                    queue.append(leader)
        return frozenset(seen - {rsc})

    def kept_apart(self, one: str, other: str) -> bool:
        """True if the two, or containers around them, may never be on one node."""
        ones, others = self._with_containers(one), self._with_containers(other)
        return any(
            found.score is not None
            and found.score <= -INFINITY
            and ((found.rsc in ones and found.with_rsc in others) or (found.rsc in others and found.with_rsc in ones))
            for found in self._cluster.colocations
        )

    def _with_containers(self, identity: str) -> frozenset[str]:
        resource = self._cluster.resource(identity)
        above = self._cluster.ancestors(resource) if resource else ()
        return frozenset({identity, *(found.id for found in above)})
