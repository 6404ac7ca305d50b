"""The cluster of one backup: its objects, indices over them, and the options in force.

Built once; every index is made the first time it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from lxml import etree
from msgspec.structs import replace

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.build import (
    RESOURCE_TAGS,
    build_node,
    build_resource,
    build_set,
)
from cibtools.cluster.model.constraints import build_colocations, build_location, build_orders
from cibtools.cluster.model.documents import CibDocuments
from cibtools.cluster.model.objects import (
    ColocationConstraint,
    LocationConstraint,
    Node,
    NodeKind,
    NvSet,
    OrderConstraint,
    Resource,
    ResourceKind,
)


class Cluster(CibDocuments):
    """One cluster, whatever files describe it."""

    # --- resources -------------------------------------------------------------------------------------------------

    @cached_property
    def _references(self) -> dict[str, etree._Element]:
        """Elements by id, for `id-ref` and `template`, which only Pacemaker has."""
        if not self.dialect.is_pacemaker:
            return {}
        return {
            found.get("id", ""): found
            for top in (*self.objects("resources"), *self.objects("rsc_defaults"))
            for found in top.iter("*")
            if found.get("id")
        }

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """The resources at the top level, in file order."""
        return tuple(
            build_resource(found, self.dialect, self._references)
            for found in self.objects("resources")
            if found.tag in RESOURCE_TAGS
        )

    @cached_property
    def all_resources(self) -> tuple[Resource, ...]:
        """Every resource, containers before what is in them."""
        return tuple(found for top in self.resources for found in top.walk())

    @cached_property
    def primitives(self) -> tuple[Resource, ...]:
        """Every primitive, wherever it stands."""
        return tuple(found for found in self.all_resources if found.kind is ResourceKind.PRIMITIVE)

    @cached_property
    def _by_id(self) -> dict[str, Resource]:
        return {found.id: found for found in reversed(self.all_resources)}

    @cached_property
    def _by_element(self) -> dict[etree._Element, Resource]:
        return {found.element: found for found in self.all_resources}

    @cached_property
    def _parents(self) -> dict[Resource, Resource]:
        return {child: parent for parent in self.all_resources for child in parent.children}

    def resource(self, identity: str) -> Resource | None:
        """The resource with that id; the first of them if there are several."""
        return self._by_id.get(identity)

    def resource_at(self, element: etree._Element) -> Resource | None:
        """The resource that stands at an element, or whose part the element is."""
        found: etree._Element | None = element
        while found is not None:
            if found in self._by_element:
                return self._by_element[found]
            found = found.getparent()
        return None

    @cached_property
    def _tags(self) -> dict[str, tuple[str, ...]]:
        """The members of each tag, and the primitives of each template, which constraints may name in their place."""
        found: dict[str, list[str]] = {}
        for element in self.objects("resources") if self.dialect.is_pacemaker else ():
            for primitive in element.iter("primitive"):
                if primitive.get("template"):
                    found.setdefault(primitive.get("template", ""), []).append(primitive.get("id", ""))
        for tag in self.objects("tags"):
            members = [ref.get("id", "") for ref in tag.iterchildren("obj_ref")]
            found[tag.get("id", "")] = members
        return {name: tuple(members) for name, members in found.items()}

    def meant_by(self, name: str) -> tuple[str, ...]:
        """The ids that a name in a constraint stands for: a tag or a template for its members, else itself.

        Source: unpack_tags and expand_constraint_ids of Pacemaker's scheduler, 1.1.11 and later.
        """
        return (name,) if name in self._by_id else self._tags.get(name, (name,))

    def parent(self, resource: Resource) -> Resource | None:
        """The group, clone or master directly around a resource."""
        return self._parents.get(resource)

    def ancestors(self, resource: Resource) -> Iterator[Resource]:
        """The containers around a resource, from the inside out."""
        found = self.parent(resource)
        while found:
            yield found
            found = self.parent(found)

    def top(self, resource: Resource) -> Resource:
        """The outermost container of a resource, or itself."""
        return next(reversed([resource, *self.ancestors(resource)]))

    def clone_of(self, resource: Resource) -> Resource | None:
        """The clone or master around a resource, or the resource itself if it is one."""
        return next((found for found in (resource, *self.ancestors(resource)) if found.is_clone), None)

    # --- nodes -----------------------------------------------------------------------------------------------------

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes: from the nodes section, else from the status section, else from ha.cf; ping nodes left out."""
        if self.objects("nodes"):
            return tuple(
                build_node(found)
                for found in self.objects("nodes")
                if found.tag == "node" and found.get("type", "normal") in ("normal", "member", "NORMAL")
            )
        states = [found for found in self.objects("status") if found.tag == "node_state"]
        if states:
            return tuple(Node(found.get("id", ""), found.get("uname", ""), (), None) for found in states)
        names = dict.fromkeys(name.text.lower() for _, ha_cf in self.ha_cfs for name in ha_cf.nodes)
        return tuple(Node(name, name, (), None) for name in names)

    @cached_property
    def all_nodes(self) -> tuple[Node, ...]:
        """The members, then the remote and the guest nodes: all that resources may run on.

        Source: Pacemaker Remote 2.1; the name of a remote node is the id of its connection, that of a guest node the
        value of `remote-node`. The connections that a bundle makes for itself take nothing else and are left out.
        """
        found = {node.uname: node for node in self.nodes}
        for element in self.objects("nodes"):
            if element.get("type") == "remote":
                node = build_node(element, NodeKind.REMOTE)
                found.setdefault(node.uname or node.id, node)
        for resource in self.primitives if self.dialect is Dialect.P11 else ():
            if resource.agent and (resource.agent.provider, resource.agent.type) == ("pacemaker", "remote"):
                found.setdefault(resource.id, Node(resource.id, resource.id, (), resource.element, NodeKind.REMOTE))
            name = next((p.value for s in resource.meta_sets for p in s.pairs if p.name == "remote-node"), "")
            if name:
                found.setdefault(name, Node(name, name, (), resource.element, NodeKind.GUEST))
        return tuple(found.values())

    @cached_property
    def node_names(self) -> frozenset[str]:
        """Unames of all nodes."""
        return frozenset(node.uname for node in self.nodes)

    @property
    def knows_nodes(self) -> bool:
        """False if no input tells which nodes there are."""
        return bool(self.nodes)

    # --- constraints -----------------------------------------------------------------------------------------------

    @cached_property
    def _is_clone(self) -> dict[str, bool]:
        return {found.id: found.is_clone for found in self.all_resources}

    def _constraints(self, tag: str) -> list[etree._Element]:
        return [found for found in self.objects("constraints") if found.tag == tag]

    @cached_property
    def orders(self) -> tuple[OrderConstraint, ...]:
        """All orders, first before then, in file order."""
        return tuple(
            order if (first, then) == (order.first, order.then) else replace(order, first=first, then=then)
            for found in self._constraints("rsc_order")
            for order in build_orders(found, self.dialect, self._is_clone)
            for first in self.meant_by(order.first)
            for then in self.meant_by(order.then)
        )

    @cached_property
    def colocations(self) -> tuple[ColocationConstraint, ...]:
        """All colocations."""
        return tuple(
            found if (rsc, leader) == (found.rsc, found.with_rsc) else replace(found, rsc=rsc, with_rsc=leader)
            for element in self._constraints("rsc_colocation")
            for found in build_colocations(element, self.dialect)
            for rsc in self.meant_by(found.rsc)
            for leader in self.meant_by(found.with_rsc)
        )

    @cached_property
    def locations(self) -> tuple[LocationConstraint, ...]:
        """All location constraints."""
        return tuple(build_location(found) for found in self._constraints("rsc_location"))

    # --- options ---------------------------------------------------------------------------------------------------

    @cached_property
    def property_sets(self) -> tuple[NvSet, ...]:
        """The sets of cluster options, in file order."""
        return tuple(build_set(found) for found in self.objects("crm_config") if found.tag == "cluster_property_set")

    def _default_sets(self, section: str) -> tuple[NvSet, ...]:
        return tuple(build_set(found) for found in self.objects(section) if found.tag == "meta_attributes")

    @cached_property
    def resource_default_sets(self) -> tuple[NvSet, ...]:
        """The `rsc_defaults` of Pacemaker."""
        return self._default_sets("rsc_defaults")

    @cached_property
    def operation_default_sets(self) -> tuple[NvSet, ...]:
        """The `op_defaults` of Pacemaker."""
        return self._default_sets("op_defaults")
