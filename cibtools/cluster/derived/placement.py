"""Where resources may run: definite bans, what causes them, and the nodes that are left.

Only what the configuration alone settles counts. A rule about a node attribute such as `pingd`, or about a date, may
ban today and not tomorrow; the answer is unknown then, and nothing is concluded from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lxml import etree
from msgspec import Struct

from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.option import cluster_option
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import LocationConstraint, Node, Resource
from cibtools.cluster.value import INFINITY, parse_boolean, parse_score
from cibtools.cluster.vocabulary.pattern import read_pattern

_INTERIM = re.compile(r"cli-(?:prefer|standby|ban)-")
_PLAIN_ROLES = frozenset({"", "started", "#default"})
_PROMOTED_ROLES = frozenset({"master", "promoted"})


class Ban(Struct, frozen=True):
    """Whether a resource is excluded from a node, and by what."""

    verdict: Truth
    causes: tuple[LocationConstraint, ...] = ()
    """The constraints that exclude it for certain; none if an opt-in cluster merely never mentions the node."""


def banned(cluster: Cluster, resource: Resource, node: Node) -> Truth:
    """Tell whether a resource can never run on a node."""
    return ban(cluster, resource, node).verdict


def ban(cluster: Cluster, resource: Resource, node: Node) -> Ban:
    """Tell whether a resource can never run on a node, with the constraints that say so; containers pass theirs on."""
    causes: list[LocationConstraint] = []
    verdict = Truth.NO if cluster.has("constraints") else Truth.UNKNOWN
    for constraint in constraints_on(cluster, (resource, *cluster.ancestors(resource))):
        found = _excludes(constraint, node)
        if found is Truth.YES:
            causes.append(constraint)
        elif found is Truth.UNKNOWN:
            verdict = Truth.UNKNOWN
    if causes:
        return Ban(Truth.YES, tuple(causes))
    if is_opt_in(cluster) and cluster.has("constraints"):
        placed = _placed(cluster, resource, node)
        if placed is not Truth.YES:
            return Ban(Truth.YES if placed is Truth.NO else Truth.UNKNOWN)
    return Ban(verdict)


def allowed_nodes(cluster: Cluster, resource: Resource) -> tuple[Node, ...]:
    """The nodes that nothing definitely excludes, in file order."""
    return tuple(node for node in cluster.all_nodes if ban(cluster, resource, node).verdict is not Truth.YES)


def is_opt_in(cluster: Cluster) -> bool:
    """True if resources run only where a constraint places them (`symmetric-cluster` is false)."""
    found = cluster_option(cluster, "symmetric-cluster")
    return found is not None and parse_boolean(found.value) is False


def is_placed(cluster: Cluster, resource: Resource) -> Truth:
    """Tell whether any constraint places a resource, its container or its members anywhere."""
    known = [_placed(cluster, resource, node) for node in cluster.all_nodes]
    return _or(known)


def constraints_on(cluster: Cluster, resources: Iterable[Resource]) -> Iterator[LocationConstraint]:
    """The location constraints that name any of these resources."""
    index = _index(cluster)
    seen: set[LocationConstraint] = set()
    for resource in resources:
        patterns = (found for pattern, found in index.patterns if pattern.search(resource.id))
        for constraint in (*index.by_id.get(resource.id, ()), *patterns):
            if constraint not in seen:
                seen.add(constraint)
                yield constraint


def is_interim(constraint: LocationConstraint) -> bool:
    """True if a tool wrote it to move or ban a resource for the time being; `crm_resource` gives such ids."""
    ids = (found.get("id", "") for found in (constraint.element, *constraint.element.iter("rule", "expression")))
    return any(_INTERIM.match(found) for found in ids)


def is_ban(constraint: LocationConstraint) -> bool:
    """True if all it does is to exclude, whichever nodes it means."""
    scores = [] if constraint.node is None else [constraint.score]
    scores += [parse_score(rule.get("score")) for rule in constraint.rules]
    return bool(scores) and all(score is not None and score <= -INFINITY for score in scores)


class _Index(Struct, frozen=True, eq=False):
    by_id: dict[str, list[LocationConstraint]]
    patterns: list[tuple[re.Pattern[str], LocationConstraint]]


@lru_cache(maxsize=4)
def _index(cluster: Cluster) -> _Index:
    by_id: dict[str, list[LocationConstraint]] = {}
    patterns = []
    for found in cluster.locations:
        named = (found.rsc, *(ref.get("id", "") for ref in found.element.iter("resource_ref")))
        for meant in dict.fromkeys(one for name in named for one in cluster.meant_by(name)):
            by_id.setdefault(meant, []).append(found)
        pattern = read_pattern(found.element.get("rsc-pattern"))
        if pattern:
            patterns.append((pattern, found))
    return _Index(by_id, patterns)


def _excludes(constraint: LocationConstraint, node: Node) -> Truth:
    """Whether a constraint sets −INFINITY for a node, for certain."""
    return _or(
        _role(holds, role) for score, role, holds in _scores(constraint, node) if score is None or score <= -INFINITY
    )


def _role(holds: Truth, role: str) -> Truth:
    """A ban on one role leaves the others; whether the resource then runs at all depends on them."""
    if role in _PLAIN_ROLES or holds is Truth.NO:
        return holds
    return Truth.NO if role in _PROMOTED_ROLES else Truth.UNKNOWN


def _placed(cluster: Cluster, resource: Resource, node: Node) -> Truth:
    """Whether anything gives the node a score of 0 or more, as an opt-in cluster needs."""
    family = (resource, *cluster.ancestors(resource), *resource.walk())
    return _or(
        holds
        for constraint in constraints_on(cluster, family)
        for score, _, holds in _scores(constraint, node)
        if score is None or score >= 0
    )


def _scores(constraint: LocationConstraint, node: Node) -> Iterator[tuple[int | None, str, Truth]]:
    """Score, role, and whether it holds for the node; a score of None is one that only run time tells."""
    role = constraint.element.get("role", "").lower()
    if constraint.node is not None:
        # The engine compares node names without regard to case.
        here = constraint.node.lower() == node.uname.lower()
        yield constraint.score or 0, role, Truth.YES if here else Truth.NO
    for rule in constraint.rules:
        own = rule.get("role", role).lower()
        if rule.get("id-ref") or rule.get("score_attribute") or rule.get("score-attribute"):
            yield None, own, Truth.UNKNOWN
        else:
            yield parse_score(rule.get("score")) or 0, own, rule_holds(rule, node)


def rule_holds(rule: etree._Element, node: Node) -> Truth:
    """Tell whether a rule is true for a node as far as the node's name and id settle it."""
    parts = [
        _part(part, node)
        for part in rule.iterchildren("expression", "rule", "date_expression", "rsc_expression", "op_expression")
    ]
    if not parts:
        return Truth.UNKNOWN
    operator = rule.get("boolean_op") or rule.get("boolean-op") or "and"
    return _or(parts) if operator.lower() == "or" else _not(_or(_not(part) for part in parts))


def _part(part: etree._Element, node: Node) -> Truth:
    if part.tag == "rule":
        return rule_holds(part, node)
    if part.tag != "expression":
        return Truth.UNKNOWN
    name, operation = part.get("attribute", ""), part.get("operation", "").lower()
    # A node known only from ha.cf has no id that we know.
    actual = {"#uname": node.uname, "#id": node.id if node.element is not None else None}.get(name)
    if actual is None:
        return Truth.UNKNOWN
    if operation in ("defined", "not_defined"):
        return Truth.YES if operation == "defined" else Truth.NO
    if operation not in ("eq", "ne") or part.get("value-source") not in (None, "literal"):
        return Truth.UNKNOWN
    value = part.get("value")
    if value is None:
        return Truth.UNKNOWN
    same = actual.lower() == value.lower()
    return Truth.YES if same is (operation == "eq") else Truth.NO


def _or(parts: Iterable[Truth]) -> Truth:
    verdict = Truth.NO
    for part in parts:
        if part is Truth.YES:
            return part
        if part is Truth.UNKNOWN:
            verdict = part
    return verdict


def _not(part: Truth) -> Truth:
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES}.get(part, part)
