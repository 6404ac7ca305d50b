"""Ids and references: each once in a configuration of Pacemaker 1.0, and each reference to one of them.

In heartbeat 2.1 ids of nodes, resources and constraints occur once among those of their tag.

The XSDs say the same with xs:unique and xs:keyref, for whoever uses them alone. libxml2 takes ten times as long over
those as over all the rest, and does not tell which two objects have the id, so here it is worked out once more; the
tests hold both against Pacemaker's own schema.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.schema.violation import Violation, label
from cibtools.cluster.vocabulary.spelling import Names

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
_NAMED_TODAY = (
    *_NAMED,
    "utilization",
    "template",
    "bundle",
    "port-mapping",
    "storage-mapping",
    "rsc_expression",
    "op_expression",
    "rsc_ticket",
    "fencing-level",
    "tag",
    "acl_user",
    "acl_group",
    "acl_role",
    "acl_permission",
    "read",
    "write",
    "deny",
    "alert",
    "recipient",
    "attribute",
)
"""From schema 1.2 on, as far as a schema has them."""
_RESOURCES = ("primitive", "group", "clone", "master")
_OLD_NAMED = ("node", "primitive", "group", "clone", "master_slave", "rsc_location", "rsc_colocation", "rsc_order")
_REUSING = (
    "cluster_property_set",
    "meta_attributes",
    "instance_attributes",
    "rule",
    "operations",
    "resource_set",
)
_REFERENCES = {
    "rsc_location": ("rsc",),
    "rsc_colocation": ("rsc", "with-rsc"),
    "rsc_order": ("first", "then"),
    "resource_ref": ("id",),
}
_REFERENCES_TODAY = {
    "primitive": ("template",),
    "rsc_ticket": ("rsc",),
    "nvpair": ("id-ref",),
    "obj_ref": ("id",),
    "role": ("id",),
    "role_ref": ("id",),
    "acl_permission": ("reference",),
    "read": ("ref",),
    "write": ("ref",),
    "deny": ("ref",),
}
"""What schemas from 1.2 on add."""


def misnamed(top: etree._Element, version: tuple[int, int] = (1, 0)) -> Iterator[Violation]:
    """Yield ids that occur twice in Pacemaker and, in a whole configuration, references to nothing."""
    tags = _NAMED if version == (1, 0) else _NAMED_TODAY
    scope = _scope(top)
    if scope is None:
        return
    # Blanks around an id do not count, as in every value of this type.
    names = [element.get("id", "").strip() for element in scope.iter(*tags)]
    known = set(names) - {""}
    if len(known) < len(names) - names.count(""):
        owners: dict[str, etree._Element] = {}
        for element in scope.iter(*tags):
            name = element.get("id", "").strip()
            if name and owners.setdefault(name, element) is not element:
                yield _twice(name, owners[name], element)
    # A section or an object alone may refer to what lies elsewhere.
    if scope.tag == "configuration":
        yield from _dangling(scope, known, version)


def repeated(top: etree._Element) -> Iterator[Violation]:
    """Yield ids that occur twice on elements of one tag where heartbeat 2.1 needs them to find the object."""
    scope = _scope(top)
    if scope is None:
        return
    owners: dict[tuple[str, str], etree._Element] = {}
    for element in scope.iter(*_OLD_NAMED):
        name = element.get("id", "").strip()
        if name and owners.setdefault((str(element.tag), name), element) is not element:
            yield _twice(name, owners[str(element.tag), name], element)


def _scope(top: etree._Element) -> etree._Element | None:
    """What ids are counted in: a record of the cluster has them as it likes."""
    if top.tag == "status":
        return None
    return top.find("configuration") if top.tag == "cib" else top


def _dangling(scope: etree._Element, known: set[str], version: tuple[int, int]) -> Iterator[Violation]:
    directory = _Directory(scope)
    if version > (1, 0):
        for element in scope.iter(*_REFERENCES_TODAY):
            for attribute in _REFERENCES_TODAY[str(element.tag)]:
                name = element.get(attribute)
                # Tags may name anything since 3.3, the ids of nodes too.
                if (
                    name is not None
                    and name.strip() not in known
                    and not (element.tag == "obj_ref" and version >= (3, 3))
                ):
                    yield _nowhere(directory, element, attribute, name)
    for section in scope.iterchildren("constraints"):
        for element in section.iter(*_REFERENCES):
            for attribute in _REFERENCES[str(element.tag)]:
                name = element.get(attribute)
                if name is not None and name.strip() not in known:
                    yield _nowhere(directory, element, attribute, name)
    for element in scope.iter(*_REUSING):
        name = element.get("id-ref")
        if name is not None and name.strip() not in known:
            yield _nowhere(directory, element, "id-ref", name)


def _twice(name: str, first: etree._Element, second: etree._Element) -> Violation:
    other = f"another {first.tag}" if first.tag == second.tag else f"a {first.tag}"
    where = _owner(first)
    suffix = second.tag if first.tag != second.tag else 2
    return Violation(
        "id",
        second,
        "id",
        f'{second.tag}: the id "{name}" is that of {other}{where}',
        "an id that occurs once",
        f'Write another id, such as id="{name}-{suffix}".',
        first,
    )


def _owner(element: etree._Element) -> str:
    above = element.getparent()
    while above is not None and not above.get("id"):
        above = above.getparent()
    return f" in {label(above)}" if above is not None else ""


class _Directory:
    """The ids in one configuration, gathered once for all references to nothing."""

    def __init__(self, scope: etree._Element) -> None:
        self._scope = scope
        self._names: dict[tuple[str, ...], Names] = {}

    def nearest(self, tags: tuple[str, ...], name: str) -> str | None:
        """The id most like a name among the elements with these tags."""
        if tags not in self._names:
            self._names[tags] = Names(found.get("id", "") for found in self._scope.iter(*tags))
        return self._names[tags].nearest(name)


def _nowhere(directory: _Directory, element: etree._Element, attribute: str, name: str) -> Violation:
    tags = _RESOURCES if attribute != "id-ref" else (str(element.tag),)
    near = directory.nearest(tags, name)
    what = "resource" if attribute != "id-ref" else f"<{element.tag}>"
    return Violation(
        "reference",
        element,
        attribute,
        f'{label(element)}: {attribute}="{name}" names nothing in this configuration',
        f"the id of a {what} in this CIB",
        f'Write {attribute}="{near}".' if near else f"Name a {what} that there is, or remove the {element.tag}.",
    )
