"""Nodes, resources and sets of options in the words of the crm shell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.report.crmsh.words import (
    Unsayable,
    described,
    id_word,
    identity,
    joined,
    named,
    nvpairs,
    nvset,
    only,
    required,
    word,
)

_OP_ATTRIBUTES = (
    "interval",
    "timeout",
    "requires",
    "enabled",
    "role",
    "on-fail",
    "start-delay",
    "interval-origin",
    "record-pending",
    "description",
)
"""What the shell of Pacemaker 1.0 takes for attributes of an operation; all else becomes a parameter of it."""
_AGENT = re.compile(r"[A-Za-z0-9_./-]+\Z")
_CONTAINERS = {"group": "group", "clone": "clone", "master": "ms"}
_DEFAULTS = {"property": "cluster options", "rsc_defaults": "defaults", "op_defaults": "defaults"}
_NODE_TYPES = ("normal", "member", "ping")


def node(element: etree._Element) -> str:
    """`node $id="..." UNAME:TYPE`; without a type crmsh 4 writes `member`, which Pacemaker 1.0 refuses."""
    only(element, ("id", "uname", "type", "description"), ("instance_attributes",))
    uname, kind = named(required(element, "uname")), element.get("type", "normal")
    if ":" in uname or kind not in _NODE_TYPES:
        raise Unsayable(f"a node '{uname}' of type {kind}")
    identified = "" if element.get("id") == uname else f"{id_word(element)} "
    attributes = (nvset(found, "attributes") for found in element.iterchildren("instance_attributes"))
    return joined(f"node {identified}{uname}:{kind}", [*described(element), *attributes])


def primitive(element: etree._Element) -> str:
    """`primitive ID CLASS:[PROVIDER:]TYPE`, its sets, and its operations last, as the shell of 1.0 insists."""
    only(
        element,
        ("id", "class", "provider", "type", "description"),
        ("instance_attributes", "meta_attributes", "operations"),
    )
    names = ("class", "provider", "type") if element.get("class") == "ocf" else ("class", "type")
    if "provider" not in names and element.get("provider") is not None:
        raise Unsayable(f"the provider of an agent of class {element.get('class')}")
    parts = [required(element, name) for name in names]
    for part in parts:
        # The type may be a path, or a folder and a name.
        if not _AGENT.match(part):
            raise Unsayable(f"an agent '{part}'")
    operations = [line for found in element.iterchildren("operations") for line in _operations(found)]
    head = f"primitive {identity(required(element, 'id'))} {':'.join(parts)}"
    return joined(head, [*described(element), *_sets(element), *operations])


def container(element: etree._Element) -> str:
    """`group`, `clone` or `ms` with the ids of what is in it."""
    only(element, ("id", "description"), ("primitive", "group", "instance_attributes", "meta_attributes"))
    children = [
        identity(required(child, "id")) for child in element.iterchildren("*") if child.tag in ("primitive", "group")
    ]
    if not children:
        raise Unsayable(f"an empty {element.tag}")
    head = " ".join([_CONTAINERS[str(element.tag)], identity(required(element, "id")), *children])
    return joined(head, [*described(element), *_sets(element)])


def properties(element: etree._Element) -> str:
    """A set of cluster options, or of the defaults of resources and operations."""
    parent = element.getparent()
    keyword = "property" if element.tag == "cluster_property_set" or parent is None else str(parent.tag)
    if element.get("score") is not None:
        raise Unsayable(f"the score of a set of {_DEFAULTS.get(keyword, 'options')}; crmsh 4 forgets it even so")
    return joined(f"{keyword} {id_word(element)}", nvpairs(element, valued=True))


def _sets(element: etree._Element) -> Iterator[str]:
    """Parameters, then meta options; each set keeps its id."""
    for tag, keyword in (("instance_attributes", "params"), ("meta_attributes", "meta")):
        for found in element.iterchildren(tag):
            yield nvset(found, keyword)


def _operations(element: etree._Element) -> Iterator[str]:
    only(element, ("id",), ("op",))
    if element.get("id") is not None:
        yield f"operations {id_word(element)}"
    for op in element.iterchildren("op"):
        yield _op(op)


def _op(op: etree._Element) -> str:
    """An operation: its attributes, then its parameters, which the shell tells apart by name alone."""
    only(op, ("id", "name", *_OP_ATTRIBUTES), ("instance_attributes",))
    required(op, "interval")
    found = [*op.iterchildren("instance_attributes")]
    if len(found) > 1:
        raise Unsayable("several sets of parameters for one operation")
    parameters = [*nvpairs(found[0])] if found else []
    for text in parameters:
        name = text.partition("=")[0]
        if name in ("id", "name", *_OP_ATTRIBUTES):
            raise Unsayable(f"a parameter of an operation that is called {name}")
    words = [f"{name}={word(op.get(name, ''))}" for name in map(str, op.attrib) if name not in ("id", "name")]
    return " ".join([f"op {identity(required(op, 'name'))}", *words, *parameters])
