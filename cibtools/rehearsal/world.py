"""The model of a cluster while a runbook is rehearsed: what each node is and runs, and what the CIB says."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from copy import deepcopy

from lxml import etree
from msgspec import Struct, field

from cibtools.rehearsal.fault import Fault
from cibtools.runbook.plan.enums import Tools


def generation(release: str) -> Tools:
    """Return the generation of tools that a release has."""
    return Tools.P10 if release.startswith("pacemaker-1") else Tools.HB21


def is_old(cib: etree._Element) -> bool:
    """True if a CIB is in the syntax of 0.6, whatever software reads it."""
    return not cib.get("validate-with", "").startswith("pacemaker-1")


BOOT = 300
"""Seconds that a node takes to come back."""
INITDEAD = 60
"""Seconds that the first node waits for the others."""


class Node(Struct):
    """One node; the parts that a runbook can change."""

    name: str
    memory: int
    """MiB that domUs can use."""
    powered: bool = True
    stack: bool = True
    """True while heartbeat or openais runs."""
    release: str = ""
    """What is installed: a release of `options.toml`; that of the world if empty."""
    patched: bool = False
    """True once the new packages are installed."""
    booted_new: bool = False
    """True once it has been booted with them."""
    starts_at_boot: bool = True
    returns_at: int | None = None
    """When a node that boots is up again, on the clock of the world; None if it does not boot."""
    lost: bool = False
    """True while the others miss it and do not know why: it died, or its links are cut."""
    renewed: bool = False
    """True once another system, SLES 11, has been installed in place of SLES 10."""
    rules: list[str] = field(default_factory=list)
    """Rules of its packet filter."""
    log: list[str] = field(default_factory=list)
    """Lines of the cluster's log, oldest first."""

    @property
    def member(self) -> bool:
        """True if the node takes part in the cluster."""
        return self.powered and self.stack and not self.lost


class Group(Struct):
    """The volumes of one container of EVMS, or of one volume group of LVM."""

    name: str
    volumes: dict[str, str]
    """The path under EVMS by the name under LVM."""
    native: bool = False
    """True while EVMS keeps them in a form that no converter knows."""
    lvm: bool = False
    """True once the metadata are those of LVM."""
    clustered: bool = False
    active: set[str] = field(default_factory=set)
    """Nodes on which its volumes are devices."""
    stacks: dict[str, str] = field(default_factory=dict)
    """By volume, the cluster stack that an OCFS2 file system was last given."""


