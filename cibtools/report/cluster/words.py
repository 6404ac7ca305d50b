"""Constraints in words, as an administrator would tell a colleague."""

from __future__ import annotations

from lxml import etree

from cibtools.cluster.model.objects import ColocationConstraint, LocationConstraint, OrderConstraint, Strength
from cibtools.cluster.value import INFINITY, parse_score, show_score

_DONE = {"start": "starts", "stop": "stops", "promote": "is promoted", "demote": "is demoted", "notify": "is notified"}
_STRENGTH = {Strength.MANDATORY: "mandatory", Strength.ADVISORY: "advisory", Strength.SERIALIZE: "never both at once"}
_COMPARISONS = {"lt": "<", "gt": ">", "lte": "<=", "gte": ">=", "eq": "is", "ne": "is not"}
_UNARY = {"defined": "is defined", "not_defined": "is not defined"}


def order_words(order: OrderConstraint) -> str:
    """Say "nfs starts after configpool, advisory"."""
    then = f"{order.then} {_DONE.get(order.then_action, order.then_action)}"
    first = order.first
    if order.first_action != order.then_action:
        first = f"{order.first} {_DONE.get(order.first_action, order.first_action)}"
    one_way = "" if order.symmetrical else ", in this direction only"
    return f"{then} after {first}, {_STRENGTH[order.strength]}{one_way}"


def colocation_words(found: ColocationConstraint) -> str:
    """Say "web runs where mysql runs"."""
    rsc = f"{found.rsc}{_role(found.rsc_role)}"
    other = f"{found.with_rsc}{_role(found.with_role)}"
    match found.score:
        case None | 0:
            return f"{rsc} and {other} have a colocation without effect"
        case score if score >= INFINITY:
            return f"{rsc} runs where {other} runs"
        case score if score <= -INFINITY:
            return f"{rsc} never runs where {other} runs"
        case score if score > 0:
            return f"{rsc} prefers to run where {other} runs ({score})"
        case score:
            return f"{rsc} avoids running where {other} runs ({score})"


def location_words(found: LocationConstraint) -> tuple[str, ...]:
    """Say "nfs never runs on host1"; one sentence for the node or for each rule."""
    if found.node is not None:
        return (f"{found.rsc} {_preference(found.score)} {found.node}{_points(found.score)}",)
    return tuple(_rule_words(found.rsc, rule) for rule in found.rules)


def _role(role: str) -> str:
    return f" ({role})" if role and role.lower() != "started" else ""


def _preference(score: int | None) -> str:
    if score is None:
        return "may run on"
    if score <= -INFINITY:
        return "never runs on"
    if score < 0:
        return "avoids"
    return "prefers" if score else "may run on"


def _points(score: int | None) -> str:
    return "" if not score or score <= -INFINITY else f" ({show_score(score)})"


def _rule_words(rsc: str, rule: etree._Element) -> str:
    name = rule.get("score-attribute") or rule.get("score_attribute")
    score = parse_score(rule.get("score"))
    if name:
        return f"{rsc} prefers nodes by the value of {name}, where {_condition(rule)}"
    named = _node_named(rule)
    if named:
        return f"{rsc} {_preference(score)} {named}{_points(score)}"
    where = "nodes where " if _preference(score) in ("avoids", "prefers") else "where "
    verb = {"never runs on": "never runs", "may run on": "may run"}.get(_preference(score), _preference(score))
    return f"{rsc} {verb} {where}{_condition(rule)}{_points(score)}"


def _node_named(rule: etree._Element) -> str:
    """The node, if the rule is nothing but the name of one."""
    children = list(rule.iterchildren("*"))
    if len(children) != 1 or children[0].tag != "expression":
        return ""
    get = children[0].get
    return get("value", "") if get("attribute") in ("#uname", "#id") and get("operation") == "eq" else ""


def _condition(rule: etree._Element) -> str:
    parts = []
    for child in rule.iterchildren("*"):
        if child.tag == "expression":
            parts.append(_expression(child))
        elif child.tag == "rule":
            parts.append(f"({_condition(child)})")
        else:
            parts.append("the date fits")
    operator = (rule.get("boolean-op") or rule.get("boolean_op") or "and").lower()
    return f" {operator} ".join(parts) or "nothing is asked"


def _expression(element: etree._Element) -> str:
    attribute, operation = element.get("attribute", ""), element.get("operation", "")
    if operation in _UNARY:
        return f"{attribute} {_UNARY[operation]}"
    return f"{attribute} {_COMPARISONS.get(operation, operation)} {element.get('value', '')}"
