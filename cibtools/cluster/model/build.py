"""From XML elements to the model: one function per kind of object, both dialects."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.objects import (
    Agent,
    Node,
    NodeKind,
    Nvpair,
    NvSet,
    Operation,
    Resource,
    ResourceKind,
)
from cibtools.cluster.value import parse_boolean, parse_interval, parse_score, parse_time

RESOURCE_TAGS = {
    "primitive": ResourceKind.PRIMITIVE,
    "group": ResourceKind.GROUP,
    "clone": ResourceKind.CLONE,
    "master_slave": ResourceKind.MASTER,
    "master": ResourceKind.MASTER,
    "bundle": ResourceKind.BUNDLE,
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
        parse_interval(get("interval")) if dialect.is_pacemaker else parse_time(get("interval")),
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


def build_node(element: etree._Element, kind: NodeKind = NodeKind.MEMBER) -> Node:
    """A `node` element; the caller leaves out ping nodes."""
    sets = tuple(build_set(found) for found in element.iterchildren("instance_attributes"))
    return Node(element.get("id", ""), element.get("uname", ""), sets, element, kind)
