"""The tools of the cluster resource manager: crmadmin, crm_mon, crm_standby, crm_resource, crm_attribute and others.

What they take is in `options.toml`. What they print is that of heartbeat 2.1.3, the CRM of January 2008
(crm/admin/*.c and pengine/native.c), and of Pacemaker 1.0.3 where it differs.
"""

from __future__ import annotations

from lxml import etree

from cibtools.rehearsal import edit
from cibtools.rehearsal.call import Call, Reply, Tool
from cibtools.rehearsal.tools.mon import crm_mon
from cibtools.rehearsal.tools.options import Options, parse, spelling
from cibtools.rehearsal.world import World
from cibtools.runbook.plan.enums import Tools

_NO_CLUSTER = Reply(stderr="Signon to CIB failed: connection failed\n", status=1)


def _options(call: Call) -> Options:
    return parse(call.words, spelling(call.release, call.name))


def crmadmin(call: Call) -> Reply:
    """Ask for the DC, for the state of a node, or for the nodes."""
    given = _options(call)
    world = call.world
    if not call.host.member:
        return Reply(stderr="Could not connect to the cluster\n", status=1)
    if world.dc is None:
        return Reply(stderr="No messages received in 30 seconds\n", status=1)
    if "D" in given:
        return Reply(f"Designated Controller is: {world.dc}\n")
    if "S" in given:
        state = "S_TRANSITION_ENGINE" if world.stuck else "S_IDLE" if given.get("S") == world.dc else "S_NOT_DC"
        return Reply(f"Status of crmd@{given.get('S')}: {state} (ok)\n")
    nodes = world.cib.iterfind("configuration/nodes/node")
    return Reply("".join(f"normal node: {one.get('uname')} ({one.get('id')})\n" for one in nodes))


def crm_standby(call: Call) -> Reply:
    """Put a node into standby, make it active again, or ask."""
    given = _options(call)
    world = call.world
    name = given.get("U") or given.get("N") or call.node
    found = edit.node(world, name)
    if not call.host.member:
        return _NO_CLUSTER
    if found is None:
        return Reply(stderr=f"No such node: {name}\n", status=1)
    if "G" in given:
        return Reply(f"scope=nodes value={'on' if edit.is_standby(world, name) else 'off'}\n")
    if "D" in given:
        edit.drop(world, found, "instance_attributes", "standby")
    elif "v" not in given:
        return Reply(stderr="Please specify 'true' or 'false' with -v\n", status=1)
    else:
        edit.put(world, found, "instance_attributes", "standby", given.get("v"))
    call.reaction.settle()
    return Reply()


def crm_attribute(call: Call) -> Reply:
    """Ask for, set or delete an option of the cluster, or an attribute of a node."""
    given = _options(call)
    world = call.world
    if not call.host.member:
        return _NO_CLUSTER
    name, node = given.get("n"), given.get("U") or given.get("N") or call.node
    if given.get("t") == "status" or given.get("l") == "reboot":
        value = world.attributes.get((node, name)) if world.nodes[node].member else None
        return _told(name, value) if "G" in given else Reply()
    owner = edit.section(world, "crm_config") if given.get("t") in ("crm_config", "") else edit.node(world, node)
    if owner is None:
        return Reply(stderr="Error performing operation: The object/attribute does not exist\n", status=1)
    tag = "cluster_property_set" if owner.tag == "crm_config" else "instance_attributes"
    spelled = name.replace("-", "_") if _old_spelling(world, owner, tag, name) else name
    if "G" in given:
        return _told(name, _value(world, owner, tag, spelled))
    if "D" in given:
        edit.drop(world, owner, tag, spelled)
    elif "v" not in given:
        return Reply(stderr="crm_attribute: assertion failed: attr_value != NULL\n", status=1)
    else:
        edit.put(world, owner, tag, spelled, given.get("v"))
    call.reaction.settle()
    return Reply()


def _old_spelling(world: World, owner: etree._Element, tag: str, name: str) -> bool:
    return _value(world, owner, tag, name) is None and _value(world, owner, tag, name.replace("-", "_")) is not None


def _value(world: World, owner: etree._Element, tag: str, name: str) -> str | None:
    return next((pair.get("value") for pair in edit.pairs(world, owner, tag) if pair.get("name") == name), None)


