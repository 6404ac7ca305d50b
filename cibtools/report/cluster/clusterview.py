"""What `show` tells about a cluster, as values that the text and the JSON form share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.document import Document
from cibtools.backup.record.fact import Known, Truth
from cibtools.backup.record.secret import is_secret_name
from cibtools.cluster.derived.activity import Activity, activities
from cibtools.cluster.derived.domu import DomU, domus_of
from cibtools.cluster.derived.fencing import Cover, NodeCoverage, fencing_coverage
from cibtools.cluster.derived.option import cluster_option, own_meta
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import NodeKind, Resource, ResourceKind
from cibtools.cluster.vocabulary.plugin import Quality
from cibtools.report.cluster.hostview import HostView, host_views
from cibtools.report.cluster.words import colocation_words, location_words, order_words

_OPTIONS = (
    "stonith-enabled", "stonith-action", "no-quorum-policy", "symmetric-cluster", "default-resource-stickiness",
    "default-resource-failure-stickiness", "is-managed-default", "maintenance-mode", "stop-all-resources",
)  # fmt: skip
_META = (
    "target-role", "is-managed", "allow-migrate", "priority", "resource-stickiness", "migration-threshold", "clone-max",
    "clone-node-max", "master-max", "globally-unique", "notify", "interleave", "ordered", "collocated",
    "multiple-active",
)  # fmt: skip
_PARAMETERS = (
    "xmfile", "device", "directory", "fstype", "ip", "drbd_resource", "volgrpname", "hostlist", "hostname", "host_list",
    "pcmk_host_list", "pcmk_host_map", "name", "dampen", "multiplier",
)  # fmt: skip
"""Parameters that tell what an agent is there for."""

Option = tuple[str, str]


class NodeView(Struct, frozen=True):
    """A node and its fencing."""

    name: str
    cover: Cover
    by: tuple[str, ...]
    """Devices that can fence it for good."""
    tests: tuple[str, ...]
    """Devices that fence it in tests only."""
    others: tuple[str, ...]
    """Why further devices do not, where they mean to: `device lists host1, but …`."""


class AttachedNode(Struct, frozen=True):
    """A node on which only pacemaker_remote runs."""

    name: str
    kind: str
    """`remote` or `guest`."""
    resource: str
    """The connection of a remote node, or the virtual machine that a guest node is; empty if none is configured."""


class ResourceView(Struct, frozen=True):
    """A resource and what is in it."""

    id: str
    kind: str
    agent: str
    options: tuple[Option, ...]
    parameters: tuple[Option, ...]
    active: tuple[Activity, ...]
    children: tuple[ResourceView, ...]


class ConstraintView(Struct, frozen=True):
    """A constraint in words."""

    id: str
    words: str
    names: frozenset[str]
    """The resources and the node that it is about."""


class DiskView(Struct, frozen=True):
    """A disk of a domU."""

    source: str
    vdev: str
    mode: str


class DomuView(Struct, frozen=True):
    """A guest."""

    name: str
    memory: int | None
    """MiB; None if the file does not tell."""
    disks: tuple[DiskView, ...]
    managers: tuple[str, ...]
    files: tuple[str, ...]
    template: bool


class FileView(Struct, frozen=True):
    """A file, and what it was taken for."""

    path: str
    kind: str
    reason: str
    host: str | None


class ClusterView(Struct, frozen=True):
    """Everything at a glance."""

    root: str
    dialect: Dialect
    reason: str
    """The signs for the dialect."""
    missing: tuple[str, ...]
    """What no file tells: sections of the CIB, and the nodes if nothing else names them."""
    nodes: tuple[NodeView, ...]
    options: tuple[Option, ...]
    resources: tuple[ResourceView, ...]
    constraints: tuple[ConstraintView, ...]
    domus: tuple[DomuView, ...]
    memory: int
    """MiB of all domUs whose memory is known, templates left out."""
    memory_unknown: tuple[str, ...]
    """DomUs whose memory is not known."""
    hosts: tuple[HostView, ...]
    """What the side files say."""
    files: tuple[FileView, ...]
    attached: tuple[AttachedNode, ...] = ()
    """Remote and guest nodes."""


def view(cluster: Cluster) -> ClusterView:
    """Gather what `show` tells."""
    active = activities(cluster)
    guests = tuple(_domu(found) for found in domus_of(cluster))
    live = [guest for guest in guests if not guest.template]
    return ClusterView(
        cluster.backup.root,
        cluster.dialect,
        _reason(cluster),
        tuple(_missing(cluster)),
        tuple(_node(found) for found in fencing_coverage(cluster).nodes),
        tuple(_options(cluster)),
        tuple(_resource(cluster, found, active) for found in cluster.resources),
        tuple(_constraints(cluster)),
        guests,
        sum(guest.memory or 0 for guest in live),
        tuple(guest.name for guest in live if guest.memory is None),
        host_views(cluster),
        tuple(_file(document) for document in cluster.backup.documents),
        tuple(_attached(cluster)),
    )


def _attached(cluster: Cluster) -> Iterator[AttachedNode]:
    for node in cluster.all_nodes:
        if node.kind is not NodeKind.MEMBER:
            resource = cluster.resource_at(node.element) if node.element is not None else None
            yield AttachedNode(node.uname, node.kind.value, resource.id if resource else "")


def _missing(cluster: Cluster) -> Iterator[str]:
    for section in ("resources", "constraints", "crm_config", "nodes", "status"):
        if not (cluster.knows_nodes if section == "nodes" else cluster.has(section)):
            yield section


def _reason(cluster: Cluster) -> str:
    """The signs that decided on the dialect."""
    if cluster.forced_dialect:
        return "--dialect says so"
    detection = cluster.detection
    if detection.dialect is None:
        return "no structural sign; taken for granted"
    return f"mixed with signs of the other: {detection.reason}" if detection.mixed else detection.reason


def _node(found: NodeCoverage) -> NodeView:
    able = [attempt.device for attempt in found.attempts if attempt.can is Truth.YES]
    return NodeView(
        found.node.uname,
        found.cover,
        tuple(device.resource.id for device in able if device.plugin.quality is not Quality.TEST),
        tuple(device.resource.id for device in able if device.plugin.quality is Quality.TEST),
        tuple(
            f"{attempt.device.resource.id} {attempt.words}"
            for attempt in found.attempts
            if attempt.can is not Truth.YES and not (found.cover is Cover.COVERED and found.gap == "")
        ),
    )


def _options(cluster: Cluster) -> Iterator[Option]:
    for name in _OPTIONS:
        found = cluster_option(cluster, name)
        if found:
            yield found.name, found.value


def _resource(cluster: Cluster, resource: Resource, active: Mapping[str, tuple[Activity, ...]]) -> ResourceView:
    options = (own_meta(cluster, resource, name) for name in _META)
    parameters = ((name, resource.parameter(name)) for name in _PARAMETERS if not is_secret_name(name))
    return ResourceView(
        resource.id,
        resource.kind.value,
        str(resource.agent or ""),
        tuple((found.name, found.value) for found in options if found),
        tuple((name, found.value) for name, found in parameters if found)
        if resource.kind is ResourceKind.PRIMITIVE
        else (),
        active.get(resource.id, ()),
        tuple(_resource(cluster, child, active) for child in resource.children),
    )


def _constraints(cluster: Cluster) -> Iterator[ConstraintView]:
    for order in cluster.orders:
        yield ConstraintView(order.id, order_words(order), frozenset((order.first, order.then)))
    for found in cluster.colocations:
        yield ConstraintView(found.id, colocation_words(found), frozenset((found.rsc, found.with_rsc)))
    for location in cluster.locations:
        values = {one.get("value", "") for rule in location.rules for one in rule.iter("expression")}
        names = frozenset({location.rsc, location.node or "", *values})
        yield from (ConstraintView(location.id, words, names) for words in location_words(location))


def _domu(found: DomU) -> DomuView:
    fact = found.first.config.number("memory")
    memory = fact.value if isinstance(fact, Known) else None
    return DomuView(
        found.title,
        memory if isinstance(memory, int) else None,
        tuple(DiskView(use.identity.name, use.vdev, use.mode) for use in found.disks),
        tuple(resource.id for resource in found.managers),
        found.paths,
        found.template,
    )


def _file(document: Document) -> FileView:
    return FileView(document.path, document.kind.value, document.reason, document.host)
