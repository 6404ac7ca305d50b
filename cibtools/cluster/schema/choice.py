"""What XSD 1.0 cannot say of a Pacemaker 1.0 CIB: which attributes and children go together, which exclude each other.

Pacemaker's own schema is written in RelaxNG, where attributes take part in choices. Here each such choice is a function
from one element to its violations, listed by tag; unknown words and wrong values are not its business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from cibtools.cluster.schema.violation import Violation, alternatives, label

Choice = Callable[[etree._Element], Iterator[Violation]]


def unchosen(top: etree._Element) -> Iterator[Violation]:
    """Yield every choice that is made twice, or not at all."""
    scopes = top.iterchildren("configuration") if top.tag == "cib" else () if top.tag == "status" else (top,)
    # A large CIB says the same in thousands of places: what was right once is right wherever it looks the same.
    right: set[tuple[object, ...]] = set()
    for scope in scopes:
        for element in scope.iter(*_CHOICES):
            shape = _shape(element)
            if shape not in right:
                found = [*_CHOICES[str(element.tag)](element)]
                yield from found
                right.update(() if found else (shape,))


def _shape(element: etree._Element) -> tuple[object, ...]:
    """All that a choice may look at: the names of attributes, the values that decide, and the tags of children."""
    children = () if element.tag in _BY_ATTRIBUTES else {child.tag for child in element}
    return (element.tag, *map(element.get, _DECIDING), *element.keys(), frozenset(children))


def either(element: etree._Element, message: str, expected: str, hint: str, attribute: str | None = None) -> Violation:
    """Make the violation of a choice."""
    return Violation("either-or", element, attribute, f"{label(element)}: {message}", expected, hint)


def beside(element: etree._Element, chosen: str, others: Sequence[str]) -> Iterator[Violation]:
    """Complain of the attributes that exclude the chosen one."""
    for name in others:
        if name in element.attrib:
            yield either(element, f"{name} and {chosen} exclude each other", f"{chosen} alone", f"Remove {name}.", name)


def at_most_one(element: etree._Element, *names: str) -> Iterator[Violation]:
    """Complain of all of these attributes but the first that is there."""
    given = [name for name in names if name in element.attrib]
    if len(given) > 1:
        yield from beside(element, given[0], given[1:])


def referring(element: etree._Element, *others: str) -> Iterator[Violation]:
    """With id-ref there may be nothing else."""
    yield from beside(element, "id-ref", ("id", *others))
    if len(element) and next(element.iterchildren("*"), None) is not None:
        yield either(
            element,
            "has content of its own beside id-ref",
            "no elements inside",
            "Remove what is inside, or write id in place of id-ref.",
            "id-ref",
        )


def named(element: etree._Element) -> Iterator[Violation]:
    """Complain of what has no id."""
    if "id" not in element.attrib:
        yield either(element, "has neither id nor id-ref", "an id", 'Add id="…", a name that nothing else has.')


def _option_set(element: etree._Element) -> Iterator[Violation]:
    if element.get("id-ref") is not None:
        yield from referring(element, "score")
    elif "id" not in element.attrib:
        yield from named(element)


def _resource_set(element: etree._Element) -> Iterator[Violation]:
    if element.get("id-ref") is not None:
        yield from referring(element, "sequential", "action", "role", "score")
        return
    yield from named(element)
    if element.find("resource_ref") is None:
        yield either(
            element,
            "is empty",
            "at least one <resource_ref>",
            'Add <resource_ref id="…"/> for each resource, or remove it.',
        )


def _rule(element: etree._Element) -> Iterator[Violation]:
    if element.get("id-ref") is not None:
        yield from referring(element, "score", "score-attribute", "boolean-op", "role")
        return
    yield from named(element)
    if "score" not in element.attrib and "score-attribute" not in element.attrib:
        yield either(
            element,
            "has neither score nor score-attribute",
            "a score",
            'Add score="INFINITY" or another score; in a set of options any will do.',
        )
    yield from at_most_one(element, "score", "score-attribute")
    if next(element.iterchildren("expression", "date_expression", "rule"), None) is None:
        yield either(
            element,
            "has no condition",
            "at least one <expression>, <date_expression> or <rule>",
            "Add one, or remove it.",
        )


def date_expression(element: etree._Element) -> Iterator[Violation]:
    """Complain of dates that do not go with the operation."""
    operation = element.get("operation", "").strip()
    needed: tuple[str, ...] = ()
    child: str | None = None
    match operation:
        case "in_range" if element.find("duration") is not None:
            needed, child = ("start",), "duration"
        case "in_range":
            needed = ("end",)
        case "gt" | "lt":
            needed = ("start" if operation == "gt" else "end",)
        case "date_spec":
            child = "date_spec"
        case _:
            return
    allowed = ("start", "end") if operation == "in_range" and not child else needed
    for name in needed:
        if name not in element.attrib:
            yield either(
                element, f'operation "{operation}" needs {name}', f"{name}, a date", f'Add {name}="2009-05-01".'
            )
    with_duration = " and a duration" if child == "duration" else ""
    for name in ("start", "end"):
        if name in element.attrib and name not in allowed:
            message = f'{name} does not go with operation "{operation}"{with_duration}'
            yield either(element, message, "", f"Remove {name}.", name)
    if child == "date_spec" and element.find(child) is None:
        yield either(element, 'operation "date_spec" needs a <date_spec>', "<date_spec> inside", "Add it.")
    for found in element.iterchildren("date_spec", "duration"):
        if found.tag != child:
            yield either(found, f'<{found.tag}> does not go with operation "{operation}"', "", "Remove it.")


def primitive_class(element: etree._Element) -> Iterator[Violation]:
    """Complain of an OCF agent without provider, and of any other with one."""
    standard = element.get("class", "").strip()
    if standard == "ocf" and "provider" not in element.attrib:
        yield either(
            element, 'class "ocf" without provider', "a provider", 'Add provider="heartbeat", or whose agent it is.'
        )
    elif standard and standard != "ocf" and "provider" in element.attrib:
        yield either(element, f'class "{standard}" has no provider', "no provider", "Remove provider.", "provider")


def _op(element: etree._Element) -> Iterator[Violation]:
    # Most of a large CIB is operations, so the first look is a short one.
    if element.get("start-delay") is not None:
        yield from at_most_one(element, "start-delay", "interval-origin")


def location(element: etree._Element) -> Iterator[Violation]:
    """Complain of node and score beside rules, and of neither."""
    rules = element.find("rule") is not None
    given = [name for name in ("node", "score") if name in element.attrib]
    if rules:
        for name in given:
            yield either(
                element, f"{name} and rules exclude each other", "node and score, or rules", f"Remove {name}.", name
            )
    elif len(given) < 2:
        missing = [name for name in ("node", "score") if name not in given]
        yield either(
            element,
            f"has no rule and no {' and no '.join(missing)}",
            "node and score, or rules",
            " ".join(["Add", *(f'{name}="…"' for name in missing)]) + ".",
        )


def sets_or(element: etree._Element, ends: tuple[str, str], others: tuple[str, ...]) -> Iterator[Violation]:
    """Complain of ends beside resource sets, and of neither."""
    if element.find("resource_set") is not None:
        yield from beside(element, "resource sets", (*ends, *others))
        return
    missing = [name for name in ends if name not in element.attrib]
    if missing:
        yield either(
            element,
            f"has no resource sets and no {' and no '.join(missing)}",
            f"{alternatives(ends).replace(' or ', ' and ')}, or resource sets",
            " ".join(["Add", *(f'{name}="…"' for name in missing)]) + ".",
        )


def _colocation(element: etree._Element) -> Iterator[Violation]:
    yield from at_most_one(element, "score", "score-attribute", "score-attribute-mangle")
    yield from sets_or(element, ("rsc", "with-rsc"), ("node-attribute", "rsc-role", "with-rsc-role"))


def _order(element: etree._Element) -> Iterator[Violation]:
    yield from at_most_one(element, "score", "kind")
    yield from sets_or(element, ("first", "then"), ("first-action", "then-action"))


_BY_ATTRIBUTES = frozenset({"primitive", "op"})
"""Tags of elements whose children no choice looks at: most of a large CIB."""
_DECIDING = ("class", "operation")
"""Attributes whose values decide which others there may be."""
_CHOICES: dict[str, Choice] = {
    "cluster_property_set": _option_set,
    "meta_attributes": _option_set,
    "instance_attributes": _option_set,
    "rule": _rule,
    "date_expression": date_expression,
    "primitive": primitive_class,
    "op": _op,
    "rsc_location": location,
    "rsc_colocation": _colocation,
    "rsc_order": _order,
    "resource_set": _resource_set,
}
