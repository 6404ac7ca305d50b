"""Colocations that no engine can carry out: heartbeat 2.1 logged an error and went on, and crm_verify refuses them.

Sources: `group_rsc_colocation_lh`, `group_rsc_colocation_rh` and `clone_rsc_colocation_lh` of heartbeat 2.1.3 (January
2008); the functions of the same errors in Pacemaker 2.1.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import INFINITY, parse_boolean, parse_count, parse_score
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.engine import written_option


def loose_colocations(draft: Draft) -> Iterator[etree._Element]:
    """Mandatory colocations of, or with, a group whose members need not be together."""
    loose = {
        found.get("id")
        for found in draft.resources()
        if found.tag == "group" and parse_boolean(written_option(found, "collocated")) is False
    }
    for colocation in draft.constraints("rsc_colocation") if loose else ():
        mandatory = (parse_score(colocation.get("score")) or 0) >= INFINITY
        if mandatory and not loose.isdisjoint({colocation.get("rsc"), colocation.get("with-rsc")}):
            yield colocation


def uneven_instances(draft: Draft) -> Iterator[etree._Element]:
    """Colocations of an interleaved clone with one that may have more, or fewer, instances on a node."""
    clones = {found.get("id"): found for found in draft.resources() if found.tag in ("clone", "master")}
    for colocation in draft.constraints("rsc_colocation") if len(clones) > 1 else ():
        one, other = (clones.get(colocation.get(name)) for name in ("rsc", "with-rsc"))
        if one is None or other is None or not parse_boolean(written_option(one, "interleave")):
            continue
        if _per_node(one) != _per_node(other):
            yield colocation


def _per_node(clone: etree._Element) -> int:
    return parse_count(written_option(clone, "clone-node-max")) or 1
