"""Restate constraints: scores of nodes, orders and colocations that heartbeat 2.1 obeyed."""

from __future__ import annotations

from lxml import etree
from msgspec import Struct

from cibtools.cluster.model.objects import ColocationConstraint, ResourceKind
from cibtools.cluster.value import show_score
from cibtools.migrate.heartbeat.value import read_score
from cibtools.migrate.proof.restatement import Restatement, is_active
from cibtools.migrate.proof.rule06 import rule_score

_OTHER = {"master": "slave", "slave": "master"}
_ACTIONS = frozenset({"start", "stop", "promote", "demote"})


class Constraints(Struct, frozen=True):
    """Writes the constraints of a restatement."""

    text: Restatement

    def _known(self, *names: str) -> bool:
        """False if a name means nothing to the old engine: not there, or inside a clone."""
        for name in names:
            resource = self.text.cluster.resource(name)
            if resource is None or any(above.is_clone for above in self.text.cluster.ancestors(resource)):
                return False
        return True

    def write(self, parent: etree._Element) -> None:
        """Write all constraints that mean something."""
        for location in self.text.cluster.locations:
            if self._known(location.rsc):
                self._location(parent, self.text.name(location.rsc), location.element)
        for order in self.text.cluster.orders:
            actions = (order.first_action, order.then_action)
            if not self._known(order.first, order.then) or not _ACTIONS.issuperset(actions):
                continue
            score = order.element.get("score")
            made = etree.SubElement(parent, "rsc_order", id=self.text.id("order"))
            made.set("first", self.text.name(order.first))
            made.set("then", self.text.name(order.then))
            made.set("first-action", actions[0])
            made.set("then-action", actions[1])
            made.set("score", "INFINITY" if score is None else read_score(score).text)
            made.set("symmetrical", str(order.symmetrical).lower())
        for colocation in self.text.cluster.colocations:
            score = read_score(colocation.element.get("score", "0")).text
            if score != "0" and self._known(colocation.rsc, colocation.with_rsc):
                made = etree.SubElement(parent, "rsc_colocation", id=self.text.id("colocation"), score=score)
                made.set("rsc", self.text.name(colocation.rsc))
                made.set("with-rsc", self.text.name(colocation.with_rsc))
                partner = self._partner_role(colocation, score)
                for name, role in (("rsc-role", colocation.rsc_role), ("with-rsc-role", partner)):
                    if role:
                        made.set(name, role.capitalize())
                if colocation.element.get("node_attribute"):
                    made.set("node-attribute", colocation.element.get("node_attribute", ""))

    def _partner_role(self, colocation: ColocationConstraint, score: str) -> str:
        """The role of a partner that a later scheduler takes as the old one took what is written.

        `filter_colocation_constraint` of 2.1.3 passes over the instances of a negative colocation's role, so that the
        others are avoided.
        """
        role = (colocation.with_role or "").lower()
        partner = self.text.cluster.resource(colocation.with_rsc)
        if partner is None or partner.kind is not ResourceKind.MASTER or not score.startswith("-"):
            return role
        return _OTHER.get(role, role)

    def _location(self, parent: etree._Element, rsc: str, element: etree._Element) -> None:
        """The scores of a location on each node, as rules that only name the node."""
        node, rules = element.get("node"), [*element.iterchildren("rule")]
        if node is not None and element.get("score") is not None:
            self._score(parent, rsc, node, read_score(element.get("score")).text, "")
            return
        lifetime = next(element.iterchildren("lifetime"), None)
        if lifetime is not None and not is_active(lifetime, self.text.now):
            return
        for rule in rules:
            for member in self.text.cluster.nodes:
                # There is no DC before anything was planned, in the idle status that the scheduler is given.
                known = {"#uname": member.uname, "#id": member.id, "#is_dc": "false"}
                known |= self.text.node_attributes(member) | dict(self.text.attributes)
                score = rule_score(rule, known, self.text.now)
                if score:
                    self._score(parent, rsc, member.uname, show_score(score), rule.get("role", "").capitalize())

    def _score(self, parent: etree._Element, rsc: str, node: str, score: str, role: str) -> None:
        location = etree.SubElement(parent, "rsc_location", id=self.text.id("location"), rsc=rsc)
        rule = etree.SubElement(location, "rule", id=self.text.id("rule"), score=score)
        if role:
            rule.set("role", role)
        made = etree.SubElement(rule, "expression", id=self.text.id("expression"), attribute="#uname", operation="eq")
        made.set("value", node)
