"""Scores of resources on nodes as the policy engines of 0.6 and 1.0 add them up, with node attributes in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from lxml import etree
from msgspec import Struct

from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.option import meta
from cibtools.cluster.derived.placement import constraints_on, is_opt_in
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import LocationConstraint, Node, Resource
from cibtools.cluster.value import INFINITY, parse_score

_Attributes = Mapping[str, str]


class Score(Struct, frozen=True):
    """A sum, and whether something that the files do not settle could change it."""

    value: int
    doubts: tuple[str, ...] = ()
    """Ids of constraints whose rules cannot be evaluated."""


def add(one: int, other: int) -> int:
    """Add scores; −INFINITY wins over +INFINITY."""
    if -INFINITY in (one, other):
        return -INFINITY
    if INFINITY in (one, other):
        return INFINITY
    return max(-INFINITY, min(INFINITY, one + other))


def location_score(cluster: Cluster, resource: Resource, node: Node, attributes: _Attributes | None) -> Score:
    """The sum of what the location constraints of a resource, its containers and members give a node.

    `attributes` are those of the node, permanent and transient; None if they are not known.
    """
    placed = not is_opt_in(cluster)
    located = _located(cluster, resource)
    # A plan asks for every resource, node and step, and most resources are in no constraint.
    if placed and not located:
        return _NOTHING
    total = 0 if placed else -INFINITY
    doubts = []
    for constraint in located:
        amounts: list[int] = []
        if constraint.node is not None and constraint.node.lower() == node.uname.lower():
            amounts.append(constraint.score or 0)
        for rule in constraint.rules:
            holds = rule_holds_with(rule, node, attributes)
            if holds is Truth.YES and not (rule.get("score_attribute") or rule.get("score-attribute")):
                amounts.append(parse_score(rule.get("score")) or 0)
            elif holds is not Truth.NO:
                doubts.append(constraint.id)
        for amount in amounts:
            # In an opt-in cluster the first score that a node gets takes the place of the ban.
            total = add(total, amount) if placed else amount
            placed = True
    return Score(total, tuple(dict.fromkeys(doubts)))


_NOTHING = Score(0)


@lru_cache(maxsize=1 << 14)
def _located(cluster: Cluster, resource: Resource) -> tuple[LocationConstraint, ...]:
    """The location constraints of a resource, its containers and members."""
    return tuple(constraints_on(cluster, (*resource.walk(), *cluster.ancestors(resource))))


def stickiness(cluster: Cluster, resource: Resource) -> int:
    """How strongly a resource keeps to its node."""
    found = meta(cluster, resource, "resource-stickiness")
    return (parse_score(found.value) if found else None) or 0


def rule_holds_with(rule: etree._Element, node: Node, attributes: _Attributes | None) -> Truth:
    """Tell whether a rule is true for a node with these attributes; dates stay unknown."""
    parts = [
        rule_holds_with(part, node, attributes)
        if part.tag == "rule"
        else _expression_holds(part, node, attributes)
        if part.tag == "expression"
        else Truth.UNKNOWN
        for part in rule.iterchildren("expression", "rule", "date_expression")
    ]
    if not parts or rule.get("id-ref"):
        return Truth.UNKNOWN
    either = (rule.get("boolean_op") or rule.get("boolean-op") or "and").lower() == "or"
    return _any(parts) if either else _all(parts)


def _any(parts: Iterable[Truth]) -> Truth:
    found = set(parts)
    return Truth.YES if Truth.YES in found else Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.NO


def _all(parts: Iterable[Truth]) -> Truth:
    found = set(parts)
    return Truth.NO if Truth.NO in found else Truth.UNKNOWN if Truth.UNKNOWN in found else Truth.YES


def _expression_holds(part: etree._Element, node: Node, attributes: _Attributes | None) -> Truth:
    name, operation = part.get("attribute", ""), part.get("operation", "").lower()
    actual: str | None
    if name == "#uname":
        actual = node.uname
    elif name == "#id":
        actual = node.id
    elif attributes is None:
        return Truth.UNKNOWN
    else:
        actual = attributes.get(name)
    if operation in ("defined", "not_defined"):
        return _truth((actual is not None) is (operation == "defined"))
    if actual is None:
        # A comparison with what is not there is false, except that it differs.
        return _truth(operation == "ne")
    order = _compare(actual, part.get("value", ""), part.get("type", ""))
    if order is None:
        return Truth.UNKNOWN
    verdicts = {"eq": order == 0, "ne": order != 0, "lt": order < 0, "lte": order <= 0, "gt": order > 0}
    verdicts["gte"] = order >= 0
    return _truth(verdicts[operation]) if operation in verdicts else Truth.UNKNOWN


def _truth(value: bool) -> Truth:
    return Truth.YES if value else Truth.NO


def _compare(actual: str, value: str, kind: str) -> int | None:
    """-1, 0 or 1; None for what the engines compare in a way of their own."""
    if kind.lower() in ("number", "integer"):
        one, other = parse_score(actual), parse_score(value)
        return None if one is None or other is None else (one > other) - (one < other)
    if kind.lower() == "version":
        return None
    # Without a type the engines of that time compare as text, so that "100" is less than "20".
    return (actual.lower() > value.lower()) - (actual.lower() < value.lower())