class World(Struct):
    """The cluster of a rehearsal. It is changed by the stand-ins only."""

    release: str
    """What is installed when the rehearsal begins: a release of `options.toml`, such as heartbeat-2.1.3."""
    cib: etree._Element
    """The CIB in the dialect of the release; its status section is empty, since the model itself is the status."""
    nodes: dict[str, Node]
    domus: dict[str, int]
    """Memory in MiB by the resource that runs the domU."""
    running: dict[str, frozenset[str]] = field(default_factory=dict)
    """Where each primitive is active: instances of a clone under the name of the primitive."""
    left: dict[str, frozenset[str]] = field(default_factory=dict)
    """What runs on a node whose stack has been stopped, because the cluster had its hands off."""
    failcounts: dict[tuple[str, str], int] = field(default_factory=dict)
    """By node and resource."""
    failures: set[tuple[str, str]] = field(default_factory=set)
    """Node and resource of the failed operations that the status still holds."""
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    """Transient attributes by node and name, such as pingd."""
    pings: dict[tuple[str, str], str] = field(default_factory=dict)
    """What those are that pinging writes, as long as the answers come."""
    domains: dict[str, int] = field(default_factory=dict)
    """Xen's domain id by domU; a new one after each start or live migration."""
    disk: MutableMapping[tuple[str, str], bytes] = field(default_factory=dict)
    """The files of the nodes, by node and path."""
    openais: bool = False
    """True if openais is the membership layer, not heartbeat."""
    links: tuple[str, ...] = ()
    """The devices that heartbeat talks on."""
    clock: int = 0
    """Seconds since the rehearsal began."""
    elects_until: int | None = None
    """Until when the first node that starts waits for the others before there is a DC; None while there is one."""
    unseen: set[str] = field(default_factory=set)
    """Nodes that have not been seen since the cluster started: it fences them, unless startup-fencing is off."""
    stuck: bool = False
    """True while the cluster does not get on with a transition: a fault of the rehearsal."""
    ids: dict[str, str] = field(default_factory=dict)
    """The id of each node."""
    fault: Fault | None = None
    """What goes wrong as soon as there is an occasion."""
    groups: dict[str, Group] = field(default_factory=dict)
    """Containers and volume groups on the shared disks."""
    masked: set[str] = field(default_factory=set)
    """Nodes that the storage does not show the shared disks."""
    migrations: list[tuple[str, str, str]] = field(default_factory=list)
    """Live migrations so far: domU, from, to."""

    def __post_init__(self) -> None:
        """Install the release of the beginning, and remember who is who."""
        for node in self.nodes.values():
            node.release = node.release or self.release
        self.ids = {one.get("uname", ""): one.get("id", "") for one in self.cib.iterfind("configuration/nodes/node")}

    @property
    def tools(self) -> Tools:
        """The generation of what runs."""
        return generation(self.nodes[self.dc or next(iter(self.nodes))].release)

    @property
    def members(self) -> tuple[str, ...]:
        """The nodes that take part, in the order of the CIB."""
        return tuple(name for name, node in self.nodes.items() if node.member)

    @property
    def dc(self) -> str | None:
        """The designated coordinator: the first member, once it is elected."""
        if self.elects_until is not None or not self.members:
            return None
        return self.members[-1 if self.fault is Fault.DC else 0]

    def copy(self) -> World:
        """Return a copy that shares nothing but the disks."""
        return deepcopy(self, {id(self.disk): self.disk})

    def fingerprint(self) -> bytes:
        """Return what differs as soon as anything is changed: configuration, place and state of everything."""
        nodes = [(one.powered, one.stack, one.patched, one.release, one.starts_at_boot, one.rules, one.renewed)
                 for one in self.nodes.values()]  # fmt: skip
        groups = [(one.name, one.native, one.lvm, one.clustered, sorted(one.active), one.stacks) for one in
                  self.groups.values()]  # fmt: skip
        held = sorted((name, sorted(nodes)) for name, nodes in self.running.items())
        failed = sorted(self.failures), sorted(self.failcounts)
        return etree.tostring(self.cib) + repr((nodes, groups, held, failed)).encode()

    def reset(self, name: str) -> None:
        """Cut the power of a node, or let it boot: whatever it was about is gone, and it comes back."""
        node = self.nodes[name]
        node.powered = node.stack = node.lost = False
        node.rules.clear()
        self.left.pop(name, None)
        node.returns_at = None if self.fault is Fault.LOST else self.clock + BOOT

    def where(self, resource: str) -> tuple[str, ...]:
        """The nodes on which a primitive is active, in the order of the CIB."""
        active = self.running.get(resource, frozenset())
        return tuple(name for name in self.nodes if name in active)

    def overfull(self) -> Iterator[str]:
        """Tell of each node that has less memory than the domUs on it need, in words."""
        for name, node in self.nodes.items():
            used = sum(memory for domu, memory in self.domus.items() if name in self.where(domu))
            if used > node.memory:
                yield f"{name} has {node.memory} MiB for domUs, and {used} MiB are needed"

    def fail(self, node: str, resource: str) -> None:
        """Note that an operation of a resource has failed on a node."""
        self.failures.add((node, resource))
        self.failcounts[node, resource] = self.failcounts.get((node, resource), 0) + 1

    def count_domain(self, domu: str) -> None:
        """Give a domU that has started, or arrived by live migration, its new domain id."""
        self.domains[domu] = max(self.domains.values(), default=0) + 1

    def say(self, line: str) -> None:
        """Write a line to the log of every member."""
        for name in self.members:
            self.nodes[name].log.append(line)
