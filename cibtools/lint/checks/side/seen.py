"""Checks of what `crm_mon -1` printed when the backup was taken: trouble that no configuration shows."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.backup.document import Document
from cibtools.backup.heartbeat.crm_mon import CrmMon, MonitoredResource
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Span
from cibtools.cluster.derived.option import meta_is
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place
from cibtools.lint.checks.words import listed
from cibtools.lint.record.finding import Hit

_LOST = frozenset({"offline", "unclean", "pending"})


def trouble(cluster: Cluster) -> Iterator[Hit]:
    """CIB902: what crm_mon printed as failed, unmanaged, lost, or in two places; equal texts count once."""
    told: set[tuple[str, str]] = set()
    for document in cluster.backup.of_kind(Kind.CRM_MON):
        content = document.content
        for hit in _hits(cluster, document, content) if isinstance(content, CrmMon) else ():
            if (hit.variant, hit.discriminator) not in told:
                told.add((hit.variant, hit.discriminator))
                yield hit


def _hits(cluster: Cluster, document: Document, printed: CrmMon) -> Iterator[Hit]:
    for node in printed.nodes:
        if node.mode in _LOST:
            yield _hit(document, "node", node.name, node.span, mode=node.mode)
    for action in printed.failed_actions:
        code = "an unknown code" if action.rc is None else f"code {action.rc}"
        node_name = action.node or "a node"
        yield _hit(
            document, "action", action.resource, action.span, operation=action.operation, node=node_name, code=code
        )
    for one in printed.resources:
        if one.failed:
            yield _hit(document, "failed", one.id, one.span, node=listed(one.nodes) or "no node")
        if one.orphaned:
            yield _hit(document, "orphaned", one.id, one.span, node=listed(one.nodes) or "no node")
        elif not one.managed and _is_managed(cluster, one):
            yield _hit(document, "unmanaged", one.id, one.span)
        if one.agent and len(one.nodes) > 1 and not _may_run_twice(cluster, one):
            yield _hit(document, "twice", one.id, one.span, node=listed(one.nodes))


def _is_managed(cluster: Cluster, one: MonitoredResource) -> bool:
    """False for a resource that the CIB leaves unmanaged: that is another rule's business."""
    found = next((resource for resource in cluster.all_resources if resource.id == one.instance_of), None)
    return found is None or meta_is(cluster, found, "is-managed", True)


def _may_run_twice(cluster: Cluster, one: MonitoredResource) -> bool:
    """True for a clone, and for what the backup does not know."""
    found = next((resource for resource in cluster.all_resources if resource.id == one.instance_of), None)
    return bool(one.parents) or found is None or cluster.clone_of(found) is not None


def _hit(document: Document, variant: str, name: str, span: Span, **values: str) -> Hit:
    subject = {"name": name, **values}
    words = f"{name} {' '.join(values.values())}".strip()
    return Hit(Place(document, spot=span, item=name), subject, variant, subject=name, discriminator=words)
