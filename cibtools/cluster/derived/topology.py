"""Fencing topology of Pacemaker 1.1: for some nodes, levels of devices that are tried one after the other."""

from __future__ import annotations

import re

from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Node


def levels_for(cluster: Cluster, node: Node) -> tuple[tuple[str, ...], ...] | None:
    """The ids of the devices in each level for a node, none if it has no levels; None if the files cannot tell."""
    levels: dict[str, list[str]] = {}
    for found in cluster.objects("fencing-topology"):
        if found.tag != "fencing-level":
            continue
        if found.get("target-attribute"):
            return None
        pattern, target = found.get("target-pattern"), found.get("target", "")
        try:
            hit = bool(re.search(pattern, node.uname)) if pattern else target.lower() == node.uname.lower()
        except re.error:
            return None
        if hit:
            devices = (name.strip() for name in found.get("devices", "").split(","))
            levels.setdefault(found.get("index", ""), []).extend(name for name in devices if name)
    return tuple(tuple(level) for level in levels.values())
