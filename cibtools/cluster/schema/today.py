"""What XSD 1.0 cannot say of a CIB of Pacemaker 1.1 and later: choices between attributes, and what may come once.

Each choice is a function from an element and the version of the schema to its violations. Source: the RelaxNG schemas
1.2 to 4.0 as Pacemaker 2.1.5 and 3.0.3 ship them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from cibtools.cluster.schema.choice import (
    at_most_one,
    beside,
    either,
    named,
    primitive_class,
    referring,
    sets_or,
)
from cibtools.cluster.schema.choice import date_expression as date_expression_10
from cibtools.cluster.schema.choice import location as location_10
from cibtools.cluster.schema.gone import Version, refused
from cibtools.cluster.schema.violation import Violation, alternatives

Choice = Callable[[etree._Element, Version], Iterator[Violation]]


def unchosen_today(top: etree._Element, version: Version) -> Iterator[Violation]:
    """Yield every choice that is made twice, or not at all, under the schema of a version."""
    scopes = top.iterchildren("configuration") if top.tag == "cib" else () if top.tag == "status" else (top,)
    for scope in scopes:
        for element in scope.iter(*_CHOICES):
            yield from _CHOICES[str(element.tag)](element, version)


def _exactly_one(element: etree._Element, *names: str) -> Iterator[Violation]:
    given = [name for name in names if name in element.attrib]
    if not given:
        told = alternatives(names)
        yield either(element, f"has none of {told}", told, f'Add {names[0]}="…".')
    yield from at_most_one(element, *names)


def _nvset(element: etree._Element, _version: Version) -> Iterator[Violation]:
    if element.get("id-ref") is not None:
        yield from referring(element, "score")
    elif "id" not in element.attrib:
        yield from named(element)


def _nvpair(element: etree._Element, version: Version) -> Iterator[Violation]:
    name, parent = element.get("name"), element.getparent()
    if element.get("id-ref") is not None:
        yield from beside(element, "id-ref", ("id", "value", *(("name",) if version >= (4, 0) else ())))
        return
    needed = ("id", "name", "value") if version >= (4, 0) else ("id", "name")
    for missing in needed:
        if missing not in element.attrib:
            yield either(element, f"has no {missing}", missing, f'Add {missing}="…".')
    if name is not None and parent is not None:
        yield from refused(element, name, parent, version)


def _rule(element: etree._Element, version: Version) -> Iterator[Violation]:
    if element.get("id-ref") is not None:
        yield from referring(element, "score", "score-attribute", "boolean-op", "role")
        return
    yield from named(element)
    # From 3.9 on only the rule of a location needs a score, and no schema can tell where it stands.
    if version < (3, 9):
        yield from _exactly_one(element, "score", "score-attribute")
    else:
        yield from at_most_one(element, "score", "score-attribute")
    conditions = ("expression", "date_expression", "rule", "rsc_expression", "op_expression")
    if next(element.iterchildren(*conditions), None) is None:
        yield either(element, "has no condition", "at least one <expression> or <rule>", "Add one, or remove it.")


def _date_expression(element: etree._Element, version: Version) -> Iterator[Violation]:
    operation = element.get("operation", "in_range").strip()
    if version < (3, 9) or operation != "in_range":
        yield from date_expression_10(element)
        return
    if "start" not in element.attrib and "end" not in element.attrib:
        yield either(element, 'operation "in_range" needs start or end', "a date", 'Add end="2029-05-01".')
    if element.find("date_spec") is not None:
        yield either(element, '<date_spec> does not go with operation "in_range"', "", "Remove it.")


def _primitive(element: etree._Element, _version: Version) -> Iterator[Violation]:
    if element.tag == "primitive":
        yield from _exactly_one(element, "class", "template")
        if element.get("template") is not None:
            yield from beside(element, "template", ("type", "provider"))
            return
        if "type" not in element.attrib:
            yield either(element, "has no type", "the name of an agent", 'Add type="…".')
    yield from primitive_class(element)


def _op(element: etree._Element, _version: Version) -> Iterator[Violation]:
    yield from at_most_one(element, "start-delay", "interval-origin")


def _location(element: etree._Element, version: Version) -> Iterator[Violation]:
    if element.find("resource_set") is not None:
        yield from beside(element, "resource sets", ("rsc", "rsc-pattern", "role"))
    elif version >= (2, 6):
        yield from _exactly_one(element, "rsc", "rsc-pattern")
    elif "rsc" not in element.attrib:
        yield either(element, "has no rsc and no resource sets", "rsc, or resource sets", 'Add rsc="…".')
    yield from location_10(element)
    if version >= (4, 0):
        yield from _once(element, ("rule",))


def _once(element: etree._Element, tags: tuple[str, ...]) -> Iterator[Violation]:
    """Complain of further children of these tags behind the first."""
    found = list(element.iterchildren(*tags))
    for child in found[1:]:
        yield either(
            child, f"a second <{child.tag}> where one is allowed", f"one of {alternatives(tags)}", "Remove it."
        )


def _colocation(element: etree._Element, _version: Version) -> Iterator[Violation]:
    yield from at_most_one(element, "score", "score-attribute", "score-attribute-mangle")
    yield from sets_or(element, ("rsc", "with-rsc"), ("node-attribute", "rsc-role", "with-rsc-role"))


def _order(element: etree._Element, _version: Version) -> Iterator[Violation]:
    yield from at_most_one(element, "score", "kind")
    yield from sets_or(element, ("first", "then"), ("first-action", "then-action"))


def _ticket(element: etree._Element, _version: Version) -> Iterator[Violation]:
    if element.find("resource_set") is not None:
        yield from beside(element, "resource sets", ("rsc", "rsc-role"))
    elif "rsc" not in element.attrib:
        yield either(element, "has no rsc and no resource sets", "rsc, or resource sets", 'Add rsc="…".')


def _resource_set(element: etree._Element, _version: Version) -> Iterator[Violation]:
    others = ("sequential", "require-all", "ordering", "action", "role", "score", "kind")
    if element.get("id-ref") is not None:
        yield from referring(element, *others)
        return
    yield from named(element)
    yield from at_most_one(element, "score", "kind")
    if element.find("resource_ref") is None:
        yield either(element, "is empty", "at least one <resource_ref>", "Add one for each resource, or remove it.")


def _level(element: etree._Element, version: Version) -> Iterator[Violation]:
    yield from _exactly_one(element, "target", "target-pattern", *(("target-attribute",) if version >= (2, 4) else ()))
    if version >= (2, 4) and ("target-attribute" in element.attrib) != ("target-value" in element.attrib):
        yield either(element, "target-attribute and target-value go together", "both", "Add the other one.")


def _permission(element: etree._Element, _version: Version) -> Iterator[Violation]:
    yield from _exactly_one(element, "xpath", "reference", "object-type")
    if "attribute" in element.attrib and "object-type" not in element.attrib:
        yield either(element, "attribute goes with object-type only", "", "Remove attribute.", "attribute")


def _right(element: etree._Element, _version: Version) -> Iterator[Violation]:
    if "xpath" in element.attrib:
        yield from beside(element, "xpath", ("tag", "ref"))
    elif "tag" not in element.attrib and "ref" not in element.attrib:
        yield either(element, "has none of xpath, tag, ref", "xpath, tag or ref", 'Add xpath="…".')


def _mapping(element: etree._Element, _version: Version) -> Iterator[Violation]:
    if element.tag == "storage-mapping":
        yield from _exactly_one(element, "source-dir", "source-dir-root")
    else:
        yield from _exactly_one(element, "port", "range")
        if "range" in element.attrib:
            yield from beside(element, "range", ("internal-port",))


def _bundle(element: etree._Element, _version: Version) -> Iterator[Violation]:
    containers = ("docker", "podman", "rkt")
    if next(element.iterchildren(*containers), None) is None:
        yield either(element, "has no container", alternatives(containers), 'Add <podman image="…"/>.')
    yield from _once(element, containers)
    for tag in ("network", "storage", "primitive"):
        yield from _once(element, (tag,))


def _alert(element: etree._Element, _version: Version) -> Iterator[Violation]:
    yield from _once(element, ("select",))


_CHOICES: dict[str, Choice] = {
    **dict.fromkeys(("cluster_property_set", "meta_attributes", "instance_attributes", "utilization"), _nvset),
    **dict.fromkeys(("primitive", "template"), _primitive),
    **dict.fromkeys(("read", "write", "deny"), _right),
    **dict.fromkeys(("storage-mapping", "port-mapping"), _mapping),
    "nvpair": _nvpair,
    "rule": _rule,
    "date_expression": _date_expression,
    "op": _op,
    "rsc_location": _location,
    "rsc_colocation": _colocation,
    "rsc_order": _order,
    "rsc_ticket": _ticket,
    "resource_set": _resource_set,
    "fencing-level": _level,
    "acl_permission": _permission,
    "bundle": _bundle,
    "alert": _alert,
}
