"""Situations in which two configurations must decide alike, and the CIBs that put a scheduler into them.

Nothing of a recorded history is used: a later scheduler takes every operation that an old one recorded for one whose
definition has changed. All starts from nodes that are up with nothing running; what follows starts from the state that
the scheduler itself arrives at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy

from lxml import etree
from msgspec import Struct

from cibtools.cluster.scheduler import drop_status

NODE_LIMIT = 16
"""Nodes that are taken away in turn; more would try the same again."""
RESOURCE_LIMIT = 12
"""Resources that are stopped in turn."""


class Scenario(Struct, frozen=True):
    """One situation."""

    title: str
    """For people: `host1 goes into standby`."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Node attributes such as `pingd` with the value they have on every node; what is not named is not there."""
    from_nothing: bool = True
    """True: nodes are up and nothing runs. False: everything runs that the configuration lets run, and then…"""
    standby: str = ""
    """…this node goes into standby,"""
    lost: str = ""
    """…this node is gone,"""
    stopped: str = ""
    """…or this resource is to be stopped."""


def scenarios(nodes: Iterable[str], resources: Iterable[str], attributes: Iterable[str]) -> Iterator[Scenario]:
    """All situations to try, for unames, ids of top-level resources, and the node attributes that rules ask for."""
    names, ids, asked = [*nodes][:NODE_LIMIT], [*resources][:RESOURCE_LIMIT], sorted(set(attributes))
    well = tuple((name, "100") for name in asked)
    yield Scenario("cold start of the whole cluster", well)
    for name in asked:
        others = tuple(pair for pair in well if pair[0] != name)
        yield Scenario(f"cold start while {name} is not defined", others)
        yield Scenario(f"cold start while {name} is 0", (*others, (name, "0")))
    for name in names:
        yield Scenario(f"{name} goes into standby", well, from_nothing=False, standby=name)
        yield Scenario(f"{name} is lost", well, from_nothing=False, lost=name)
    for name in ids:
        yield Scenario(f"{name} is stopped", well, from_nothing=False, stopped=name)


def asked_attributes(top: etree._Element) -> set[str]:
    """Node attributes that rules of a configuration ask for, those that every node has left out."""
    return {
        name for found in top.iter("expression") if (name := found.get("attribute", "")) and not name.startswith("#")
    }


def with_idle_status(top: etree._Element, attributes: Iterable[tuple[str, str]]) -> etree._Element:
    """A copy in which all nodes are up, have these attributes, and run nothing."""
    cib = deepcopy(top)
    drop_status(cib)
    cib.set("have-quorum", "true")
    if cib.get("dc-uuid") is not None:
        del cib.attrib["dc-uuid"]
    status = etree.SubElement(cib, "status")
    for node in cib.iterfind("configuration/nodes/node"):
        if node.get("type") != "ping":
            _state(status, node.get("id", ""), node.get("uname", ""), attributes)
    return cib


def _state(status: etree._Element, identity: str, uname: str, attributes: Iterable[tuple[str, str]]) -> None:
    state = etree.SubElement(status, "node_state", id=identity, uname=uname, in_ccm="true", crmd="online")
    state.set("join", "member")
    state.set("expected", "member")
    lrm = etree.SubElement(state, "lrm", id=identity)
    etree.SubElement(lrm, "lrm_resources")
    transient = etree.SubElement(state, "transient_attributes", id=identity)
    values = etree.SubElement(transient, "instance_attributes", id=f"status-{identity}")
    for name, value in (("probe_complete", "true"), *attributes):
        etree.SubElement(values, "nvpair", id=f"status-{identity}-{name}", name=name, value=value)


def with_event(cib: etree._Element, scenario: Scenario) -> etree._Element:
    """A copy of a running cluster in which the scenario's node or resource is told to change."""
    changed = deepcopy(cib)
    if scenario.standby:
        for node in changed.iterfind("configuration/nodes/node"):
            if node.get("uname") == scenario.standby:
                _tell(node, "instance_attributes", "standby", "on")
    if scenario.stopped:
        resources = changed.find("configuration/resources")
        for resource in resources.iter("primitive", "group", "clone", "master") if resources is not None else ():
            if resource.get("id") == scenario.stopped:
                _tell(resource, "meta_attributes", "target-role", "Stopped")
    return changed


def _tell(owner: etree._Element, tag: str, name: str, value: str) -> None:
    """Say something in a set that outranks all others of the element."""
    for pair in [*owner.iterfind(f"{tag}/nvpair")]:
        if pair.get("name") == name and (parent := pair.getparent()) is not None:
            parent.remove(pair)
    identity = f"scenario-{name}-{owner.get('id', '')}"
    made = etree.Element(tag, id=identity, score="INFINITY")
    etree.SubElement(made, "nvpair", id=f"{identity}-value", name=name, value=value)
    owner.insert(0, made)
