"""The nodes as a plan sees them: memory for domUs, standby, what the cluster knew of them, and timers of heartbeat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree
from msgspec import Struct

from cibtools.backup.host.xend import XendConfig
from cibtools.backup.record.fact import Absent, Known, Truth
from cibtools.backup.record.kind import Kind
from cibtools.cluster.derived.memory import DOM0_FLOOR, HYPERVISOR_LEAST
from cibtools.cluster.derived.option import effective
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import Node
from cibtools.cluster.model.place import path_below
from cibtools.cluster.value import parse_boolean
from cibtools.runbook.facts.observed import seen_online
from cibtools.runbook.facts.parameters import Wishes
from cibtools.runbook.plan.statement import Fact


class Host(Struct, frozen=True, eq=False):
    """One node."""

    node: Node
    total: Fact
    """MiB of the whole machine."""
    dom0: Fact
    """MiB that domain 0 keeps."""
    standby: bool
    online: Truth
    """Whether it was a full member when the status was taken; unknown without a status section."""
    attributes: Mapping[str, str]
    """Of the nodes section."""
    transient: Mapping[str, str] | None
    """Transient attributes such as pingd; None without a status section."""
    relocation: Truth
    """Whether it takes in domUs by live migration."""

    @property
    def name(self) -> str:
        """The uname."""
        return self.node.uname

    @property
    def usable(self) -> int | None:
        """MiB for domUs; None if the machine's memory or what dom0 keeps is not known."""
        if self.total.value is None or self.dom0.value is None:
            return None
        return max(0, int(self.total.value) - int(self.dom0.value) - HYPERVISOR_LEAST)


def hosts(cluster: Cluster, wishes: Wishes) -> tuple[Host, ...]:
    """All nodes in the order of the CIB."""
    states = {
        state.get("uname", "") or state.get("id", ""): state
        for state in cluster.objects("status")
        if state.tag == "node_state"
    }
    return tuple(_host(cluster, node, states, wishes) for node in cluster.nodes)


def _host(cluster: Cluster, node: Node, states: Mapping[str, etree._Element], wishes: Wishes) -> Host:
    state = states.get(node.uname)
    pairs = {pair.name: pair.value for nvset in reversed(node.attribute_sets) for pair in reversed(nvset.pairs)}
    standby = effective(node.attribute_sets, ("standby",), cluster.dialect)
    total = dict(wishes.node_ram).get(node.uname)
    seen, waiting = seen_online(cluster, node.uname)
    if states and seen is not Truth.NO:
        # What either of the two witnesses tells against a node counts, for nobody knows which is the younger one.
        seen = _online(cluster, state)
    return Host(
        node,
        Fact(f"memory of {node.uname}", None if total is None else str(total), "MiB", note="--node-ram"),
        _dom0(cluster, node.uname),
        bool(waiting) or (standby is not None and parse_boolean(standby.value) is True),
        seen,
        pairs,
        dict(_transient(state)) if state is not None else ({} if states else None),
        _relocation(cluster, node.uname),
    )


def _online(cluster: Cluster, state: etree._Element | None) -> Truth:
    if state is None:
        return Truth.NO
    up = state.get("crmd") == "online" and parse_boolean(state.get("in_ccm")) is True
    member = state.get("join", "member") == "member"
    # Only heartbeat 2.1 says whether the layer below sees the node.
    active = cluster.dialect.is_pacemaker or state.get("ha", "active") == "active"
    return Truth.YES if up and member and active else Truth.NO


def _transient(state: etree._Element) -> Iterator[tuple[str, str]]:
    for found in state.iterchildren("transient_attributes"):
        for pair in found.iter("nvpair"):
            yield pair.get("name", ""), pair.get("value", "")


def _xend(cluster: Cluster, name: str) -> tuple[XendConfig, str, bool] | None:
    """The node's own file, else one that all nodes share."""
    documents = cluster.backup.of_kind(Kind.XEND)
    for document in sorted(documents, key=lambda one: one.host is None):
        if document.host in (name.lower(), name, None) and isinstance(document.content, XendConfig):
            return document.content, path_below(cluster.backup.root, document), document.excerpt
    return None


def _dom0(cluster: Cluster, name: str) -> Fact:
    """What xend says domain 0 keeps; xend's own default counts only if the whole file is there and says nothing."""
    title = f"memory that domain 0 of {name} keeps"
    found = _xend(cluster, name)
    if found is None:
        return Fact(title, None, "MiB", note="no xend-config.sxp of the host in the backup")
    config, path, excerpt = found
    fact = config.dom0_min_mem
    if isinstance(fact, Known):
        return Fact(title, str(fact.value), "MiB", path)
    if isinstance(fact, Absent) and not excerpt:
        return Fact(title, str(DOM0_FLOOR), "MiB", path, note="xend's default, as the file does not set it")
    return Fact(title, None, "MiB", path, note="the file does not tell")


def _relocation(cluster: Cluster, name: str) -> Truth:
    """Whether the host takes in domUs from every other node."""
    found = _xend(cluster, name)
    if found is None:
        return Truth.UNKNOWN
    config, _, excerpt = found
    server = config.relocation_server
    if isinstance(server, Known):
        if not server.value:
            return Truth.NO
    elif not isinstance(server, Absent) or excerpt:
        return Truth.UNKNOWN
    else:
        return Truth.NO
    answers = {config.admits(node.uname) for node in cluster.nodes if node.uname != name}
    # What is allowed may be written as addresses, which names do not match: only a match proves anything.
    return Truth.YES if answers <= {Truth.YES} else Truth.UNKNOWN
