"""Checks of where resources may run: nowhere, on one node by accident, or where somebody once moved them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import CibTree
from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.fencing import fencing_coverage
from cibtools.cluster.derived.option import is_stopped
from cibtools.cluster.derived.placement import Ban, ban, constraints_on, is_ban, is_interim, is_opt_in, is_placed
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import LocationConstraint, Resource
from cibtools.lint.record.finding import Hit, Note, Severity
from cibtools.lint.record.fix import Change, Fix


def nowhere(cluster: Cluster) -> Iterator[Hit]:
    """Report resources that no node, or only one by several bans, is left for (CIB612)."""
    if len(cluster.all_nodes) < 2:
        return
    said: set[Resource] = set()
    for resource in cluster.all_resources:
        if said.intersection(cluster.ancestors(resource)):
            continue
        hit = None if is_stopped(cluster, resource) else _nowhere(cluster, resource)
        if hit:
            said.add(resource)
            yield hit


def _nowhere(cluster: Cluster, resource: Resource) -> Hit | None:
    # Of many resources and many nodes few are in any constraint.
    around = (resource, *cluster.ancestors(resource))
    if not is_opt_in(cluster) and next(constraints_on(cluster, around), None) is None:
        return None
    bans = [(node.uname, ban(cluster, resource, node)) for node in cluster.all_nodes]
    left = [uname for uname, found in bans if found.verdict is not Truth.YES]
    causes = _causes(found for _, found in bans)
    notes = tuple(
        Note(cluster.place(cause.element, "id"), f"excludes {', '.join(_excluded(cause, bans))}") for cause in causes
    )
    ids = ", ".join(cause.id for cause in causes)
    if not left and causes:
        return Hit(
            cluster.place(resource.element, "id"),
            {"id": resource.id, "constraints": ids},
            variant="banned",
            notes=notes,
            subject=resource.id,
        )
    if not left and is_opt_in(cluster) and is_placed(cluster, resource) is Truth.NO:
        return Hit(cluster.place(resource.element, "id"), {"id": resource.id}, variant="opt-in", subject=resource.id)
    if len(left) != 1 or len(causes) < 2 or _is_board(cluster, resource) or _alone(bans, causes):
        return None
    if _meant(cluster, around, left[0]):
        return None
    return Hit(
        cluster.place(resource.element, "id"),
        {"id": resource.id, "node": left[0], "constraints": ids},
        variant="last-node",
        notes=notes,
        subject=resource.id,
    )


def _causes(bans: Iterator[Ban]) -> tuple[LocationConstraint, ...]:
    return tuple(dict.fromkeys(cause for found in bans for cause in found.causes))


def _excluded(cause: LocationConstraint, bans: list[tuple[str, Ban]]) -> list[str]:
    return [uname for uname, found in bans if cause in found.causes]


def _alone(bans: list[tuple[str, Ban]], causes: tuple[LocationConstraint, ...]) -> bool:
    """True if one constraint excludes all the other nodes: deliberate, or reported as left behind (CIB701)."""
    gone = sum(found.verdict is Truth.YES for _, found in bans)
    return any(len(_excluded(cause, bans)) == gone for cause in causes)


def _meant(cluster: Cluster, around: tuple[Resource, ...], uname: str) -> bool:
    """True if a constraint sends the resource to the very node that is left: it is wanted there and nowhere else."""
    return any(
        found.node is not None and found.node.lower() == uname.lower() and (found.score or 0) > 0
        for found in constraints_on(cluster, around)
    )


def _is_board(cluster: Cluster, resource: Resource) -> bool:
    return any(one.resource is resource and one.plugin.one_host for one in fencing_coverage(cluster).devices)


@lru_cache(maxsize=1)
def _locations(cluster: Cluster) -> dict[etree._Element, LocationConstraint]:
    return {found.element: found for found in cluster.locations}


def interim(cluster: Cluster, element: etree._Element) -> Iterator[Hit]:
    """Report what a move or ban by hand left behind, and constraints whose time is over (CIB701)."""
    constraint = _locations(cluster).get(element)
    if constraint is None:
        return
    dates = [part for part in element.iter("date_expression") if part.get("end") and part.get("operation") != "gt"]
    expired = _is_over(cluster, element, dates)
    if not expired and not is_interim(constraint):
        return
    banning, node = is_ban(constraint), _named_node(constraint)
    variant = "expired" if expired else "temporary" if dates else "ban" if banning else "prefer"
    last = banning and len(cluster.nodes) == 2 and node.lower() in {name.lower() for name in cluster.node_names}
    yield Hit(
        cluster.place(element, "id"),
        {
            "id": constraint.id,
            "rsc": constraint.rsc,
            "node": node or "some nodes",
            "command": _command(cluster, constraint.rsc, node, banning=banning),
            "ends": dates[0].get("end", "") if dates else "",
            "consequence": "; with two nodes it has no failover" if last else "",
        },
        variant=variant,
        severity=Severity.ERROR if last and variant == "ban" else None,
        subject=constraint.id,
        fix=Fix("delete the constraint", (Change(element),), safe=False),
    )


def _named_node(constraint: LocationConstraint) -> str:
    if constraint.node is not None:
        return constraint.node
    names = (found for found in constraint.element.iter("expression") if found.get("attribute") == "#uname")
    return next((found.get("value", "") for found in names if found.get("operation") == "eq"), "")


def _command(cluster: Cluster, rsc: str, node: str, *, banning: bool) -> str:
    """What somebody typed: up to Pacemaker 1.0 a move without a node bans the resource from where it is."""
    if cluster.dialect is Dialect.P11:
        return f"crm_resource {'--ban' if banning else '--move'} -r {rsc}" + (f" -N {node}" if node else "")
    return f"crm_resource -M -r {rsc}" + (f" -H {node}" if node and not banning else "")


def _is_over(cluster: Cluster, element: etree._Element, dates: list[etree._Element]) -> bool:
    """True if the last date of the constraint was past when its CIB was written."""
    content = cluster.document_of(element).content
    if not dates or not isinstance(content, CibTree) or content.cib is None:
        return False
    from cibtools.cluster.vocabulary.moment import is_before, parse_iso, parse_written

    written = parse_written(content.cib.get("cib-last-written"))
    ends = [parse_iso(part.get("end")) for part in dates]
    return written is not None and all(end is not None and is_before(end, written) for end in ends)
