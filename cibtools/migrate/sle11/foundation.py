"""Where the base of shared storage stands in a draft: its agents, the clones around them, and OCFS2 mounts."""

from __future__ import annotations

from lxml import etree

from cibtools.migrate.draft.draft import RESOURCE_TAGS, Draft
from cibtools.migrate.heartbeat.nvset import find_value, parameters


def agents(draft: Draft, *types: str) -> list[etree._Element]:
    """The OCF primitives of some types, whoever provides them."""
    return [found for found in draft.iter("primitive") if found.get("type") in types and found.get("class") == "ocf"]


def outermost(element: etree._Element) -> etree._Element:
    """The outermost container around a resource, or itself."""
    found = element
    for above in element.iterancestors():
        if above.tag not in RESOURCE_TAGS:
            break
        found = above
    return found


def clone_around(element: etree._Element) -> etree._Element | None:
    """The clone or master around a resource."""
    return next(element.iterancestors("clone", "master"), None)


def ocfs2_mounts(draft: Draft) -> list[etree._Element]:
    """The Filesystem primitives that mount OCFS2, under a rule too."""
    return [
        found
        for found in agents(draft, "Filesystem")
        if any(
            pair.get("name") == "fstype" and pair.get("value", "").strip().lower() == "ocfs2"
            for pair in parameters(found)
        )
    ]


def base_of(draft: Draft, *types: str) -> etree._Element | None:
    """The outermost container of the first primitive with such an agent."""
    found = agents(draft, *types)
    return outermost(found[0]) if found else None


def group_base(draft: Draft, group: str) -> etree._Element | None:
    """The outermost container of the resource that activates a volume group."""
    for found in agents(draft, "LVM"):
        if find_value(found, "instance_attributes", "volgrpname") == group:
            return outermost(found)
    return None


def starts_evmsd(draft: Draft) -> bool:
    """True if some ha.cf starts evmsd."""
    return any(respawn.program == "evmsd" for _, ha_cf in draft.cluster.ha_cfs for respawn in ha_cf.respawns)
