"""The ordering graph: what comes before what, of explicit orders and of what containers imply.

Its nodes are events, such as "start of a is done": an order is symmetrical, so the stop of `then` comes before the stop
of `first`, and a cycle exists only between events of one kind. A container begins before its children and ends after
them, which is what an order to or from a group means (group_internal_constraints in heartbeat 2.1.3 and Pacemaker).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from cibtools.cluster.cluster import Cluster
from cibtools.cluster.model import OrderConstraint, Resource, ResourceKind, Strength
from cibtools.cluster.option import meta_is

_INVERSE = {"start": "stop", "stop": "start", "promote": "demote", "demote": "promote"}
_UP = ("start", "promote")


@dataclass(frozen=True, slots=True)
class Event:
    """The begin or the end of an operation on a resource; of a primitive both are one."""

    action: str
    resource: str
    ends: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One event comes before another, because an order or a container says so."""

    first: Event
    then: Event
    order: OrderConstraint | None
    """None for what a container implies."""

    @property
    def mandatory(self) -> bool:
        """True unless an advisory order makes the edge."""
        return self.order is None or self.order.strength is Strength.MANDATORY


@dataclass(frozen=True, slots=True, eq=False)
class Cycle:
    """Events that wait for each other."""

    edges: tuple[Edge, ...]
    """One shortest way round."""
    orders: tuple[OrderConstraint, ...]
    """All orders between the events that wait for each other, in file order."""

    @property
    def resources(self) -> tuple[str, ...]:
        """The resources on the way round that an order names."""
        named = {end for edge in self.edges if edge.order for end in (edge.first.resource, edge.then.resource)}
        found = [edge.first.resource for edge in self.edges if edge.first.resource in named]
        return tuple(dict.fromkeys(found))

    @property
    def action(self) -> str:
        """What is done in a circle: start, stop, promote or demote."""
        return self.edges[0].first.action


