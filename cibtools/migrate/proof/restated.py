"""What a heartbeat-2.1 cluster means, written down plainly for a later scheduler: the yardstick of a migration's proof.

No engine reads the old language any more. So the cluster is not rewritten here but said again from its model: every
option in force is written out where it counts, rules are evaluated and become scores of nodes. None of it uses the
steps of the migration, which are what is to be judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.derived.option import cluster_option, own_meta
from cibtools.cluster.model.build import is_enabled
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Node, NvSet, Resource, ResourceKind
from cibtools.cluster.value import parse_boolean, show_score
from cibtools.cluster.vocabulary.option_table import is_meta_option
from cibtools.migrate.heartbeat.value import read_count, read_score
from cibtools.migrate.proof.rule06 import is_true, rule_score

_BOOLEANS = ("is-managed", "notify", "globally-unique", "ordered", "interleave", "collocated", "allow-migrate")
_COUNTS = ("clone-max", "clone-node-max", "master-max", "master-node-max", "priority")
_WORDS = ("multiple-active", "restart-type")
_ROLES = ("Started", "Stopped", "Slave", "Master")
_PROPERTIES = ("symmetric-cluster", "stonith-enabled", "startup-fencing", "start-failure-is-fatal", "remove-after-stop")
_POLICIES = ("no-quorum-policy", "stonith-action")
_ON_FAIL = {"nothing": "ignore", "migrate": "restart"}
_ACTIONS = frozenset({"start", "stop", "promote", "demote"})


def restated_cib(
    cluster: Cluster, attributes: Mapping[str, str], now: datetime, renames: Mapping[str, str]
) -> etree._Element:
    """A Pacemaker CIB that decides as heartbeat 2.1 would.

    Attributes are what every node has at that moment; renames maps resource ids that the new language does not take.
    """
    return _Writer(cluster, attributes, now, renames).cib()


class _Writer:
    def __init__(
        self, cluster: Cluster, attributes: Mapping[str, str], now: datetime, renames: Mapping[str, str]
    ) -> None:
        self.cluster = cluster
        self.attributes = attributes
        self.now = now
        self.renames = renames
        self._number = 0

    def _id(self, tag: str) -> str:
        self._number += 1
        return f"old-{tag}-{self._number}"

    def _name(self, identity: str) -> str:
        return self.renames.get(identity, identity)

    def _set(self, parent: etree._Element, tag: str, values: Mapping[str, str]) -> None:
        if not values:
            return
        made = etree.SubElement(parent, tag, id=self._id(tag))
        for name, value in values.items():
            etree.SubElement(made, "nvpair", id=self._id("nvpair"), name=name, value=value)

    def cib(self) -> etree._Element:
        """The whole document without a status section."""
        cib = etree.Element("cib", {"admin_epoch": "0", "epoch": "1", "num_updates": "0"})
        cib.set("validate-with", "pacemaker-1.0")
        configuration = etree.SubElement(cib, "configuration")
        self._set(etree.SubElement(configuration, "crm_config"), "cluster_property_set", self._properties())
        self._set(etree.SubElement(configuration, "rsc_defaults"), "meta_attributes", self._defaults())
        nodes = etree.SubElement(configuration, "nodes")
        for node in self.cluster.nodes:
            made = etree.SubElement(nodes, "node", id=node.uname, uname=node.uname, type="normal")
            self._set(made, "instance_attributes", self._node_attributes(node))
        resources = etree.SubElement(configuration, "resources")
        for resource in self.cluster.resources:
            self._resource(resources, resource)
        constraints = etree.SubElement(configuration, "constraints")
        self._constraints(constraints)
        return cib

    def _node_attributes(self, node: Node) -> dict[str, str]:
        """What is recorded of a node for good; masters' preferences are named after their resource."""
        active = [
            replace(nvset, conditional=False) for nvset in node.attribute_sets if _is_active(nvset.element, self.now)
        ]
        found = _parameters(tuple(active))
        standby = found.pop("standby", None)
        if parse_boolean(standby or ""):
            found["standby"] = "on"
        for name in [name for name in found if name.startswith("master-")]:
            resource, colon, instance = name.removeprefix("master-").partition(":")
            found[f"master-{self._name(resource)}{colon}{instance}"] = found.pop(name)
        return found

    def _properties(self) -> dict[str, str]:
        found = {"stonith-enabled": "false"}
        for name in _PROPERTIES:
            setting = cluster_option(self.cluster, name)
            value = parse_boolean(setting.value) if setting else None
            if value is not None:
                found[name] = str(value).lower()
        for name in _POLICIES:
            setting = cluster_option(self.cluster, name)
            if setting and setting.value.lower() in ("stop", "freeze", "ignore", "reboot", "poweroff"):
                found[name] = setting.value.lower()
        return found

    def _defaults(self) -> dict[str, str]:
        found = {}
        stickiness = cluster_option(self.cluster, "default-resource-stickiness")
        if stickiness:
            found["resource-stickiness"] = read_score(stickiness.value).text
        managed = cluster_option(self.cluster, "is-managed-default")
        if managed and parse_boolean(managed.value) is False:
            found["is-managed"] = "false"
        return found

    # --- resources -------------------------------------------------------------------------------------------------

    def _resource(self, parent: etree._Element, resource: Resource) -> None:
        if not resource.children and resource.kind is not ResourceKind.PRIMITIVE:
            return  # an empty container does nothing
        made = etree.SubElement(parent, resource.kind.value, id=self._name(resource.id))
        self._set(made, "meta_attributes", self._options(resource))
        if resource.agent:
            made.set("class", resource.agent.standard.lower())
            if resource.agent.standard.lower() == "ocf":
                made.set("provider", resource.agent.provider or "heartbeat")
            made.set("type", resource.agent.type)
            self._set(made, "instance_attributes", _parameters(resource.instance_sets))
            self._operations(made, resource)
        children = [*resource.children]
        if resource.is_clone:
            # A clone has one child: the first group, else the first primitive.
            groups = [child for child in children if child.kind is ResourceKind.GROUP]
            children = (groups or children)[:1]
        for child in children:
            self._resource(made, child)

    def _options(self, resource: Resource) -> dict[str, str]:
        found = dict(self._own(resource))
        if resource.is_clone:
            found.setdefault("globally-unique", "true")
            found.setdefault("resource-stickiness", "1")
        return found

    def _own(self, resource: Resource) -> Iterator[tuple[str, str]]:
        for name in (*_BOOLEANS, *_COUNTS, *_WORDS, "resource-stickiness", "target-role"):
            setting = own_meta(self.cluster, resource, name)
            if setting is None or setting.conditional:
                continue
            value = _read(name, setting.value)
            if value is not None:
                yield name, value

    def _operations(self, made: etree._Element, resource: Resource) -> None:
        if not resource.operations:
            return
        parent = etree.SubElement(made, "operations")
        for op in resource.operations:
            written = etree.SubElement(parent, "op", id=self._id("op"), name=op.name)
            plain = op.name in ("start", "stop", "promote", "demote")
            written.set("interval", "0" if plain else op.element.get("interval") or "0")
            if op.element.get("timeout"):
                written.set("timeout", op.element.get("timeout", ""))
            role = next((role for role in _ROLES if role.lower() == op.role.lower()), None)
            if not is_enabled(op.element, Dialect.HB2) or (op.role and role is None):
                written.set("enabled", "false")
            if role:
                written.set("role", role)
            on_fail = op.on_fail.lower()
            if on_fail in ("ignore", "block", "stop", "restart", "fence", *_ON_FAIL):
                written.set("on-fail", _ON_FAIL.get(on_fail, on_fail))
            requires = op.element.get("prereq", "").lower()
            if requires in ("nothing", "quorum", "fencing"):
                written.set("requires", requires)

    # --- constraints -----------------------------------------------------------------------------------------------

    def _known(self, *names: str) -> bool:
        """False if a name means nothing to the old engine: not there, or inside a clone."""
        for name in names:
            resource = self.cluster.resource(name)
            if resource is None or any(above.is_clone for above in self.cluster.ancestors(resource)):
                return False
        return True

    def _constraints(self, parent: etree._Element) -> None:
        for location in self.cluster.locations:
            if self._known(location.rsc):
                self._location(parent, self._name(location.rsc), location.element)
        for order in self.cluster.orders:
            actions = (order.first_action.lower(), order.then_action.lower())
            if not self._known(order.first, order.then) or not _ACTIONS.issuperset(actions):
                continue
            score = order.element.get("score")
            made = etree.SubElement(parent, "rsc_order", id=self._id("order"))
            made.set("first", self._name(order.first))
            made.set("then", self._name(order.then))
            made.set("first-action", actions[0])
            made.set("then-action", actions[1])
            made.set("score", "INFINITY" if score is None else read_score(score).text)
            made.set("symmetrical", str(order.symmetrical).lower())
        for colocation in self.cluster.colocations:
            score = read_score(colocation.element.get("score", "0")).text
            if score != "0" and self._known(colocation.rsc, colocation.with_rsc):
                made = etree.SubElement(parent, "rsc_colocation", id=self._id("colocation"), score=score)
                made.set("rsc", self._name(colocation.rsc))
                made.set("with-rsc", self._name(colocation.with_rsc))
                for name, role in (("rsc-role", colocation.rsc_role), ("with-rsc-role", colocation.with_role)):
                    if role:
                        made.set(name, role.capitalize())
                if colocation.element.get("node_attribute"):
                    made.set("node-attribute", colocation.element.get("node_attribute", ""))

    def _location(self, parent: etree._Element, rsc: str, element: etree._Element) -> None:
        """The scores of a location on each node, as rules that only name the node."""
        node, rules = element.get("node"), [*element.iterchildren("rule")]
        if node is not None and element.get("score") is not None:
            self._score(parent, rsc, node, read_score(element.get("score")).text, "")
            return
        lifetime = next(element.iterchildren("lifetime"), None)
        if lifetime is not None and not _is_active(lifetime, self.now):
            return
        for rule in rules:
            for member in self.cluster.nodes:
                # There is no DC before anything was planned, in the idle status that the scheduler is given.
                known = {"#uname": member.uname, "#id": member.id, "#is_dc": "false"}
                known |= self._node_attributes(member) | dict(self.attributes)
                score = rule_score(rule, known, self.now)
                if score:
                    self._score(parent, rsc, member.uname, show_score(score), rule.get("role", "").capitalize())

    def _score(self, parent: etree._Element, rsc: str, node: str, score: str, role: str) -> None:
        location = etree.SubElement(parent, "rsc_location", id=self._id("location"), rsc=rsc)
        rule = etree.SubElement(location, "rule", id=self._id("rule"), score=score)
        if role:
            rule.set("role", role)
        made = etree.SubElement(rule, "expression", id=self._id("expression"), attribute="#uname", operation="eq")
        made.set("value", node)


def _is_active(limited: etree._Element, now: datetime) -> bool:
    """A lifetime or a node's set holds if any of its rules does; node attributes do not exist in it."""
    rules = [*limited.iterchildren("rule")]
    return not rules or any(is_true(rule, {}, now) for rule in rules)


def _read(name: str, text: str) -> str | None:
    """A value as the old engine takes it; None if it takes the default then."""
    if name in _BOOLEANS:
        value = parse_boolean(text)
        return None if value is None else str(value).lower()
    if name in _COUNTS:
        count = read_count(text).text
        return None if name == "clone-max" and count.startswith("-") else count
    if name == "resource-stickiness":
        return read_score(text).text
    if name == "target-role":
        return next((role for role in _ROLES if role.lower() == text.strip().lower()), None)
    return text.lower()


def _parameters(sets: tuple[NvSet, ...]) -> dict[str, str]:
    """What the agent gets, options that stand among its parameters left out."""
    found: dict[str, str] = {}
    for nvset in reversed(sets):
        if not nvset.conditional:
            for pair in nvset.pairs:
                if pair.name and not is_meta_option(pair.name):
                    found.setdefault(pair.name, pair.value)
    return found
