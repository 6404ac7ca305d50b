"""Nodes join, leave and die; the CIB that each keeps on its disk decides what is in force when the first one starts.

As in `cib/io.c` and `crmd/join_dc.c` of Pacemaker's history: a digest beside the file that does not fit makes a node
refuse its own file; of the CIBs that nodes bring along, the one with the greatest version counts.
"""

from __future__ import annotations

import hashlib

from lxml import etree

from cibtools.cluster.scheduler import drop_status, parse_answer
from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.world import INITDEAD, World

CIB = "/var/lib/heartbeat/crm/cib.xml"
"""Where a node keeps the CIB, with heartbeat and with openais."""
_CONF, _KEY = "/etc/ais/openais.conf", "/etc/ais/authkey"
"""Without both openais does not start; with another key it takes no message."""
_DIGEST = f"{CIB}.sig"
_EMPTY = (
    b'<cib admin_epoch="0" epoch="0" num_updates="0">'
    b"<configuration><crm_config/><nodes/><resources/><constraints/></configuration></cib>"
)


def save(world: World, name: str) -> None:
    """Write the CIB to the disk of a node, with its digest, as the running cib does after each change."""
    text = etree.tostring(world.cib)
    world.disk[name, CIB] = text
    world.disk[name, _DIGEST] = _digest(text)


def leave(reaction: Reaction, name: str) -> None:
    """Stop the stack of a node in order."""
    if reaction.world.nodes[name].member:
        save(reaction.world, name)
        reaction.part(name)
    reaction.world.nodes[name].stack = False
    reaction.settle()


def lose(reaction: Reaction, name: str) -> None:
    """Let the others miss a node without a word from it; they fence it if they can."""
    save(reaction.world, name)
    reaction.world.nodes[name].lost = True
    reaction.settle()


def join(reaction: Reaction, name: str) -> bool:
    """Start the stack of a node; return False if it does not take the CIB on its disk."""
    world = reaction.world
    mine, digest = world.disk.get((name, CIB)), world.disk.get((name, _DIGEST))
    if digest is not None and (mine is None or digest != _digest(mine)):
        world.nodes[name].log.append("cib: ERROR: validate_cib_digest: Digest comparison failed")
        return False
    if world.nodes[name].renewed and (why := _cut_off(world, name)):
        world.nodes[name].log.append(f"openais: {why}")
        return False
    brought = parse_answer(mine or _EMPTY)
    drop_status(brought)
    alone = not world.members
    if alone or _version(brought) > _version(world.cib):
        world.cib = brought
    if alone:
        world.elects_until = world.clock + INITDEAD
        world.unseen = set(world.nodes)
    _enter(world, name)
    world.nodes[name].stack = True
    world.unseen.discard(name)
    reaction.meet(name)
    if not world.unseen:
        world.elects_until = None
    reaction.settle()
    for member in world.members:
        save(world, member)
    return True


def _cut_off(world: World, name: str) -> str:
    """Say why a node with openais does not find the others; empty if it does."""
    if (name, _CONF) not in world.disk:
        return f"there is no {_CONF}"
    if (name, _KEY) not in world.disk:
        return f"there is no {_KEY}"
    others = [one for one in world.members if world.disk.get((one, _KEY)) != world.disk.get((name, _KEY))]
    return f"the key is not that of {others[0]}" if others else ""


def _enter(world: World, name: str) -> None:
    """Give a node its line in the CIB if it has none."""
    nodes = world.cib.find("configuration/nodes")
    assert nodes is not None, "each CIB has the section, the empty one too"
    if all(one.get("uname") != name for one in nodes):
        etree.SubElement(nodes, "node", id=world.ids[name], uname=name, type="normal")


def pass_time(reaction: Reaction, seconds: int) -> None:
    """Let time go by: nodes that boot come back."""
    world = reaction.world
    world.clock += seconds
    if world.elects_until is not None and world.elects_until <= world.clock:
        world.elects_until = None
        reaction.settle()
    for name, node in world.nodes.items():
        if node.returns_at is not None and node.returns_at <= world.clock:
            node.returns_at = None
            node.powered, node.booted_new = True, node.patched
            if node.starts_at_boot:
                join(reaction, name)


def _digest(text: bytes) -> bytes:
    return hashlib.md5(text, usedforsecurity=False).hexdigest().encode()


def _version(cib: etree._Element) -> tuple[int, ...]:
    return tuple(int(cib.get(name, "0")) for name in ("admin_epoch", "epoch", "num_updates"))