class OrderGraph:
    """Everything the orders of a cluster say about before and after."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def is_dropped(self, identity: str) -> bool:
        """True for the child of a clone, which no constraint may name: the engine drops such an order."""
        resource = self._cluster.resource(identity)
        return resource is not None and any(parent.is_clone for parent in self._cluster.ancestors(resource))

    def is_own(self, order: OrderConstraint) -> bool:
        """True if an order makes a resource, or a container and its own member, wait for each other."""
        if order.first_action != order.then_action or order.strength is Strength.SERIALIZE:
            return False
        if order.first == order.then:
            return True
        first, then = self._cluster.resource(order.first), self._cluster.resource(order.then)
        return bool(first and then) and (order.first in self._above(then) or order.then in self._above(first))

    def _above(self, resource: Resource | None) -> frozenset[str]:
        return frozenset(found.id for found in self._cluster.ancestors(resource)) if resource else frozenset()

    def _event(self, action: str, identity: str, *, ends: bool) -> Event:
        resource = self._cluster.resource(identity)
        return Event(action, identity, ends and resource is not None and resource.kind is not ResourceKind.PRIMITIVE)

    @cached_property
    def edges(self) -> tuple[Edge, ...]:
        """All edges; an order of a resource with itself is none."""
        return (*self._explicit(), *self._implied())

    def _explicit(self) -> Iterator[Edge]:
        for order in self._cluster.orders:
            left_out = order.strength is Strength.SERIALIZE or self.is_own(order)
            if left_out or self.is_dropped(order.first) or self.is_dropped(order.then):
                continue
            yield Edge(
                self._event(order.first_action, order.first, ends=True),
                self._event(order.then_action, order.then, ends=False),
                order,
            )
            first, then = _INVERSE.get(order.first_action), _INVERSE.get(order.then_action)
            if order.symmetrical and first and then:
                yield Edge(self._event(then, order.then, ends=True), self._event(first, order.first, ends=False), order)

    def _implied(self) -> Iterator[Edge]:
        for container in self._cluster.all_resources:
            for action in _INVERSE if container.kind is not ResourceKind.PRIMITIVE else ():
                begin, end = Event(action, container.id), Event(action, container.id, ends=True)
                for child in container.children:
                    yield Edge(begin, self._event(action, child.id, ends=False), None)
                    yield Edge(self._event(action, child.id, ends=True), end, None)
                yield from self._chain(container, action)

    def _chain(self, group: Resource, action: str) -> Iterator[Edge]:
        if group.kind is not ResourceKind.GROUP or not meta_is(self._cluster, group, "ordered", True):
            return
        children = group.children if action in _UP else group.children[::-1]
        for before, after in pairwise(children):
            yield Edge(self._event(action, before.id, ends=True), self._event(action, after.id, ends=False), None)

    @cached_property
    def _after(self) -> Mapping[Event, tuple[Edge, ...]]:
        return by_first(self.edges)

    @cached_property
    def _up(self) -> Mapping[Event, tuple[Edge, ...]]:
        """Edges among starts and promotions; what is promoted has been started."""
        ups = [edge for edge in self.edges if edge.first.action in _UP and edge.then.action in _UP]
        names = {event.resource for edge in ups for event in (edge.first, edge.then)}
        ups += [
            Edge(self._event("start", name, ends=True), self._event("promote", name, ends=False), None)
            for name in names
        ]
        return by_first(ups)

    def followers(self, first: str) -> frozenset[str]:
        """All resources that come up only after this one, directly or by way of others, however strong the orders."""
        found = _reachable([self._event(action, first, ends=True) for action in _UP], self._up)
        return frozenset(event.resource for event in found) - {first}

    def comes_before(self, first: str, then: str) -> bool:
        """True if the start or promotion of `then` waits for `first`."""
        found = _reachable([self._event(action, first, ends=True) for action in _UP], self._up)
        return any(self._event(action, then, ends=False) in found for action in _UP)

    @cached_property
    def own(self) -> tuple[OrderConstraint, ...]:
        """Orders of a resource with itself or with a container around it."""
        return tuple(order for order in self._cluster.orders if self.is_own(order))

    @cached_property
    def cycles(self) -> tuple[Cycle, ...]:
        """One cycle for each set of events that wait for each other; starts and their mirrored stops count once."""
        found: list[Cycle] = []
        seen: set[frozenset[int]] = set()
        for component in components(self._after):
            inside = [edge for event in component for edge in self._after.get(event, ()) if edge.then in component]
            orders = {id(edge.order): edge.order for edge in inside if edge.order}
            if orders and frozenset(orders) not in seen:
                seen.add(frozenset(orders))
                found.append(
                    Cycle(_way_round(inside), tuple(order for order in self._cluster.orders if id(order) in orders))
                )
        return tuple(found)


def by_first(edges: Iterable[Edge]) -> dict[Event, tuple[Edge, ...]]:
    """Edges by the event they start from."""
    found: dict[Event, list[Edge]] = {}
    for edge in edges:
        found.setdefault(edge.first, []).append(edge)
    return {event: tuple(leaving) for event, leaving in found.items()}


def _reachable(starts: Iterable[Event], after: Mapping[Event, tuple[Edge, ...]]) -> set[Event]:
    """Events that come after one of these, by one edge or more."""
    queue, seen = deque(starts), set[Event]()
    while queue:
        for edge in after.get(queue.popleft(), ()):
            if edge.then not in seen:
                seen.add(edge.then)
                queue.append(edge.then)
    return seen


def components(after: Mapping[Event, tuple[Edge, ...]]) -> list[frozenset[Event]]:
    """Sets of events each of which comes before all others of its set (Kosaraju's two searches); starts come first."""
    finished: list[Event] = []
    seen: set[Event] = set()
    for root in after:
        work = [] if root in seen else [(root, iter(after[root]))]
        seen.add(root)
        while work:
            event, edges = work[-1]
            fresh = next((edge.then for edge in edges if edge.then not in seen), None)
            if fresh is None:
                finished.append(event)
                work.pop()
            else:
                seen.add(fresh)
                work.append((fresh, iter(after.get(fresh, ()))))
    before: dict[Event, list[Event]] = {}
    for event, leaving in after.items():
        for edge in leaving:
            before.setdefault(edge.then, []).append(event)
    return sorted(
        _gather(reversed(finished), before), key=lambda found: not any(event.action in _UP for event in found)
    )


def _gather(events: Iterable[Event], before: Mapping[Event, list[Event]]) -> Iterator[frozenset[Event]]:
    taken: set[Event] = set()
    for root in events:
        found, queue = set[Event](), [] if root in taken else [root]
        taken.add(root)
        while queue:
            event = queue.pop()
            found.add(event)
            fresh = [earlier for earlier in before.get(event, ()) if earlier not in taken]
            taken.update(fresh)
            queue += fresh
        if len(found) > 1:
            yield frozenset(found)


def _way_round(edges: list[Edge]) -> tuple[Edge, ...]:
    """A shortest cycle through the first edge that an order makes."""
    after = by_first(edges)
    opening = next(edge for edge in edges if edge.order)
    came: dict[Event, Edge] = {opening.then: opening}
    queue = deque([opening.then])
    while queue and opening.first not in came:
        for edge in after.get(queue.popleft(), ()):
            if edge.then not in came:
                came[edge.then] = edge
                queue.append(edge.then)
    way: list[Edge] = []
    event = opening.first
    while not way or event != opening.first:
        edge = came[event]
        way.append(edge)
        event = edge.first
    return tuple(reversed(way))
