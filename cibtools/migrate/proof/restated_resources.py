"""Restate resources: options in force, parameters and operations as heartbeat 2.1 took them."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.derived.option import own_meta
from cibtools.cluster.model.build import is_enabled
from cibtools.cluster.model.objects import Resource, ResourceKind
from cibtools.cluster.value import parse_boolean
from cibtools.migrate.heartbeat.value import read_count, read_score
from cibtools.migrate.proof.restatement import Restatement, parameters

_BOOLEANS = ("is-managed", "notify", "globally-unique", "ordered", "interleave", "collocated", "allow-migrate")
_COUNTS = ("clone-max", "clone-node-max", "master-max", "master-node-max", "priority")
_WORDS = ("multiple-active", "restart-type")
_ROLES = ("Started", "Stopped", "Slave", "Master")
_ON_FAIL = {"nothing": "ignore", "migrate": "restart"}


class Resources(Struct, frozen=True):
    """Writes the resources of a restatement."""

    text: Restatement

    def write(self, parent: etree._Element, resource: Resource) -> None:
        """Write a resource with what it contains."""
        if not resource.children and resource.kind is not ResourceKind.PRIMITIVE:
            return  # an empty container does nothing
        made = etree.SubElement(parent, resource.kind.value, id=self.text.name(resource.id))
        self.text.set(made, "meta_attributes", self._options(resource))
        if resource.agent:
            made.set("class", resource.agent.standard.lower())
            if resource.agent.standard.lower() == "ocf":
                made.set("provider", resource.agent.provider or "heartbeat")
            made.set("type", resource.agent.type)
            self.text.set(made, "instance_attributes", parameters(resource.instance_sets))
            self._operations(made, resource)
        children = [*resource.children]
        if resource.is_clone:
            # A clone has one child: the first group, else the first primitive.
            groups = [child for child in children if child.kind is ResourceKind.GROUP]
            children = (groups or children)[:1]
        for child in children:
            self.write(made, child)

    def _options(self, resource: Resource) -> dict[str, str]:
        found = dict(self._own(resource))
        if resource.is_clone:
            found.setdefault("globally-unique", "true")
            found.setdefault("resource-stickiness", "1")
        return found

    def _own(self, resource: Resource) -> Iterator[tuple[str, str]]:
        for name in (*_BOOLEANS, *_COUNTS, *_WORDS, "resource-stickiness", "target-role"):
            setting = own_meta(self.text.cluster, resource, name)
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
            written = etree.SubElement(parent, "op", id=self.text.id("op"), name=op.name)
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
