"""The ordering graph: what comes before what, of explicit orders and of what containers imply.

Its nodes are events, such as "start of a is done": an order is symmetrical, so the stop of `then` comes before the stop
of `first`, and a cycle exists only between events of one kind. A container begins before its children and ends after
them, which is what an order to or from a group means (group_internal_constraints in heartbeat 2.1.3 and Pacemaker).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise

from msgspec import Struct

from cibtools.cluster.derived.digraph import components, reachable, reached_marks, successors
from cibtools.cluster.derived.option import meta_is
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import OrderConstraint, Resource, ResourceKind, Strength

_INVERSE = {"start": "stop", "stop": "start", "promote": "demote", "demote": "promote"}
_UP = ("start", "promote")


class Event(Struct, frozen=True):
    """The begin or the end of an operation on a resource; of a primitive both are one."""

    action: str
    resource: str
    ends: bool = False


class Edge(Struct, frozen=True, eq=False):
    """One event comes before another, because an order or a container says so."""

    first: Event
    then: Event
    order: OrderConstraint | None
    """None for what a container implies."""

    @property
    def mandatory(self) -> bool:
        """True unless an advisory order makes the edge."""
        return self.order is None or self.order.strength is Strength.MANDATORY


class Cycle(Struct, frozen=True, eq=False):
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


@lru_cache(maxsize=4)
def order_graph(cluster: Cluster) -> OrderGraph:
    """Return the ordering graph of a cluster, worked out once for all who ask."""
    return OrderGraph(cluster)


class OrderGraph:
    """Everything the orders of a cluster say about before and after."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def is_dropped(self, identity: str) -> bool:
        """True for the child of a clone, which no constraint may name: the engine drops such an order."""
        resource = self._cluster.resource(identity)
        return resource is not None and any(parent.is_clone for parent in self._cluster.ancestors(resource))

    @cached_property
    def _orders(self) -> tuple[OrderConstraint, ...]:
        """Those that name both ends: every release drops the others."""
        return tuple(order for order in self._cluster.orders if order.first and order.then)

    def is_own(self, order: OrderConstraint) -> bool:
        """True if an order makes a resource, or a container and its own member, wait for each other."""
        if not order.first or order.first_action != order.then_action or order.strength is Strength.SERIALIZE:
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
        for order in self._orders:
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
            for action in self._actions(container):
                begin, end = Event(action, container.id), Event(action, container.id, ends=True)
                for child in container.children:
                    yield Edge(begin, self._event(action, child.id, ends=False), None)
                    yield Edge(self._event(action, child.id, ends=True), end, None)
                yield from self._chain(container, action)

    def _actions(self, container: Resource) -> Iterable[str]:
        """What is done to a container: nothing outside a master is promoted."""
        if container.kind is ResourceKind.PRIMITIVE:
            return ()
        above = (container, *self._cluster.ancestors(container))
        return _INVERSE if any(found.kind is ResourceKind.MASTER for found in above) else ("start", "stop")

    def _chain(self, group: Resource, action: str) -> Iterator[Edge]:
        if group.kind is not ResourceKind.GROUP or not meta_is(self._cluster, group, "ordered", True):
            return
        children = group.children if action in _UP else group.children[::-1]
        for before, after in pairwise(children):
            yield Edge(self._event(action, before.id, ends=True), self._event(action, after.id, ends=False), None)

    @cached_property
    def _up(self) -> Mapping[Event, Sequence[Event]]:
        """What follows among starts and promotions; what is promoted has been started."""
        ups = [(edge.first, edge.then) for edge in self.edges if edge.first.action in _UP and edge.then.action in _UP]
        promoted = dict.fromkeys(event.resource for pair in ups for event in pair if event.action == "promote")
        ups += [(self._event("start", name, ends=True), self._event("promote", name, ends=False)) for name in promoted]
        return successors(ups)

    def _following(self, first: str) -> set[Event]:
        return reachable([self._event(action, first, ends=True) for action in _UP], self._up)

    def followers(self, first: str) -> frozenset[str]:
        """All resources that come up only after this one, directly or by way of others, however strong the orders."""
        return frozenset(event.resource for event in self._following(first)) - {first}

    def follower_marks(self, marks: Mapping[str, int]) -> dict[str, int]:
        """For each of the resources the marks, bits of one number, of its followers among them."""
        events = {event: marks.get(event.resource, 0) for pair in self._up.items() for event in (pair[0], *pair[1])}
        found = reached_marks(self._up, events)
        ends = {name: [self._event(action, name, ends=True) for action in _UP] for name in marks}
        return {name: (found.get(up[0], 0) | found.get(up[1], 0)) & ~marks[name] for name, up in ends.items()}

    @cached_property
    def restarting_clones(self) -> frozenset[str]:
        """Clones of which every instance restarts when one joins elsewhere: they follow another clone as a whole.

        That is a mandatory order of two clones without `interleave` on the second, and what comes after them, as
        crm_simulate 2.1.5 shows; a clone that follows no other restarts nothing.
        """
        found: set[str] = set()
        for order in self._orders:
            first, then = self._cluster.resource(order.first), self._cluster.resource(order.then)
            if not (first and then and first.is_clone and then.is_clone):
                continue
            if order.strength is Strength.MANDATORY and not meta_is(self._cluster, then, "interleave", False):
                found |= {then.id, *self.followers(then.id)}
        return frozenset(found)

    def comes_before(self, first: str, then: str) -> bool:
        """True if the start or promotion of `then` waits for `first`."""
        found = self._following(first)
        return any(self._event(action, then, ends=False) in found for action in _UP)

    @cached_property
    def own(self) -> tuple[OrderConstraint, ...]:
        """Orders of a resource with itself or with a container around it."""
        return tuple(order for order in self._orders if self.is_own(order))

    @cached_property
    def cycles(self) -> tuple[Cycle, ...]:
        """One cycle for each set of events that wait for each other; starts and their mirrored stops count once."""
        after = successors((edge.first, edge.then) for edge in self.edges)
        number = {event: count for count, component in enumerate(components(after)) for event in component}
        inside: dict[int, list[Edge]] = {}
        for edge in self.edges:
            if edge.first in number and number[edge.first] == number.get(edge.then):
                inside.setdefault(number[edge.first], []).append(edge)
        found: dict[frozenset[OrderConstraint], Cycle] = {}
        for edges in sorted((sorted(edges, key=_rank) for edges in inside.values()), key=lambda edges: _rank(edges[0])):
            orders = frozenset(edge.order for edge in edges if edge.order)
            if orders and orders not in found:
                within = tuple(order for order in self._orders if order in orders)
                found[orders] = Cycle(_way_round(edges), within)
        return tuple(found.values())


def _rank(edge: Edge) -> tuple[object, ...]:
    """A place among edges that does not depend on the order of the file; starts come first."""
    order = edge.order.id if edge.order else ""
    ends = ((end.action not in _UP, end.action, end.resource, end.ends) for end in (edge.first, edge.then))
    return (edge.order is None, *ends, order)


def _way_round(edges: Sequence[Edge]) -> tuple[Edge, ...]:
    """A shortest cycle through the first edge that an order makes."""
    after: dict[Event, list[Edge]] = {}
    for edge in edges:
        after.setdefault(edge.first, []).append(edge)
    opening = next(edge for edge in edges if edge.order)
    came = {opening.then: opening}
    queue = deque([opening.then])
    while opening.first not in came:
        for edge in after.get(queue.popleft(), ()):
            if edge.then not in came:
                came[edge.then] = edge
                queue.append(edge.then)
    way: list[Edge] = []
    event = opening.first
    while not way or event != opening.first:
        way.append(came[event])
        event = way[-1].first
    return tuple(reversed(way))
