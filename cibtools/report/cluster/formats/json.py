"""A cluster as JSON, for programs."""

from __future__ import annotations

from collections.abc import Sequence

from cibtools.errors import CibtoolsError
from cibtools.report.cluster.clusterview import ClusterView, DomuView, NodeView, Option, ResourceView
from cibtools.report.shared.json import Json, error_object, to_text

SUFFIX = ".json"

VERSION = 1


def render(views: Sequence[ClusterView], *, color: bool = False, errors: Sequence[CibtoolsError] = ()) -> str:
    """All clusters in one object, with what could not be read."""
    clusters, failed = [_cluster(view) for view in views], [error_object(error) for error in errors]
    return to_text({"version": VERSION, "clusters": [*clusters], "errors": [*failed]})


def _cluster(view: ClusterView) -> Json:
    return {
        "root": view.root,
        "dialect": view.dialect.value,
        "dialect_reason": view.reason,
        "missing": list(view.missing),
        "nodes": [_node(found) for found in view.nodes],
        "attached_nodes": [{"name": node.name, "kind": node.kind, "resource": node.resource} for node in view.attached],
        "options": _options(view.options),
        "resources": [_resource(found) for found in view.resources],
        "constraints": [{"id": found.id, "words": found.words} for found in view.constraints],
        "domus": [_domu(found) for found in view.domus],
        "memory_mib": view.memory,
        "memory_unknown": list(view.memory_unknown),
        "hosts": [{"subject": found.subject, "words": found.words, "hosts": list(found.hosts)} for found in view.hosts],
        "files": [
            {"path": found.path, "kind": found.kind, "reason": found.reason, "host": found.host} for found in view.files
        ],
    }


def _node(node: NodeView) -> Json:
    return {
        "name": node.name,
        "fencing": node.cover.value,
        "fenced_by": list(node.by),
        "fenced_in_tests_by": list(node.tests),
        "not_fenced_because": list(node.others),
    }


def _options(options: Sequence[Option]) -> Json:
    return dict(options)


def _resource(resource: ResourceView) -> Json:
    return {
        "id": resource.id,
        "kind": resource.kind,
        "agent": resource.agent or None,
        "options": _options(resource.options),
        "parameters": _options(resource.parameters),
        "active": [{"node": found.node, "promoted": found.promoted} for found in resource.active],
        "children": [_resource(child) for child in resource.children],
    }


def _domu(domu: DomuView) -> Json:
    return {
        "name": domu.name,
        "memory_mib": domu.memory,
        "disks": [{"source": disk.source, "vdev": disk.vdev, "mode": disk.mode} for disk in domu.disks],
        "managed_by": list(domu.managers),
        "files": list(domu.files),
        "template": domu.template,
    }
