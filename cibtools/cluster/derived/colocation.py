"""The colocation graph: which resources stay with which others, by constraints and by being in one group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from cibtools.cluster.derived.digraph import reachable, reached_marks, successors
from cibtools.cluster.derived.option import meta_is
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import ResourceKind
from cibtools.cluster.value import INFINITY


class ColocationGraph:
    """What follows what in placement."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    @cached_property
    def _pairs(self) -> tuple[tuple[str, str, int], ...]:
        """Resource, whom it is placed with, and how strongly."""
        found = [
            (colocation.rsc, colocation.with_rsc, colocation.score)
            for colocation in self._cluster.colocations
            if colocation.score and colocation.score > 0 and colocation.rsc and colocation.with_rsc
        ]
        for container in self._cluster.all_resources:
            split = container.kind is ResourceKind.GROUP and not meta_is(self._cluster, container, "collocated", True)
            for child in () if split else container.children:
                found += [(child.id, container.id, INFINITY), (container.id, child.id, INFINITY)]
        return tuple(found)

    @cached_property
    def _leaders(self) -> Mapping[str, Sequence[str]]:
        return successors((rsc, leader) for rsc, leader, _ in self._pairs)

    @cached_property
    def _strict_leaders(self) -> Mapping[str, Sequence[str]]:
        return successors((rsc, leader) for rsc, leader, score in self._pairs if score >= INFINITY)

    def leaders(self, rsc: str, *, mandatory: bool = False) -> frozenset[str]:
        """All resources whose place draws this one, directly or by way of others, containers included."""
        return frozenset(reachable([rsc], self._strict_leaders if mandatory else self._leaders)) - {rsc}

    def drawn_marks(self, marks: Mapping[str, int]) -> dict[str, int]:
        """For each of the resources the marks, bits of one number, of those among them whose place it draws."""
        found = reached_marks(successors((leader, rsc) for rsc, leader, _ in self._pairs), marks)
        return {name: found.get(name, 0) & ~mark for name, mark in marks.items()}

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
