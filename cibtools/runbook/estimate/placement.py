"""Where everything goes when a node is emptied or comes back, as the schedulers of 0.6 and 1.0 would decide.

They sort by priority, add up scores, keep to the current node only with a positive score, and balance by number. They
know nothing of memory. What Pacemaker's own scheduler says is laid beside this where it is installed.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from cibtools.cluster.derived.option import is_managed, is_stopped, meta, whole_number
from cibtools.cluster.model.objects import ColocationConstraint, Resource
from cibtools.cluster.value import INFINITY, parse_score
from cibtools.runbook.estimate.mobility import Anchors, anchored, anchors, ties
from cibtools.runbook.estimate.score import add, location_score, stickiness
from cibtools.runbook.facts.survey import Survey
from cibtools.runbook.plan.enums import How
from cibtools.runbook.plan.step import Move


class State(Struct, frozen=True):
    """How things stand at one point of a plan."""

    where: Mapping[str, str | None]
    """Node by top-level resource; clones and what runs nowhere left out or None."""
    standby: frozenset[str] = frozenset()
    down: frozenset[str] = frozenset()
    """Nodes whose stack does not run."""
    attributes: Mapping[str, Mapping[str, str] | None] = field(default_factory=dict)
    """Attributes by node, permanent and transient together; None where they are not known."""
    stopped: frozenset[str] = frozenset()
    """Resources the plan has stopped."""

    def active(self, survey: Survey) -> tuple[str, ...]:
        """The nodes that may run resources."""
        return tuple(name for name in survey.names if name not in self.standby and name not in self.down)

    def domus(self, survey: Survey, node: str) -> tuple[str, ...]:
        """The domUs on a node, in the order of the CIB."""
        return tuple(guest.id for guest in survey.guests if self.where.get(_top(survey, guest.resource)) == node)

    def of(self, survey: Survey, guest: str) -> str | None:
        """The node of a domU."""
        return self.where.get(_top(survey, survey.guest(guest).resource))

    def guests_where(self, survey: Survey) -> dict[str, str | None]:
        """The node of every domU."""
        return {guest.id: self.of(survey, guest.id) for guest in survey.guests}


def _top(survey: Survey, resource: Resource) -> str:
    return survey.cluster.top(resource).id


def initial_state(survey: Survey) -> State:
    """How things stand when the backup was taken."""
    where: dict[str, str | None] = {}
    placed = {guest.id: guest.node for guest in survey.guests}
    known = frozenset(survey.names)
    for top in survey.cluster.resources:
        if not top.is_clone:
            members = [member for member in top.walk() if not member.children]
            nodes = [placed.get(member.id) or _running(survey, member.id) for member in members]
            where[top.id] = next((node for node in nodes if node in known), None)
    attributes = {
        host.name: None if host.transient is None else {**host.attributes, **host.transient} for host in survey.hosts
    }
    return State(where, frozenset(host.name for host in survey.hosts if host.standby), attributes=attributes)


def _running(survey: Survey, name: str) -> str | None:
    found = survey.running.get(name, ())
    return found[0].node if len(found) == 1 else None


class Outcome(Struct, frozen=True):
    """What the cluster makes of a state."""

    state: State
    moves: tuple[Move, ...]
    """All that changes, domUs and other resources; instances of clones apart."""
    instances: tuple[tuple[str, str], ...]
    """Clone and node of every instance that runs afterwards."""
    doubts: tuple[str, ...]
    """Constraints that could not be evaluated."""


def settle(survey: Survey, before: State, after: State) -> Outcome:
    """Let the cluster react to a change that turns one state into another."""
    placing = _Placing(survey, after)
    where: dict[str, str | None] = {}
    moves = []
    ties = anchors(survey, _stopping(survey, before, after))
    for top in survey.cluster.resources:
        if top.is_clone:
            continue
        old, new = before.where.get(top.id), placing.node_of(top.id)
        where[top.id] = new
        if old != new:
            moves += _moves(survey, top, old, new, ties)
    settled = replace(after, where=where)
    return Outcome(settled, tuple(moves), placing.all_instances(), tuple(dict.fromkeys(placing.doubts)))


def _moves(survey: Survey, top: Resource, old: str | None, new: str | None, ties: Anchors) -> list[Move]:
    found = []
    for member in (member for member in top.walk() if not member.children):
        reason = ""
        if old is None or new is None:
            how = How.START if old is None else How.STOP
            reason = "no node is left where it may run" if how is How.STOP else ""
        else:
            guest = survey.guests_by_id.get(member.id)
            anchor = anchored(top, ties) if guest else ""
            how = How.LIVE if guest and guest.live and not anchor else How.RESTART_THERE
            if guest and how is How.RESTART_THERE:
                reason = guest.obstacles[0] if guest.obstacles else anchor
        found.append(Move(rsc=member.id, from_node=old, to_node=new, how=how, reason=reason))
    return found


def _stopping(survey: Survey, before: State, after: State) -> set[str]:
    """The clones that lose an instance because a node leaves."""
    leaving = set(before.active(survey)) - set(after.active(survey))
    if not leaving or not ties(survey):
        return set()
    return {clone for clone, node in _Placing(survey, before).all_instances() if node in leaving}


class _Placing:
    """One run of the engine over all resources."""

    def __init__(self, survey: Survey, state: State) -> None:
        self._survey = survey
        self._cluster = survey.cluster
        self._state = state
        self._count = dict.fromkeys(survey.names, 0)
        self._placed: dict[str, str | None] = {}
        self._clones: dict[str, tuple[str, ...]] = {}
        self._busy: set[str] = set()
        self.doubts: list[str] = []
        self._with: dict[str, list[ColocationConstraint]] = {}
        for colocation in self._cluster.colocations:
            resource = self._cluster.resource(colocation.rsc)
            if resource:
                self._with.setdefault(self._cluster.top(resource).id, []).append(colocation)
        # Higher priority first; within one priority in the order of the CIB.
        for top in sorted(self._cluster.resources, key=lambda one: -self._priority(one)):
            self._place(top)

    def _priority(self, top: Resource) -> int:
        found = meta(self._cluster, top, "priority")
        return (parse_score(found.value) if found else None) or 0

    def node_of(self, name: str) -> str | None:
        """Where a resource that is no clone ends up."""
        return self._placed.get(name)

    def all_instances(self) -> tuple[tuple[str, str], ...]:
        """Clone and node of each instance."""
        return tuple((name, node) for name, nodes in self._clones.items() for node in nodes)

    def _place(self, top: Resource) -> None:
        if top.id in self._placed or top.id in self._clones or top.id in self._busy:
            return
        self._busy.add(top.id)
        for colocation in self._with.get(top.id, ()):
            leader = self._cluster.resource(colocation.with_rsc)
            if leader:
                self._place(self._cluster.top(leader))
        if top.is_clone:
            self._place_clone(top)
        else:
            self._place_one(top)
        self._busy.discard(top.id)

    def _off(self, top: Resource) -> bool:
        return is_stopped(self._cluster, top) or top.id in self._state.stopped

    def _place_clone(self, clone: Resource) -> None:
        limit = whole_number(meta(self._cluster, clone, "clone-max"))
        nodes: list[str] = []
        if not self._off(clone) and not any(self._off(child) for child in clone.children):
            scores = {name: self._score(clone, name) for name in self._state.active(self._survey)}
            fit = [name for name, score in scores.items() if score >= 0]
            nodes = sorted(fit, key=lambda name: -scores[name])[: len(fit) if limit is None else limit]
        self._clones[clone.id] = tuple(nodes)
        for name in nodes:
            self._count[name] += 1

    def _place_one(self, top: Resource) -> None:
        current = self._state.where.get(top.id)
        if not is_managed(self._cluster, top) and top.id not in self._state.stopped:
            self._settle(top, current if current not in self._state.down else None)
            return
        if self._off(top):
            self._settle(top, None)
            return
        sticky = stickiness(self._cluster, top)
        scores: dict[str, int] = {}
        for name in self._state.active(self._survey):
            score = self._score(top, name)
            scores[name] = add(score, sticky) if name == current else score
        best = max(scores.values(), default=-INFINITY)
        if best < 0:
            self._settle(top, None)
            return
        equal = [name for name, score in scores.items() if score == best]
        if best > 0 and current in equal:
            self._settle(top, current)
        else:
            self._settle(top, min(equal, key=lambda name: self._count[name]))

    def _settle(self, top: Resource, node: str | None) -> None:
        self._placed[top.id] = node
        if node in self._count:
            self._count[node] += sum(not member.children for member in top.walk())

    def _score(self, top: Resource, name: str) -> int:
        node = self._survey.host(name).node
        found = location_score(self._cluster, top, node, self._state.attributes.get(name))
        self.doubts += found.doubts
        total = found.value
        for colocation in self._with.get(top.id, ()):
            total = add(total, self._drawn(colocation, name))
        return total

    def _drawn(self, colocation: ColocationConstraint, name: str) -> int:
        """What one colocation gives a node."""
        leader = self._cluster.resource(colocation.with_rsc)
        score = colocation.score
        if leader is None or score is None:
            return 0
        top = self._cluster.top(leader).id
        if top in self._clones:
            here = name in self._clones[top]
        elif top in self._placed:
            here = self._placed[top] == name
        else:
            return 0  # The two wait for each other; the engine takes the first without regard to the second.
        if score >= INFINITY:
            return 0 if here else -INFINITY
        return score if here else 0
