"""Resources that run without the cluster's doing: how the scheduler is told what a probe has found.

A history that is made up has no digests, and a scheduler then restarts what it finds. So the scheduler writes the
history itself: it plans for a CIB that lets nothing run but what does run, where it runs.
"""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

_HOLDS = ("stonith-enabled", "startup-fencing", "is-managed", "is-managed-default", "maintenance-mode", "target-role")


def pinned_down(cib: etree._Element, wanted: Mapping[str, frozenset[str]]) -> etree._Element:
    """Change a CIB in the newest syntax so that each primitive runs on these nodes and nowhere else; return it."""
    for pair in list(cib.iterfind("configuration//nvpair")):
        if pair.get("name") in _HOLDS:
            pair.getparent().remove(pair)  # type: ignore[union-attr]
    constraints = cib.find("configuration/constraints")
    resources = cib.find("configuration/resources")
    assert constraints is not None
    assert resources is not None
    options = cib.find("configuration/crm_config")
    assert options is not None
    # Nobody is fenced for what a probe finds.
    extra = etree.SubElement(options, "cluster_property_set", id="rehearsal-options")
    etree.SubElement(extra, "nvpair", id="rehearsal-no-fencing", name="stonith-enabled", value="false")
    for old in list(constraints):
        constraints.remove(old)
    nodes = [one.get("uname", "") for one in cib.iterfind("configuration/nodes/node")]
    for top in resources:
        inside = [one.get("id", "") for one in top.iter("primitive")]
        allowed = frozenset[str]().union(*(wanted.get(one, frozenset()) for one in inside))
        for node in nodes:
            score = "INFINITY" if node in allowed else "-INFINITY"
            words = {"id": f"rehearsal-{top.get('id')}-{node}", "rsc": top.get("id", ""), "node": node, "score": score}
            etree.SubElement(constraints, "rsc_location", words)
    return cib