def _told(name: str, value: str | None) -> Reply:
    if value is None:
        return Reply(
            f" name={name} value=(null)\n",
            "Error performing operation: The object/attribute does not exist\n",
            status=1,
        )
    return Reply(f" name={name} value={value}\n")


def crm_failcount(call: Call) -> Reply:
    """Ask for or delete a fail count."""
    given = _options(call)
    if not call.host.member:
        return _NO_CLUSTER
    key = (given.get("U") or given.get("N") or call.node, given.get("r"))
    if "D" in given:
        call.world.failcounts.pop(key, None)
        return Reply()
    return Reply(f" name=fail-count-{key[1]} value={call.world.failcounts.get(key, 0)}\n")


def crm_resource(call: Call) -> Reply:
    """Ask for a resource, change an option of it, move it, or forget its failures."""
    given = _options(call)
    world = call.world
    if not call.host.member:
        return _NO_CLUSTER
    if "P" in given or "R" in given:
        for member in world.members:
            call.reaction.meet(member)
        call.reaction.settle()
        return Reply()
    name = given.get("r") or given.get("resource")
    found = edit.resource(world, name)
    if found is None:
        return Reply(stderr=f"Resource {name} not found: The object/attribute does not exist\n", status=1)
    if "W" in given:
        where = world.where(name)
        lines = "".join(f"resource {name} is running on: {node}\n" for node in where)
        return Reply(lines) if lines else Reply(stderr=f"resource {name} is NOT running\n")
    if "x" in given or "q" in given:
        return Reply(etree.tostring(found, encoding="unicode", with_tail=False) + "\n")
    return _change(call, given, name, found)


def _change(call: Call, given: Options, name: str, found: etree._Element) -> Reply:
    world = call.world
    node = given.get("H") or given.get("N") or given.get("node")
    if "C" in given:
        world.failures.discard((node, name))
        if world.tools is Tools.P10:
            world.failcounts.pop((node, name), None)
    elif "M" in given:
        moved = _move(world, name, node, forced="f" in given)
        if moved.status:
            return moved
    elif "U" in given:
        for one in list(world.cib.iterfind("configuration/constraints/rsc_location")):
            if one.get("id") in (f"cli-prefer-{name}", f"cli-standby-{name}", f"cli-ban-{name}"):
                one.getparent().remove(one)  # type: ignore[union-attr]
    elif "p" in given or "d" in given:
        tag = "meta_attributes" if "meta" in given else "instance_attributes"
        if "p" in given:
            edit.put(world, found, tag, given.get("p"), given.get("v"))
        else:
            edit.drop(world, found, tag, given.get("d"))
    else:
        return Reply(stderr="crm_resource: nothing to do\n", status=1)
    call.reaction.settle()
    return Reply()


def _move(world: World, name: str, node: str, *, forced: bool) -> Reply:
    """Pin a resource to a node; forced, ban it from where it runs: `migrate_resource` of crm_resource.c."""
    here = next(iter(world.where(name)), None)
    if node and node not in world.ids:
        return Reply(stderr=f"Error performing operation: {node} is not a known node\n", status=1)
    if node and node == here:
        # It complains, and ends as if all were well.
        return Reply(stderr=f"Error performing operation: {name} is already active on {node}\n")
    if here and (forced or not node):
        _rule(world, f"cli-standby-{name}", name, here, "-INFINITY")
    if node:
        _rule(world, f"cli-prefer-{name}", name, node, "INFINITY")
    edit.count(world)
    return Reply()


def _rule(world: World, identity: str, name: str, node: str, score: str) -> None:
    constraints = edit.section(world, "constraints")
    assert constraints is not None
    for old in [one for one in constraints if one.get("id") == identity]:
        constraints.remove(old)
    location = etree.SubElement(constraints, "rsc_location", id=identity, rsc=name)
    part = identity.removesuffix(f"-{name}")
    rule = etree.SubElement(location, "rule", id=f"{part}-rule-{name}", score=score)
    words = {"id": f"{part}-expr-{name}", "attribute": "#uname", "operation": "eq", "value": node}
    etree.SubElement(rule, "expression", words)


TOOLS: dict[str, Tool] = {
    "crmadmin": crmadmin,
    "crm_mon": crm_mon,
    "crm_standby": crm_standby,
    "crm_attribute": crm_attribute,
    "crm_failcount": crm_failcount,
    "crm_resource": crm_resource,
}
"""By the name that is typed."""
