"""Constraints that name a resource which does not exist, or the inside of a clone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.derived.option import meta_is
from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.vocabulary.grammar import REFERENCES
from cibtools.cluster.vocabulary.pattern import read_pattern
from cibtools.cluster.vocabulary.spelling import Names
from cibtools.lint.record.finding import Hit, Note, Severity

_REFERRING = ("rsc", "from", "to", "first", "then", "with-rsc")
_INSTANCE = re.compile(r":\d+\Z")
_REFERABLE = (*RESOURCE_TAGS, "template")
_EFFECTS = {
    "primitive": "the schema refuses the CIB",
    "fencing-level": "the level cannot fence, and the next one is tried",
    "obj_ref": "the tag stands for less than it says",
    "role": "the user has none of the rights of that role",
}
"""What becomes of a reference to nothing. Sources: crm_verify 2.1.5 and 3.0.3; Pacemaker Explained 2.1."""
_OTHER_KINDS = frozenset(_EFFECTS)


def dangling(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield each reference of a constraint to a resource that does not exist."""
    if element.tag in _OTHER_KINDS:
        yield from _other(cluster, element)
        return
    known = _known_ids(cluster)
    for attribute, name in _references(element):
        if not name or name in known or _INSTANCE.sub("", name) in known:
            continue
        near = known.nearest(name)
        # Snippets prove nothing about what else the cluster has, unless the name is a slip of the fingers.
        if not near and not cluster.has_all("resources"):
            continue
        owner = _constraint_of(element)
        dialect = cluster.dialect_of(cluster.document_of(element))
        soft = owner.tag == "rsc_location" and dialect is not Dialect.P11
        values = {
            "tag": owner.tag,
            "id": owner.get("id", ""),
            "attribute": attribute,
            "name": name,
            "effect": f"the schema of {dialect.title} refuses it" if dialect.is_pacemaker else "it has no effect",
            "hint": f'Did you mean "{near}"?' if near else "Correct the name, or delete the constraint.",
        }
        yield Hit(
            cluster.place(element, attribute),
            values,
            severity=Severity.WARNING if soft else None,
            subject=owner.get("id", ""),
            discriminator=name,
        )


def inside_clone(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield each reference of a constraint to the inside of a clone."""
    dialect = cluster.dialect_of(cluster.document_of(element))
    for attribute, name in _references(element):
        plain = _INSTANCE.sub("", name)
        found = cluster.resource(name) or cluster.resource(plain)
        clone = cluster.clone_of(found) if found else None
        if found is None or clone is None or clone is found:
            continue
        instance = found.id != name
        if instance and not dialect.is_pacemaker and meta_is(cluster, clone, "globally-unique", True):
            continue
        owner = _constraint_of(element)
        values = {"tag": owner.tag, "id": owner.get("id", ""), "name": name, "child": found.id, "clone": clone.id}
        placed = owner.tag == "rsc_location" and dialect is not Dialect.P11
        soft = placed or (instance and not dialect.is_pacemaker)
        yield Hit(
            cluster.place(element, attribute),
            {**values, "effect": _inside_effect(placed, dialect)},
            "instance" if instance else "",
            severity=Severity.WARNING if soft else None,
            subject=owner.get("id", ""),
            discriminator=name,
            notes=(Note(cluster.place(clone.element, "id"), "the clone"),),
        )


def _inside_effect(placed: bool, dialect: Dialect) -> str:
    """What an engine makes of the child's name."""
    if placed:
        return f"{dialect.title} does not apply the location to the clone as a whole"
    if dialect is Dialect.P11:
        # crm_simulate 2.1.5: "not a valid resource" until the history of a node knows the child by this name.
        return "Pacemaker ignores the constraint as long as no instance has run"
    return f"{dialect.title} finds no resource of that name and drops the constraint"


def _references(element: etree._Element) -> Iterator[tuple[str, str]]:
    if element.tag == "resource_ref":
        yield "id", element.get("id", "")
        return
    for attribute in _REFERRING:
        if attribute in element.attrib:
            yield attribute, element.get(attribute, "")


def _constraint_of(element: etree._Element) -> etree._Element:
    above = next(element.iterancestors("rsc_order", "rsc_colocation", "rsc_location", "rsc_ticket"), None)
    return element if above is None else above


@lru_cache(maxsize=1)
def _known_templates(cluster: Cluster) -> Names:
    return Names(found.get("id", "") for top in cluster.objects("resources") for found in top.iter("template"))


@lru_cache(maxsize=1)
def _known_roles(cluster: Cluster) -> Names:
    return Names(found.get("id", "") for found in cluster.objects("acls") if found.tag == "acl_role")


def _other(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield references that only Pacemaker 1.1 and later has: to templates, devices, targets, members and roles."""
    for attribute, name, kind, known in _named(cluster, element):
        if not name or name in known:
            continue
        near = known.nearest(name)
        owner = element if element.get("id") and element.tag not in ("obj_ref", "role") else element.getparent()
        owner = element if owner is None else owner
        values = {
            "tag": owner.tag,
            "id": owner.get("id", ""),
            "attribute": attribute,
            "name": name,
            "kind": kind,
            "effect": _EFFECTS[str(element.tag)],
            "hint": f'Did you mean "{near}"?' if near else "Correct the name, or remove the reference.",
        }
        severity = Severity.WARNING if kind in ("node", "pattern", "object") else None
        place = cluster.place(element, attribute)
        yield Hit(place, values, kind, severity=severity, subject=owner.get("id", ""), discriminator=name)


def _named(cluster: Cluster, element: etree._Element) -> Iterator[tuple[str, str, str, Names]]:
    """Give attribute, name, kind and the names there are, for each reference of an element of Pacemaker 1.1."""
    if element.tag == "primitive" and "template" in element.attrib:
        yield "template", element.get("template", ""), "template", _known_templates(cluster)
    elif element.tag == "fencing-level":
        for name in element.get("devices", "").split(","):
            yield "devices", name.strip(), "device", _known_devices(cluster)
        nodes = Names(node.uname for node in cluster.all_nodes)
        pattern = read_pattern(element.get("target-pattern"))
        if cluster.knows_nodes and pattern and not any(pattern.search(name) for name in nodes.known):
            yield "target-pattern", pattern.pattern, "pattern", Names(())
        target = element.get("target", "")
        # Names of nodes are compared without regard to case.
        if cluster.knows_nodes and target.lower() not in {name.lower() for name in nodes.known}:
            yield "target", target, "node", nodes
    elif element.tag == "obj_ref":
        yield "id", element.get("id", ""), "object", _known_objects(cluster)
    elif element.tag == "role":
        yield "id", element.get("id", ""), "role", _known_roles(cluster)


@lru_cache(maxsize=1)
def _known_devices(cluster: Cluster) -> Names:
    return Names(found.id for found in cluster.primitives if found.is_stonith)


@lru_cache(maxsize=1)
def _known_objects(cluster: Cluster) -> Names:
    """Return every id of the configuration: a tag may name any of them."""
    tops = cluster.assembly.configured
    return Names(found.get("id", "") for top in tops for found in top.iter("*") if found.tag not in REFERENCES)


@lru_cache(maxsize=1)
def _known_ids(cluster: Cluster) -> Names:
    found = {resource.id for resource in cluster.all_resources}
    for top in (*cluster.objects("resources"), *cluster.assembly.loose, *cluster.objects("tags")):
        found.update(element.get("id", "") for element in top.iter(*_REFERABLE, "tag"))
    return Names(found - {""})
