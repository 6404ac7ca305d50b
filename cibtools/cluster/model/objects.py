"""What a cluster consists of, in one vocabulary for both dialects.

Objects are views of XML elements: each keeps its element, so that a finding can point at the very attribute.
Pacemaker's words are used throughout; an `rsc_order from="a" to="b"` of heartbeat 2.1 becomes first=b, then=a. Identity
is by object, since backups hold duplicate ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from lxml import etree
from msgspec import Struct


class ResourceKind(Enum):
    """The five kinds of resource; promotable clones are `MASTER` whatever the dialect calls them."""

    PRIMITIVE = "primitive"
    GROUP = "group"
    CLONE = "clone"
    MASTER = "master"
    BUNDLE = "bundle"


class Nvpair(Struct, frozen=True, eq=False):
    """One name and value of a set."""

    name: str
    value: str
    element: etree._Element


class NvSet(Struct, frozen=True, eq=False):
    """One `instance_attributes`, `meta_attributes`, `cluster_property_set`, `rsc_defaults` or similar element."""

    tag: str
    id: str
    score: int
    conditional: bool
    """True if a rule decides whether it holds."""
    pairs: tuple[Nvpair, ...]
    element: etree._Element


class Operation(Struct, frozen=True, eq=False):
    """One `op`; times in milliseconds, None where absent or unreadable."""

    id: str
    name: str
    interval: int | None
    timeout: int | None
    start_delay: int | None
    role: str
    enabled: bool
    """As the dialect reads it: `disabled` in heartbeat 2.1, `enabled` in Pacemaker."""
    on_fail: str
    element: etree._Element


class Agent(Struct, frozen=True):
    """class:provider:type of a primitive."""

    standard: str
    """The `class` attribute: ocf, lsb, heartbeat, stonith…"""
    provider: str
    type: str

    def __str__(self) -> str:
        return ":".join(
            part for part in (self.standard, self.provider if self.standard == "ocf" else "", self.type) if part
        )


class Resource(Struct, frozen=True, eq=False):
    """A primitive, or what holds some: a group, clone, master or bundle."""

    kind: ResourceKind
    id: str
    agent: Agent | None
    """Only primitives have one."""
    children: tuple[Resource, ...]
    instance_sets: tuple[NvSet, ...]
    meta_sets: tuple[NvSet, ...]
    operations: tuple[Operation, ...]
    element: etree._Element

    @property
    def is_clone(self) -> bool:
        """True for clones and masters."""
        return self.kind in (ResourceKind.CLONE, ResourceKind.MASTER)

    @property
    def is_stonith(self) -> bool:
        """True for a fencing device."""
        return self.agent is not None and self.agent.standard == "stonith"

    def walk(self) -> Iterator[Resource]:
        """This resource and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()

    def parameter(self, name: str) -> Nvpair | None:
        """The instance attribute of that name in the first unconditional set that has it."""
        for nvset in self.instance_sets:
            if not nvset.conditional:
                for pair in nvset.pairs:
                    if pair.name == name:
                        return pair
        return None


class NodeKind(Enum):
    """What runs on a node."""

    MEMBER = "member"
    """The whole stack: it votes, and needs to be fenced."""
    REMOTE = "remote"
    """pacemaker_remote on a machine of its own, connected to by a primitive ocf:pacemaker:remote."""
    GUEST = "guest"
    """pacemaker_remote in a virtual machine that is a resource with `remote-node`; recovering that fences it."""


class Node(Struct, frozen=True, eq=False):
    """A node of the cluster; ping nodes are not among them."""

    id: str
    uname: str
    attribute_sets: tuple[NvSet, ...]
    element: etree._Element | None
    """None if the node is known only from the status section or ha.cf; for a guest the resource that it is."""
    kind: NodeKind = NodeKind.MEMBER


class Strength(Enum):
    """What an order means."""

    MANDATORY = "mandatory"
    ADVISORY = "advisory"
    SERIALIZE = "serialize"


class OrderConstraint(Struct, frozen=True, eq=False):
    """`then` waits for `first`."""

    id: str
    first: str
    then: str
    first_action: str
    then_action: str
    strength: Strength
    explicit: bool
    """False if neither score nor kind says the strength."""
    symmetrical: bool
    element: etree._Element
    alternatives: tuple[str, ...] = ()
    """The members of a set with `require-all="false"`, `first` among them, of which one will do; empty otherwise."""


class ColocationConstraint(Struct, frozen=True, eq=False):
    """`rsc` is placed by where `with_rsc` is; a score of None is one that is absent or unreadable."""

    id: str
    rsc: str
    with_rsc: str
    rsc_role: str
    with_role: str
    score: int | None
    element: etree._Element


class LocationConstraint(Struct, frozen=True, eq=False):
    """Where a resource may or should run: a node and score, or rules."""

    id: str
    rsc: str
    node: str | None
    score: int | None
    rules: tuple[etree._Element, ...]
    element: etree._Element
