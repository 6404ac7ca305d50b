"""A small cluster of two nodes for the model, with the real scheduler behind it."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from cibtools.cli.planning.simulator import Simulator
from cibtools.rehearsal.call import Call, Reply, Tool
from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.tools import cib, crm, host, network, packages, power, storage
from cibtools.rehearsal.world import Node, World

TOOLS: dict[str, Tool] = {
    **storage.TOOLS,
    **crm.TOOLS,
    **cib.TOOLS,
    **host.TOOLS,
    **network.TOOLS,
    **packages.TOOLS,
    **power.TOOLS,
}
_CIB = """
<cib admin_epoch="0" epoch="7" num_updates="1">
  <configuration>
    <crm_config>
      <cluster_property_set id="o"><attributes>
        <nvpair id="o1" name="default-resource-stickiness" value="INFINITY"/>
        <nvpair id="o2" name="stonith-enabled" value="false"/>
      </attributes></cluster_property_set>
    </crm_config>
    <nodes>
      <node id="11111111-0000-0000-0000-000000000001" uname="alfa" type="normal"/>
      <node id="11111111-0000-0000-0000-000000000002" uname="bravo" type="normal"/>
    </nodes>
    <resources>
      <primitive id="web" class="ocf" provider="heartbeat" type="Xen"/>
      <primitive id="db" class="ocf" provider="heartbeat" type="Xen"/>
    </resources>
    <constraints/>
  </configuration>
</cib>
"""


def reaction(scheduler: Simulator, release: str = "heartbeat-2.1.3") -> Reaction:
    """Return the cluster at rest: web on alfa, db on bravo."""
    nodes = {name: Node(name, 4096) for name in ("alfa", "bravo")}
    found = Reaction(
        World(release, etree.fromstring(_CIB), nodes, {"web": 512, "db": 1024}, links=("eth0", "eth1")), scheduler
    )
    found.start({"web": "alfa", "db": "bravo"})
    return found


def run(found: Reaction, line: str, node: str = "alfa", stdin: str = "", folder: Path | None = None) -> Reply:
    """Run a tool on a node; its words are separated by blanks."""
    name, *words = line.split()
    read = (folder or Path("/nonexistent")).joinpath
    return TOOLS[name](Call(found, node, name, tuple(words), stdin, lambda path: read(path).read_bytes()))
