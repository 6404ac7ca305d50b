"""Constraints that name a node which is not in the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Resource, ResourceKind
from cibtools.cluster.value import INFINITY, parse_count, parse_score
from cibtools.cluster.vocabulary.spelling import Names, nearest
from cibtools.lint.record.finding import Hit, Severity

_SHOWN = 4
_MANY = 1000
_PLACES = {"#uname": "name", "#id": "id"}


@lru_cache(maxsize=1)
def _known(cluster: Cluster) -> dict[str, Names]:
    """The names and the ids that a rule may compare with; both, for a release takes the one for the other in places."""
    unames = {node.uname for node in cluster.all_nodes}.union(*map(_replicas, cluster.all_resources))
    return {"name": Names(unames), "id": Names(unames | {node.id for node in cluster.all_nodes})}


def _replicas(resource: Resource) -> set[str]:
    """The nodes that a bundle makes of its containers: its id, a dash and the number of each replica."""
    if resource.kind is not ResourceKind.BUNDLE:
        return set()
    found = [engine.get("replicas") or engine.get("promoted-max") or "1" for engine in resource.element.iterchildren()]
    most = max((parse_count(text) or 1 for text in found), default=1)
    return {f"{resource.id}-{number}" for number in range(min(most, _MANY))}


def unknown(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Yield the node of a location, or of an expression in its rules, that the cluster does not have (CIB104)."""
    found = _named(element)
    if found is None:
        return
    attribute, kind, name, score = found
    known = _known(cluster)[kind]
    # Pacemaker compares without regard to case; a difference in case alone proves nothing in heartbeat 2.1 either.
    if not name or not known.known or any(one.lower() == name.lower() for one in known.known):
        return
    owner = element if element.tag == "rsc_location" else next(element.iterancestors("rsc_location"))
    short = next((one for one in known.known if _short(one) == _short(name)), None)
    near = short or nearest(name, known)
    values = {
        "id": owner.get("id", ""),
        "kind": kind,
        "name": name,
        "nodes": ", ".join(node.uname for node in cluster.all_nodes[:4])
        + (", …" if len(cluster.all_nodes) > 4 else ""),
        "hint": f'Did you mean "{near}"?' if near else "Correct the name, or delete the constraint.",
    }
    yield Hit(
        cluster.place(element, attribute),
        values,
        "expression" if element.tag == "expression" else "",
        severity=Severity.ERROR if abs(parse_score(score) or 0) >= INFINITY else None,
        subject=owner.get("id", ""),
        discriminator=name,
    )


def _named(element: etree._Element) -> tuple[str, str, str, str | None] | None:
    """The attribute that names a node, whether by name or id, what it says, and the score that hangs on it."""
    if element.tag == "rsc_location":
        return "node", "name", element.get("node", ""), element.get("score")
    rule = element.getparent()
    inside = next(element.iterancestors("rsc_location"), None) is not None
    kind = _PLACES.get(element.get("attribute", ""))
    if not inside or kind is None or rule is None or element.get("operation") not in ("eq", "ne"):
        return None
    return "value", kind, element.get("value", ""), rule.get("score")


def _short(name: str) -> str:
    return name.lower().partition(".")[0]
