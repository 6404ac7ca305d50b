"""Reading OCFS2's cluster.conf: the nodes that may mount the shared file system.

The tools write the header of a stanza at the beginning of a line and its parameters behind one tabulator; whether they
accept blanks there depends on the version, so blanks are told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.lines.directive import Option
from cibtools.backup.lines.side_text import LOST, SideText
from cibtools.backup.lines.words import listed
from cibtools.backup.record.fact import ABSENT, Fact, Known, Unknown
from cibtools.backup.record.problem import Problem
from cibtools.backup.record.source import Source, Span
from cibtools.backup.storage.ocfs2_stanza import Stanza, stanzas_of

_KEYS = {
    "node": ("ip_port", "ip_address", "number", "name", "cluster"),
    "cluster": ("node_count", "name", "heartbeat_mode"),
    "heartbeat": ("region", "cluster"),
}
_OPTIONAL = frozenset(("heartbeat_mode",))
_GREATEST = {"number": 254, "ip_port": 65535, "node_count": 255}
"""Greatest value of each number; the least is 0."""


class Ocfs2Node(Struct, frozen=True):
    """A node that may mount."""

    name: Fact[str]
    """Its uname."""
    number: Fact[int]
    """Its slot in o2cb, 0 to 254."""
    ip_address: Fact[str]
    """Where the distributed lock manager reaches it."""
    ip_port: Fact[int]
    """TCP port there; 7777 by custom, the file has to say it."""
    cluster: Fact[str]
    """Name of the cluster it belongs to."""
    span: Span
    """The whole stanza."""


class Ocfs2Cluster(Struct, frozen=True):
    """A cluster of o2cb."""

    name: Fact[str]
    node_count: Fact[int]
    """How many node stanzas there are to be."""
    heartbeat_mode: Fact[str]
    """`local` or `global`, of later releases; if absent `local`."""
    span: Span


class Ocfs2Config(Struct, frozen=True, eq=False):
    """What a cluster.conf of OCFS2 says."""

    nodes: tuple[Ocfs2Node, ...]
    clusters: tuple[Ocfs2Cluster, ...]
    regions: tuple[Option, ...]
    """Uuids of the devices of a global heartbeat, of later releases."""
    problems: tuple[Problem, ...]
    """Variants: `blanks`, `not-indented`, `indented`, `unknown-stanza`, `unknown`, `twice`, `no-value`,
    `invalid-value`, `missing`, `malformed`, `count`, `no-cluster`, `no-break-space`, `dash`, `curly-quote`."""

    @property
    def repaired(self) -> bool:
        """True if damage was put right: o2cb does not read the file so."""
        return any(problem.variant in LOST for problem in self.problems)

    @property
    def node_names(self) -> tuple[str, ...]:
        """Names of the nodes in order, as written."""
        return tuple(node.name.value for node in self.nodes if isinstance(node.name, Known))

    def summary(self, nodes: tuple[str, ...], *, excerpt: bool) -> Iterator[str]:
        """Yield each cluster with its members."""
        for cluster in self.clusters:
            name = cluster.name.value if isinstance(cluster.name, Known) else "?"
            members = (
                node.name.value
                for node in self.nodes
                if isinstance(node.name, Known) and isinstance(node.cluster, Known) and node.cluster.value == name
            )
            yield f"cluster {name} of {listed(members) or 'no node'}"


def parse_ocfs2(source: Source) -> Ocfs2Config:
    """Read a cluster.conf; whatever is wrong with it becomes a problem of the result."""
    text = SideText(source)
    stanzas = stanzas_of(text)
    problems = text.problems
    for stanza in stanzas:
        problems += _problems_of(stanza)
    nodes = tuple(_node(stanza) for stanza in stanzas if stanza.kind == "node")
    clusters = tuple(_cluster(stanza) for stanza in stanzas if stanza.kind == "cluster")
    problems += [*_doubles(nodes), *_miscounted(nodes, clusters)]
    regions = tuple(stanza.settings["region"] for stanza in stanzas if "region" in stanza.settings)
    return Ocfs2Config(nodes, clusters, regions, tuple(sorted(problems, key=lambda problem: problem.span)))


def _problems_of(stanza: Stanza) -> Iterator[Problem]:
    known = _KEYS.get(stanza.kind)
    if known is None:
        yield Problem("unknown-stanza", f"o2cb has no stanza '{stanza.kind}'", stanza.header)
        return
    for key, option in stanza.settings.items():
        if key not in known:
            yield Problem("unknown", f"a {stanza.kind} has no parameter '{key}'", option.span)
        elif key in _GREATEST and isinstance(_number(stanza, key), Unknown):
            message = f"{key} is '{option.text}'; it must be a number from 0 to {_GREATEST[key]}"
            yield Problem("invalid-value", message, option.span)
    for key in known:
        if key not in stanza.settings and key not in _OPTIONAL:
            yield Problem("missing", f"the {stanza.kind} has no {key}", stanza.header)


def _node(stanza: Stanza) -> Ocfs2Node:
    return Ocfs2Node(
        _word(stanza, "name"),
        _number(stanza, "number"),
        _word(stanza, "ip_address"),
        _number(stanza, "ip_port"),
        _word(stanza, "cluster"),
        stanza.span,
    )


def _cluster(stanza: Stanza) -> Ocfs2Cluster:
    return Ocfs2Cluster(
        _word(stanza, "name"), _number(stanza, "node_count"), _word(stanza, "heartbeat_mode"), stanza.span
    )


def _word(stanza: Stanza, key: str) -> Fact[str]:
    option = stanza.settings.get(key)
    return Known(option.text, option.span) if option else ABSENT


def _number(stanza: Stanza, key: str) -> Fact[int]:
    option = stanza.settings.get(key)
    if option is None:
        return ABSENT
    if not re.fullmatch(r"[0-9]{1,5}", option.text) or int(option.text) > _GREATEST[key]:
        return Unknown(f"'{option.text}' is no number from 0 to {_GREATEST[key]}", option.span)
    return Known(int(option.text), option.span)


def _doubles(nodes: tuple[Ocfs2Node, ...]) -> Iterator[Problem]:
    """Find nodes of one cluster with the same name, number or address."""
    seen: dict[tuple[str, object, object], Span] = {}
    for node in nodes:
        facts = (("name", node.name), ("number", node.number), ("ip_address", node.ip_address))
        cluster = node.cluster.value if isinstance(node.cluster, Known) else None
        for what, fact in facts:
            if isinstance(fact, Known):
                first = seen.setdefault((what, cluster, fact.value), fact.span)
                if first != fact.span:
                    yield Problem("twice", f"two nodes have the {what} {fact.value}", fact.span, (first,))


def _miscounted(nodes: tuple[Ocfs2Node, ...], clusters: tuple[Ocfs2Cluster, ...]) -> Iterator[Problem]:
    """Find clusters whose node_count is wrong, and nodes of clusters that have no stanza."""
    names = {cluster.name.value for cluster in clusters if isinstance(cluster.name, Known)}
    for cluster in clusters:
        if isinstance(cluster.name, Known) and isinstance(cluster.node_count, Known):
            name, said = cluster.name.value, cluster.node_count.value
            mine = sum(isinstance(node.cluster, Known) and node.cluster.value == name for node in nodes)
            if mine != said:
                message = f"node_count of {name} is {said}, but it has {mine} nodes"
                yield Problem("count", message, cluster.node_count.span)
    for node in nodes:
        if isinstance(node.cluster, Known) and node.cluster.value not in names:
            yield Problem("no-cluster", f"no stanza describes the cluster {node.cluster.value}", node.cluster.span)
