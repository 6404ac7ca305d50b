"""Ids and references of a Pacemaker 1.0 CIB: each id once in the configuration, each reference to one of them.

The XSD says the same with xs:unique and xs:keyref, for whoever uses it alone. libxml2 takes ten times as long over
those as over all the rest, and without a line that tells which two objects have the id, so here it is worked out once
more; the tests hold both against Pacemaker's own schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.spelling import nearest
from cibtools.cluster.violation import Violation, label

_NAMED = (
    "cluster_property_set",
    "meta_attributes",
    "instance_attributes",
    "nvpair",
    "rule",
    "expression",
    "date_expression",
    "date_spec",
    "duration",
    "primitive",
    "group",
    "clone",
    "master",
    "operations",
    "op",
    "rsc_location",
    "rsc_colocation",
    "rsc_order",
    "resource_set",
)
_RESOURCES = ("primitive", "group", "clone", "master")
_REFERENCES = {
    "rsc_location": ("rsc",),
    "rsc_colocation": ("rsc", "with-rsc"),
    "rsc_order": ("first", "then"),
    "resource_ref": ("id",),
}


def misnamed(top: etree._Element) -> Iterator[Violation]:
    """Yield ids that occur twice and, in a whole configuration, references to nothing."""
    scope = top.find("configuration") if top.tag == "cib" else top
    if scope is None or top.tag == "status":
        return
    owners: dict[str, etree._Element] = {}
    reusing: list[etree._Element] = []
    for element in scope.iter(*_NAMED):
        # Blanks around an id do not count, as in every value of this type.
        name = element.get("id", "").strip()
        if name and owners.setdefault(name, element) is not element:
            yield _twice(name, owners[name], element)
        if element.get("id-ref") is not None:
            reusing.append(element)
    # A section or an object alone may refer to what lies elsewhere.
    if scope.tag == "configuration":
        yield from _dangling(scope, owners, reusing)


def _dangling(
    scope: etree._Element, owners: dict[str, etree._Element], reusing: list[etree._Element]
) -> Iterator[Violation]:
    for element in scope.iter(*_REFERENCES):
        for attribute in _REFERENCES[str(element.tag)]:
            name = element.get(attribute)
            if name is not None and name.strip() not in owners:
                yield _nowhere(element, attribute, name, [key for key in owners if owners[key].tag in _RESOURCES])
    for element in reusing:
        name = element.get("id-ref", "")
        if name.strip() not in owners:
            yield _nowhere(element, "id-ref", name, [key for key in owners if owners[key].tag == element.tag])


def _twice(name: str, first: etree._Element, second: etree._Element) -> Violation:
    where = f"{first.tag} in {_owner(first)}" if first.tag == second.tag else f"<{first.tag}>"
    return Violation(
        "id",
        second,
        "id",
        f'{second.tag}: the id "{name}" is taken by another object ({where})',
        "an id that occurs once in the configuration",
        f'Write another id, such as id="{name}-{second.tag if first.tag != second.tag else 2}".',
    )


def _owner(element: etree._Element) -> str:
    above = element.getparent()
    while above is not None and above.tag in ("operations", "attributes"):
        above = above.getparent()
    return label(above if above is not None else element)


def _nowhere(element: etree._Element, attribute: str, name: str, known: list[str]) -> Violation:
    near = nearest(name, known)
    what = "resource" if attribute != "id-ref" else f"<{element.tag}>"
    return Violation(
        "reference",
        element,
        attribute,
        f'{label(element)}: {attribute}="{name}" names nothing in this configuration',
        f"the id of a {what} in this CIB",
        f'Write {attribute}="{near}".' if near else f"Name a {what} that there is, or remove the {element.tag}.",
    )
