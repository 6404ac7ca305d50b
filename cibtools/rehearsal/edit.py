"""Reading and changing the CIB of a rehearsal, as the tools of the cluster do."""

from __future__ import annotations

from lxml import etree

from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.value import parse_boolean
from cibtools.rehearsal.world import World, is_old
from cibtools.runbook.plan.enums import Tools


def node(world: World, name: str) -> etree._Element | None:
    """Return the node of that name."""
    return next((one for one in world.cib.iterfind("configuration/nodes/node") if one.get("uname") == name), None)


def resource(world: World, identity: str) -> etree._Element | None:
    """Return the resource, at whatever depth, with that id."""
    section = world.cib.find("configuration/resources")
    assert section is not None
    return next((one for one in section.iter("*") if one.get("id") == identity and one.tag in RESOURCE_TAGS), None)


def count(world: World) -> None:
    """Count a change of the configuration, as the cib does."""
    world.cib.set("epoch", str(int(world.cib.get("epoch", "0")) + 1))


def pairs(world: World, owner: etree._Element, tag: str) -> list[etree._Element]:
    """Return the nvpairs in sets of that tag right below an element."""
    path = f"{tag}/attributes/nvpair" if is_old(world.cib) else f"{tag}/nvpair"
    return list(owner.iterfind(path))


def put(world: World, owner: etree._Element, tag: str, name: str, value: str) -> None:
    """Set an nvpair, where it stands or in the first set of that tag."""
    count(world)
    found = next((pair for pair in pairs(world, owner, tag) if pair.get("name") == name), None)
    if found is not None:
        found.set("value", value)
        return
    home = owner.find(tag)
    if home is None:
        # Resources have their children in an order: sets come before what they contain.
        home = etree.Element(tag, id=f"{owner.get('id', tag)}-{tag}")
        owner.insert(0, home)
    if is_old(world.cib):
        inner = home.find("attributes")
        home = inner if inner is not None else etree.SubElement(home, "attributes")
    etree.SubElement(home, "nvpair", id=f"{owner.get('id', tag)}-{tag}-{name}", name=name, value=value)


def drop(world: World, owner: etree._Element, tag: str, name: str) -> bool:
    """Delete an nvpair, and the set that it leaves empty; return False if it is not there."""
    found = next((pair for pair in pairs(world, owner, tag) if pair.get("name") == name), None)
    if found is None:
        return False
    count(world)
    above = found.getparent()
    while above is not None and above is not owner:
        above.remove(found)
        if len(above):
            break
        found, above = above, above.getparent()
    else:
        owner.remove(found)
    return True


def section(world: World, name: str) -> etree._Element | None:
    """Return a section of the configuration."""
    return world.cib.find(f"configuration/{name}")


def is_managed(world: World, element: etree._Element) -> bool:
    """Tell whether the cluster acts on a resource."""
    for owner in (element, *element.iterancestors("group", "clone", "master_slave", "master")):
        for pair in pairs(world, owner, "meta_attributes"):
            if pair.get("name", "").replace("_", "-") == "is-managed":
                return parse_boolean(pair.get("value", "")) is not False
    options = section(world, "crm_config")
    found = [] if options is None else pairs(world, options, "cluster_property_set")
    known = {pair.get("name", "").replace("_", "-"): parse_boolean(pair.get("value", "")) for pair in found}
    if world.tools is Tools.P10 and known.get("maintenance-mode"):
        return False
    return known.get("is-managed-default") is not False


def is_standby(world: World, name: str) -> bool:
    """Tell whether the CIB puts a node into standby."""
    found = node(world, name)
    sets = [] if found is None else pairs(world, found, "instance_attributes")
    return any(pair.get("name") == "standby" and parse_boolean(pair.get("value", "")) for pair in sets)
