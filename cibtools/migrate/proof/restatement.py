"""What all parts of a restatement share: ids, names, sets of nvpairs, and what is recorded of a node."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lxml import etree
from msgspec.structs import replace

from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Node, NvSet
from cibtools.cluster.value import parse_boolean
from cibtools.cluster.vocabulary.option_table import is_meta_option
from cibtools.migrate.proof.rule06 import is_true


class Restatement:
    """The cluster that is restated, and the ids given so far."""

    def __init__(
        self, cluster: Cluster, attributes: Mapping[str, str], now: datetime, renames: Mapping[str, str]
    ) -> None:
        self.cluster = cluster
        self.attributes = attributes
        self.now = now
        self.renames = renames
        self._number = 0

    def id(self, tag: str) -> str:
        """Return an id that is not taken."""
        self._number += 1
        return f"old-{tag}-{self._number}"

    def name(self, identity: str) -> str:
        """Return what the new dialect calls a resource."""
        return self.renames.get(identity, identity)

    def set(self, parent: etree._Element, tag: str, values: Mapping[str, str]) -> None:
        """Write a set of nvpairs; none if there are no values."""
        if not values:
            return
        made = etree.SubElement(parent, tag, id=self.id(tag))
        for name, value in values.items():
            etree.SubElement(made, "nvpair", id=self.id("nvpair"), name=name, value=value)

    def node_attributes(self, node: Node) -> dict[str, str]:
        """Return what is recorded of a node for good; masters' preferences are named after their resource."""
        active = [
            replace(nvset, conditional=False) for nvset in node.attribute_sets if is_active(nvset.element, self.now)
        ]
        found = parameters(tuple(active))
        standby = found.pop("standby", None)
        if parse_boolean(standby or ""):
            found["standby"] = "on"
        for name in [name for name in found if name.startswith("master-")]:
            resource, colon, instance = name.removeprefix("master-").partition(":")
            found[f"master-{self.name(resource)}{colon}{instance}"] = found.pop(name)
        return found


def is_active(limited: etree._Element, now: datetime) -> bool:
    """Tell whether a lifetime or a node's set holds: any of its rules does; node attributes do not exist in it."""
    rules = [*limited.iterchildren("rule")]
    return not rules or any(is_true(rule, {}, now) for rule in rules)


def parameters(sets: tuple[NvSet, ...]) -> dict[str, str]:
    """Return what the agent gets, options that stand among its parameters left out."""
    found: dict[str, str] = {}
    for nvset in reversed(sets):
        if not nvset.conditional:
            for pair in nvset.pairs:
                if pair.name and not is_meta_option(pair.name):
                    found.setdefault(pair.name, pair.value)
    return found
