"""From XML elements to the model: one function per kind of object, both dialects."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.objects import (
    Agent,
    ColocationConstraint,
    LocationConstraint,
    Node,
    Nvpair,
    NvSet,
    Operation,
    OrderConstraint,
    Resource,
    ResourceKind,
    Strength,
)
from cibtools.cluster.value import parse_boolean, parse_score, parse_time

RESOURCE_TAGS = {
    "primitive": ResourceKind.PRIMITIVE,
    "group": ResourceKind.GROUP,
    "clone": ResourceKind.CLONE,
    "master_slave": ResourceKind.MASTER,
    "master": ResourceKind.MASTER,
}


def build_set(element: etree._Element) -> NvSet:
    """An nvpair set; heartbeat 2.1 wraps the pairs into `attributes`."""
    pairs: list[etree._Element] = []
    for child in element.iterchildren("nvpair", "attributes"):
        pairs += [child] if child.tag == "nvpair" else child.iterchildren("nvpair")
    return NvSet(
        element.tag,
        element.get("id", ""),
        parse_score(element.get("score")) or 0,
        element.find("rule") is not None,
        tuple(Nvpair(pair.get("name", ""), pair.get("value", ""), pair) for pair in pairs),
        element,
    )


def build_resource(
    element: etree._Element, dialect: Dialect, by_id: dict[str, etree._Element] | None = None
) -> Resource:
    """A resource and everything below it; by_id resolves `id-ref` and `template` where given."""
    refs = by_id or {}
    kind = RESOURCE_TAGS[element.tag]
    sources = [element]
    template = refs.get(element.get("template", ""))
    if template is not None:
        sources.append(template)
    if kind is ResourceKind.CLONE and _promotable(element):
        kind = ResourceKind.MASTER
    agent = None
    if element.tag == "primitive":
        named = template if template is not None else element
        agent = Agent(named.get("class", ""), named.get("provider", ""), named.get("type", ""))
    return Resource(
        kind,
        element.get("id", ""),
        agent,
        tuple(build_resource(child, dialect, refs) for child in element.iterchildren(*RESOURCE_TAGS)),
        tuple(build_set(found) for source in sources for found in _resolved(source, "instance_attributes", refs)),
        tuple(build_set(found) for source in sources for found in _resolved(source, "meta_attributes", refs)),
        tuple(
            _operation(op, dialect)
            for source in sources
            for group in _resolved(source, "operations", refs)
            for op in group.iterchildren("op")
        ),
        element,
    )


def _promotable(element: etree._Element) -> bool:
    return any(
        parse_boolean(pair.get("value")) is True
        for found in element.iterchildren("meta_attributes")
        for pair in found.iter("nvpair")
        if pair.get("name") == "promotable"
    )


def _resolved(parent: etree._Element, tag: str, refs: dict[str, etree._Element]) -> Iterator[etree._Element]:
    for child in parent.iterchildren(tag):
        target = refs.get(child.get("id-ref", ""))
        yield target if target is not None and target.tag == tag else child


def _operation(element: etree._Element, dialect: Dialect) -> Operation:
    get = element.get
    if dialect.is_pacemaker:
        delay, on_fail = get("start-delay"), get("on-fail", "")
    else:
        delay, on_fail = get("start_delay"), get("on_fail", "")
    return Operation(
        get("id", ""),
        get("name", ""),
        parse_time(get("interval")),
        parse_time(get("timeout")),
        parse_time(delay),
        get("role", ""),
        is_enabled(element, dialect),
        on_fail,
        element,
    )


def is_enabled(op: etree._Element, dialect: Dialect) -> bool:
    """Whether an operation is run; heartbeat 2.1 asks whether it is disabled."""
    if dialect.is_pacemaker:
        return parse_boolean(op.get("enabled")) is not False
    return parse_boolean(op.get("disabled")) is not True


def build_node(element: etree._Element) -> Node:
    """A `node` element; the caller leaves out ping nodes."""
    sets = tuple(build_set(found) for found in element.iterchildren("instance_attributes"))
    return Node(element.get("id", ""), element.get("uname", ""), sets, element)


def build_orders(element: etree._Element, dialect: Dialect, is_clone: dict[str, bool]) -> tuple[OrderConstraint, ...]:
    """One `rsc_order`; resource sets give one order per pair of neighbours."""
    get = element.get
    identity, symmetrical = get("id", ""), parse_boolean(get("symmetrical")) is not False
    if not dialect.is_pacemaker:
        # "from after to" unless type is "before": [src] in the policy engine of 2.1.
        before = get("type", "after").lower() == "before"
        action = get("action") or "start"
        to_action = get("to_action") or action
        ends = ((get("from", ""), action), (get("to", ""), to_action))
        first, then = ends if before else ends[::-1]
        score = parse_score(get("score"))
        strength = Strength.MANDATORY if score is None or score > 0 else Strength.ADVISORY
        return (
            OrderConstraint(
                identity,
                first[0],
                then[0],
                first[1],
                then[1],
                strength,
                "score" in element.attrib,
                symmetrical,
                element,
            ),
        )
    first_action = get("first-action", "start")
    pairs = [(get("first", ""), get("then", ""))] if get("first") or get("then") else list(_set_pairs(element))
    return tuple(
        OrderConstraint(
            identity,
            one,
            two,
            first_action,
            get("then-action", first_action),
            _pacemaker_strength(element, dialect, one, two, is_clone),
            "score" in element.attrib or "kind" in element.attrib,
            symmetrical,
            element,
        )
        for one, two in pairs
    )


def _pacemaker_strength(
    element: etree._Element, dialect: Dialect, first: str, then: str, is_clone: dict[str, bool]
) -> Strength:
    kind = element.get("kind")
    if kind:
        return {"optional": Strength.ADVISORY, "serialize": Strength.SERIALIZE}.get(kind.lower(), Strength.MANDATORY)
    score = parse_score(element.get("score"))
    if score is None:
        # Pacemaker 1.0 takes 0 for a primitive behind a clone; that special case went in December 2009.
        special = dialect is Dialect.P10 and is_clone.get(first, False) and not is_clone.get(then, False)
        return Strength.ADVISORY if special else Strength.MANDATORY
    return Strength.MANDATORY if score > 0 else Strength.ADVISORY


def _set_pairs(element: etree._Element) -> Iterator[tuple[str, str]]:
    """Neighbours in a chain of resource sets: within a sequential set, and from each set to the next."""
    previous: list[str] = []
    for resource_set in element.iterchildren("resource_set"):
        members = [ref.get("id", "") for ref in resource_set.iterchildren("resource_ref")]
        sequential = parse_boolean(resource_set.get("sequential")) is not False
        if sequential:
            yield from pairwise(members)
        heads = members[:1] if sequential else members
        yield from ((before, head) for before in previous for head in heads)
        previous = members[-1:] if sequential else members


def build_colocations(element: etree._Element, dialect: Dialect) -> tuple[ColocationConstraint, ...]:
    """One `rsc_colocation`; in a sequential resource set each member is placed with the one before it."""
    get = element.get
    identity, score = get("id", ""), parse_score(get("score"))
    if not dialect.is_pacemaker:
        return (
            ColocationConstraint(
                identity, get("from", ""), get("to", ""), get("from_role", ""), get("to_role", ""), score, element
            ),
        )
    if get("rsc") or get("with-rsc"):
        return (
            ColocationConstraint(
                identity,
                get("rsc", ""),
                get("with-rsc", ""),
                get("rsc-role", ""),
                get("with-rsc-role", ""),
                score,
                element,
            ),
        )
    return tuple(ColocationConstraint(identity, two, one, "", "", score, element) for one, two in _set_pairs(element))


def build_location(element: etree._Element) -> LocationConstraint:
    """One `rsc_location`."""
    return LocationConstraint(
        element.get("id", ""),
        element.get("rsc", ""),
        element.get("node"),
        parse_score(element.get("score")),
        tuple(element.iterchildren("rule")),
        element,
    )
