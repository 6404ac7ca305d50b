"""Constraints from their elements, in either dialect; resource sets become one value per pair of members.

What the sets mean was asked of crm_simulate 2.1.5; heartbeat 2.1 has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.objects import ColocationConstraint, LocationConstraint, OrderConstraint, Strength
from cibtools.cluster.value import parse_boolean, parse_score, read_number


def build_orders(element: etree._Element, dialect: Dialect, is_clone: dict[str, bool]) -> tuple[OrderConstraint, ...]:
    """Read one `rsc_order`."""
    get = element.get
    if dialect.is_pacemaker:
        simple = get("first") or get("then")
        return (_simple_order(element, dialect, is_clone),) if simple else tuple(_set_orders(element))
    # "from after to" unless type is "before": [src] in the policy engine of 2.1.
    before = get("type", "after").lower() == "before"
    # The engine compares actions without case: Start was measured to order as start does.
    action = (get("action") or "start").lower()
    ends = ((get("from", ""), action), (get("to", ""), (get("to_action") or action).lower()))
    first, then = ends if before else ends[::-1]
    # The engine asks only whether there is a score; one that is no number counts for the digits it begins with, or 0.
    advisory = "score" in element.attrib and _engine_score(get("score")) <= 0
    return (
        OrderConstraint(
            get("id", ""),
            first[0],
            then[0],
            first[1],
            then[1],
            Strength.ADVISORY if advisory else Strength.MANDATORY,
            "score" in element.attrib,
            _is_symmetrical(element),
            element,
        ),
    )


def _engine_score(text: str | None) -> int:
    score = parse_score(text)
    return read_number(text) if score is None else score


def _is_symmetrical(element: etree._Element) -> bool:
    return parse_boolean(element.get("symmetrical")) is not False


def _simple_order(element: etree._Element, dialect: Dialect, is_clone: dict[str, bool]) -> OrderConstraint:
    get = element.get
    first, then, action = get("first", ""), get("then", ""), get("first-action", "start")
    # Pacemaker 1.0 takes 0 for a primitive behind a clone; that special case went in December 2009.
    lenient = dialect is Dialect.P10 and is_clone.get(first, False) and not is_clone.get(then, False)
    return OrderConstraint(
        get("id", ""),
        first,
        then,
        action,
        get("then-action", action),
        _strength(element, Strength.ADVISORY if lenient else Strength.MANDATORY),
        "score" in element.attrib or "kind" in element.attrib,
        _is_symmetrical(element),
        element,
    )


def _strength(element: etree._Element, default: Strength) -> Strength:
    kind = element.get("kind")
    if kind:
        return {"optional": Strength.ADVISORY, "serialize": Strength.SERIALIZE}.get(kind.lower(), Strength.MANDATORY)
    score = parse_score(element.get("score"))
    return default if score is None else Strength.MANDATORY if score > 0 else Strength.ADVISORY


def _set_orders(element: etree._Element) -> Iterator[OrderConstraint]:
    """Order the members of a sequential set, and the first of each set, or all, after the last of the set before."""
    before: etree._Element | None = None
    whole = _strength(element, Strength.MANDATORY)
    for resource_set in element.iterchildren("resource_set"):
        own = _strength(resource_set, whole)
        if before is not None:
            enough = parse_boolean(before.get("require-all")) is False
            ends = _members(before) if enough or not _is_sequential(before) else _members(before)[-1:]
            any_of = tuple(ends) if enough else ()
            heads = _members(resource_set)[:1] if _is_sequential(resource_set) else _members(resource_set)
            for end in ends:
                yield from (_set_order(element, (before, end), (resource_set, head), whole, any_of) for head in heads)
        if _is_sequential(resource_set):
            for one, two in pairwise(_members(resource_set)):
                yield _set_order(element, (resource_set, one), (resource_set, two), own, ())
        before = resource_set


def _set_order(
    element: etree._Element,
    first: tuple[etree._Element, str],
    then: tuple[etree._Element, str],
    strength: Strength,
    any_of: tuple[str, ...],
) -> OrderConstraint:
    """Order two members, each given with its set."""
    return OrderConstraint(
        element.get("id", ""),
        first[1],
        then[1],
        first[0].get("action", "start"),
        then[0].get("action", "start"),
        strength,
        "score" in element.attrib or "kind" in element.attrib,
        _is_symmetrical(element),
        element,
        any_of,
    )


def _members(resource_set: etree._Element) -> list[str]:
    return [ref.get("id", "") for ref in resource_set.iterchildren("resource_ref")]


def _is_sequential(resource_set: etree._Element) -> bool:
    return parse_boolean(resource_set.get("sequential")) is not False


def build_colocations(element: etree._Element, dialect: Dialect) -> tuple[ColocationConstraint, ...]:
    """Read one `rsc_colocation`."""
    get = element.get
    names = ("from", "to", "from_role", "to_role")
    if dialect.is_pacemaker:
        if not (get("rsc") or get("with-rsc")):
            return tuple(_set_colocations(element))
        names = ("rsc", "with-rsc", "rsc-role", "with-rsc-role")
    rsc, leader, role, leader_role = (get(name, "") for name in names)
    return (ColocationConstraint(get("id", ""), rsc, leader, role, leader_role, parse_score(get("score")), element),)


def _set_colocations(element: etree._Element) -> Iterator[ColocationConstraint]:
    """Place each member of a sequential set with the one before it, and each set with the set that comes after it.

    That is what crm_simulate 2.1.5 does, and colocate_rsc_sets of Pacemaker 1.0: the first member of a set, or all, go
    where the last of the next set is, or all are.
    """
    before: etree._Element | None = None
    for resource_set in element.iterchildren("resource_set"):
        members, whole = _members(resource_set), parse_score(element.get("score"))
        if before is not None:
            heads = _members(before)[:1] if _is_sequential(before) else _members(before)
            leaders = members[-1:] if _is_sequential(resource_set) else members
            for head in heads:
                yield from (_set_colocation(element, (before, head), (resource_set, one), whole) for one in leaders)
        own = parse_score(resource_set.get("score")) if "score" in resource_set.attrib else whole
        if _is_sequential(resource_set):
            for one, two in pairwise(members):
                yield _set_colocation(element, (resource_set, two), (resource_set, one), own)
        before = resource_set


def _set_colocation(
    element: etree._Element, rsc: tuple[etree._Element, str], leader: tuple[etree._Element, str], score: int | None
) -> ColocationConstraint:
    """Place a member with another, each given with its set."""
    roles = (rsc[0].get("role", ""), leader[0].get("role", ""))
    return ColocationConstraint(element.get("id", ""), rsc[1], leader[1], *roles, score, element)


def build_location(element: etree._Element) -> LocationConstraint:
    """Read one `rsc_location`."""
    return LocationConstraint(
        element.get("id", ""),
        element.get("rsc", ""),
        element.get("node"),
        parse_score(element.get("score")),
        tuple(element.iterchildren("rule")),
        element,
    )
