"""crm_mon, and what it says of nodes and resources, as in heartbeat 2.1.3 and Pacemaker 1.0.3."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.rehearsal import edit
from cibtools.rehearsal.call import Call, Reply
from cibtools.rehearsal.tools.options import parse, spelling
from cibtools.rehearsal.world import World
from cibtools.runbook.plan.enums import Tools


def crm_mon(call: Call) -> Reply:
    """Show the cluster once."""
    given = parse(call.words, spelling(call.release, call.name))
    if not call.host.member:
        return Reply(stderr="crm_mon: Connection to cluster failed\n", status=1)
    return Reply("".join(f"{line}\n" for line in _mon_lines(call.world, by_node="n" in given, inactive="r" in given)))


def _mon_lines(world: World, *, by_node: bool, inactive: bool) -> Iterator[str]:
    yield from (
        "",
        "============",
        "Last updated: Sun Feb 15 02:00:00 2009",
        f"Current DC: {world.dc or 'NONE'}",
        "============",
        "",
    )
    lone = world.tools is Tools.HB21
    shown = list(_primitives(world))
    for name, node in world.nodes.items():
        identity = getattr(edit.node(world, name), "attrib", {}).get("id", "")
        state = "OFFLINE" if not node.member else "standby" if edit.is_standby(world, name) else "online"
        yield f"Node: {name} ({identity}): {state}" if lone else f"Node {name}: {state}"
        if by_node:
            yield from (f"\t{one} ({_agent(element)})" for one, element in shown if name in world.where(one))
    yield ""
    if not by_node:
        for one, element in shown:
            where = world.where(one)
            held = "" if edit.is_managed(world, element) else " (unmanaged)"
            yield f"{one}\t({_agent(element)}):\t{'Started ' + ' '.join(where) if where else 'Stopped'}{held}"
    elif inactive:
        yield "Inactive resources:"
        yield from (f"{one}\t({_agent(element)}):\tStopped" for one, element in shown if not world.where(one))
    failed = [
        f"    {name}_monitor_10000 (node={node}, call=9, rc=7): complete" for node, name in sorted(world.failures)
    ]
    if failed:
        yield from ("", "Failed actions:", *failed)


def _primitives(world: World) -> Iterator[tuple[str, etree._Element]]:
    section = edit.section(world, "resources")
    assert section is not None
    for element in section.iter("primitive"):
        yield element.get("id", ""), element


def _agent(element: etree._Element) -> str:
    provider = element.get("provider", "")
    return "::".join(filter(None, (element.get("class", ""), provider and f"{provider}"))) + f":{element.get('type')}"
