"""From a cluster to its picture."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.backup.record.fact import Known
from cibtools.backup.record.secret import mask_text
from cibtools.cluster.derived.domu import DomU, domus_of
from cibtools.cluster.derived.fencing import fencing_coverage
from cibtools.cluster.derived.option import is_stopped
from cibtools.cluster.derived.path import needs
from cibtools.cluster.graph.picture import Edge, Picture, Shape, Tie, Vertex
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import NodeKind, Resource, ResourceKind, Strength
from cibtools.cluster.value import show_score
from cibtools.cluster.vocabulary.plugin import Quality

HOST, VOLUME, BRIDGE = "host ", "volume ", "bridge "
"""What stands before the names of vertices that are no resources; no id of a resource has a blank."""


def build_picture(cluster: Cluster, title: str) -> Picture:
    """Gather everything that can be drawn of a cluster."""
    guests = {manager.id: domu for domu in domus_of(cluster) if not domu.template for manager in domu.managers}
    vertices = [_resource(cluster, top, guests) for top in cluster.resources]
    vertices += [Vertex(HOST + node.uname, Shape.HOST, node.uname, _kind(node.kind)) for node in cluster.all_nodes]
    known = {vertex.id for vertex in vertices}
    edges = dict.fromkeys(
        (*_orders(cluster), *_colocations(cluster), *_provided(cluster), *_fencing(cluster), *_locations(cluster))
    )
    for edge, vertex in _belongings(cluster, guests):
        edges[edge] = None
        if vertex.id not in known:
            known.add(vertex.id)
            vertices.append(vertex)
    drawn = tuple(edge for edge in edges if edge.start in known and edge.end in known and edge.start != edge.end)
    return Picture(title, tuple(vertices), drawn)


def _kind(kind: NodeKind) -> tuple[str, ...]:
    return () if kind is NodeKind.MEMBER else (f"{kind.value} node",)


def _top(cluster: Cluster, name: str) -> str:
    resource = cluster.resource(name)
    return cluster.top(resource).id if resource else name


def _resource(cluster: Cluster, top: Resource, guests: dict[str, DomU]) -> Vertex:
    members = [found for found in top.walk() if found.kind is ResourceKind.PRIMITIVE]
    rows: list[str] = []
    if top.kind is ResourceKind.PRIMITIVE:
        rows += _agent_row(top)
    for member in members:
        if top.kind is not ResourceKind.PRIMITIVE:
            rows.append(f"{member.id}  {member.agent}" if member.agent else member.id)
        if member.id in guests:
            rows += _guest_rows(guests[member.id])
    if is_stopped(cluster, top):
        rows.append("target role: Stopped")
    shape = _SHAPES.get(top.kind) or (
        Shape.DEVICE if top.is_stonith else Shape.DOMU if top.id in guests else Shape.RESOURCE
    )
    return Vertex(top.id, shape, top.id, tuple(mask_text(row) for row in rows))


_SHAPES = {
    ResourceKind.GROUP: Shape.GROUP,
    ResourceKind.CLONE: Shape.CLONE,
    ResourceKind.MASTER: Shape.CLONE,
    ResourceKind.BUNDLE: Shape.CLONE,
}


def _agent_row(resource: Resource) -> list[str]:
    return [str(resource.agent)] if resource.agent else []


def _guest_rows(domu: DomU) -> Iterator[str]:
    memory = domu.first.config.number("memory")
    if isinstance(memory, Known):
        yield f"{memory.value} MiB"
    for use in domu.disks:
        yield f"{use.vdev}  {use.identity.name}"


def _orders(cluster: Cluster) -> Iterator[Edge]:
    for order in cluster.orders:
        tie = Tie.MANDATORY if order.strength is Strength.MANDATORY else Tie.ADVISORY
        yield Edge(tie, _top(cluster, order.first), _top(cluster, order.then), order.id)


def _colocations(cluster: Cluster) -> Iterator[Edge]:
    for found in cluster.colocations:
        if found.score:
            tie = Tie.TOGETHER if found.score > 0 else Tie.APART
            note = f"{found.id} ({show_score(found.score)})"
            yield Edge(tie, _top(cluster, found.with_rsc), _top(cluster, found.rsc), note)


def _provided(cluster: Cluster) -> Iterator[Edge]:
    for need in needs(cluster):
        for provider in need.providers:
            start, end = _top(cluster, provider.id), _top(cluster, need.use.consumer.id)
            yield Edge(Tie.PROVIDES, start, end, need.use.path)


def _fencing(cluster: Cluster) -> Iterator[Edge]:
    for coverage in fencing_coverage(cluster).nodes:
        for device in coverage.by:
            tie = Tie.TESTS if device.plugin.quality in (Quality.TEST, Quality.FAKE) else Tie.FENCES
            yield Edge(tie, _top(cluster, device.resource.id), HOST + coverage.node.uname)


def _locations(cluster: Cluster) -> Iterator[Edge]:
    names = {node.uname.lower(): node.uname for node in cluster.all_nodes}
    for found in cluster.locations:
        node = names.get((found.node or "").lower())
        if node and found.score:
            tie = Tie.PREFERS if found.score > 0 else Tie.AVOIDS
            for rsc in cluster.meant_by(found.rsc):
                yield Edge(tie, _top(cluster, rsc), HOST + node, f"{found.id} ({show_score(found.score)})")
        for rule in found.rules:
            yield from _by_rule(cluster, found.id, found.rsc, rule.get("score", ""), names, tuple(rule))


def _by_rule(
    cluster: Cluster, identity: str, rsc: str, score: str, names: dict[str, str], parts: tuple[object, ...]
) -> Iterator[Edge]:
    """The tie that a rule makes which names one node and nothing else."""
    if len(parts) != 1 or not score.strip("+-"):
        return
    get = getattr(parts[0], "get", dict[str, str]().get)
    node = names.get((get("value") or "").lower())
    if get("attribute") == "#uname" and get("operation") == "eq" and node and score.strip() not in ("0", "+0", "-0"):
        tie = Tie.AVOIDS if score.strip().startswith("-") else Tie.PREFERS
        yield Edge(tie, _top(cluster, rsc), HOST + node, f"{identity} ({score})")


def _belongings(cluster: Cluster, guests: dict[str, DomU]) -> Iterator[tuple[Edge, Vertex]]:
    """Disks and bridges of domUs, each with the vertex that it stands for."""
    for manager, domu in guests.items():
        top = _top(cluster, manager)
        for use in domu.disks:
            name = mask_text(use.identity.name)
            yield Edge(Tie.HOLDS, VOLUME + name, top, use.vdev), Vertex(VOLUME + name, Shape.VOLUME, name)
        for vif in domu.first.config.vifs:
            if vif.bridge:
                vertex = Vertex(BRIDGE + vif.bridge, Shape.BRIDGE, vif.bridge)
                yield Edge(Tie.CONNECTS, BRIDGE + vif.bridge, top), vertex
