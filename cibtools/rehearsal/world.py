"""The model of a cluster while a runbook is rehearsed: what each node is and runs, and what the CIB says."""

from __future__ import annotations

from lxml import etree
from msgspec import Struct, field

from cibtools.runbook.plan.enums import Tools


class Node(Struct):
    """One node; the parts that a runbook can change."""

    name: str
    memory: int
    """MiB that domUs can use."""
    powered: bool = True
    stack: bool = True
    """True while heartbeat or openais runs."""
    patched: bool = False
    """True once the new packages are installed."""
    booted_new: bool = False
    """True once it has been booted with them."""
    starts_at_boot: bool = True
    log: list[str] = field(default_factory=list)
    """Lines of the cluster's log, oldest first."""

    @property
    def member(self) -> bool:
        """True if the node takes part in the cluster."""
        return self.powered and self.stack


class World(Struct):
    """The cluster of a rehearsal. It is changed by the stand-ins only."""

    release: str
    """What runs now: a release of `options.toml`, such as heartbeat-2.1.3."""
    cib: etree._Element
    """The CIB in the dialect of the release; its status section is empty, since the model itself is the status."""
    nodes: dict[str, Node]
    domus: dict[str, int]
    """Memory in MiB by the resource that runs the domU."""
    running: dict[str, frozenset[str]] = field(default_factory=dict)
    """Where each primitive is active: instances of a clone under the name of the primitive."""
    failcounts: dict[tuple[str, str], int] = field(default_factory=dict)
    """By node and resource."""
    attributes: dict[tuple[str, str], str] = field(default_factory=dict)
    """Transient attributes by node and name, such as pingd."""
    domains: dict[str, int] = field(default_factory=dict)
    """Xen's domain id by domU; a new one after each start or live migration."""
    clock: int = 0
    """Seconds since the rehearsal began."""
    stuck: bool = False
    """True while the cluster does not get on with a transition: a fault of the rehearsal."""
    changes: list[str] = field(default_factory=list)
    """Every command that changed something, in order, as `node: command`."""

    @property
    def tools(self) -> Tools:
        """The generation of the release."""
        return Tools.HB21 if self.release.startswith("heartbeat") else Tools.P10

    @property
    def members(self) -> tuple[str, ...]:
        """The nodes that take part, in the order of the CIB."""
        return tuple(name for name, node in self.nodes.items() if node.member)

    @property
    def dc(self) -> str | None:
        """The designated coordinator: the first member."""
        return next(iter(self.members), None)

    def where(self, resource: str) -> tuple[str, ...]:
        """The nodes on which a primitive is active, in the order of the CIB."""
        active = self.running.get(resource, frozenset())
        return tuple(name for name in self.nodes if name in active)

    def say(self, line: str) -> None:
        """Write a line to the log of every member."""
        for name in self.members:
            self.nodes[name].log.append(line)
