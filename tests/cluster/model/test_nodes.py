"""Remote and guest nodes are nodes, and constraints mean the members of the tags and templates that they name."""

from __future__ import annotations

from cibtools.backup.record.fact import Truth
from cibtools.cluster.derived.option import is_stopped
from cibtools.cluster.derived.placement import allowed_nodes, is_placed
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.objects import NodeKind, ResourceKind
from tests.migrate.lab import cluster_of

CIB = """<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config/>
<nodes><node id="1" uname="alder"/><node id="2" uname="birch" type="member"/>{nodes}</nodes>
<resources>{resources}<primitive id="web" class="ocf" provider="heartbeat" type="apache"/>
<primitive id="db" class="ocf" provider="heartbeat" type="pgsql"/></resources>
<constraints>{constraints}</constraints>{more}</configuration></cib>"""
REMOTE = """<primitive id="far" class="ocf" provider="pacemaker" type="remote"><instance_attributes id="far-i">
<nvpair id="far-1" name="server" value="10.0.0.9"/></instance_attributes></primitive>"""
GUEST = """<primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain"><meta_attributes id="vm-m">
<nvpair id="vm-1" name="remote-node" value="guest"/></meta_attributes></primitive>"""
TAG = '<tags><tag id="both"><obj_ref id="web"/><obj_ref id="db"/></tag></tags>'


def cluster(*, nodes: str = "", resources: str = "", constraints: str = "", more: str = "") -> Cluster:
    return cluster_of(CIB.format(nodes=nodes, resources=resources, constraints=constraints, more=more))


def kinds(found: Cluster) -> dict[str, NodeKind]:
    return {node.uname: node.kind for node in found.all_nodes}


def test_connections_and_guests_are_nodes_but_no_members() -> None:
    found = cluster(resources=REMOTE + GUEST)
    assert [node.uname for node in found.nodes] == ["alder", "birch"]
    assert kinds(found) == {
        "alder": NodeKind.MEMBER,
        "birch": NodeKind.MEMBER,
        "far": NodeKind.REMOTE,
        "guest": NodeKind.GUEST,
    }


def test_a_remote_node_that_the_nodes_section_lists_too_is_one_node() -> None:
    found = cluster(nodes='<node id="far" uname="far" type="remote"/>', resources=REMOTE)
    assert [node.uname for node in found.all_nodes] == ["alder", "birch", "far"]
    assert kinds(found)["far"] is NodeKind.REMOTE


def test_ping_nodes_take_no_resources() -> None:
    assert "gate" not in kinds(cluster(nodes='<node id="3" uname="gate" type="ping"/>'))


def test_a_resource_may_run_on_a_guest_alone() -> None:
    bans = "".join(
        f'<rsc_location id="l-{node}" rsc="web" node="{node}" score="-INFINITY"/>' for node in ("alder", "birch")
    )
    found = cluster(resources=GUEST, constraints=bans)
    web = found.resource("web")
    assert web is not None
    assert [node.uname for node in allowed_nodes(found, web)] == ["guest"]


def test_a_location_of_a_tag_is_one_of_each_member() -> None:
    found = cluster(constraints='<rsc_location id="l" rsc="both" node="alder" score="5"/>', more=TAG)
    for name in ("web", "db"):
        resource = found.resource(name)
        assert resource is not None
        assert is_placed(found, resource) is Truth.YES


def test_orders_and_colocations_mean_the_members_of_a_tag() -> None:
    constraints = (
        '<rsc_order id="o" first="vm" then="both"/><rsc_colocation id="c" rsc="both" with-rsc="vm" score="1"/>'
    )
    found = cluster(resources=GUEST, constraints=constraints, more=TAG)
    assert [(order.first, order.then) for order in found.orders] == [("vm", "web"), ("vm", "db")]
    assert [(one.rsc, one.with_rsc) for one in found.colocations] == [("web", "vm"), ("db", "vm")]


def test_constraints_mean_the_primitives_of_a_template() -> None:
    template = """<template id="T" class="ocf" provider="heartbeat" type="Xen"/><primitive id="v1" template="T"/>
    <primitive id="v2" template="T"/>"""
    found = cluster(resources=template, constraints='<rsc_order id="o" first="db" then="T"/>')
    assert [order.then for order in found.orders] == ["v1", "v2"]


def test_a_bundle_is_a_resource_around_its_primitive() -> None:
    bundle = """<bundle id="box"><meta_attributes id="m"><nvpair id="m-1" name="target-role" value="Stopped"/>
    </meta_attributes><podman image="x"/><primitive id="app" class="ocf" provider="heartbeat" type="apache"/>
    </bundle>"""
    ban = '<rsc_location id="l" rsc="box" node="alder" score="-INFINITY"/>'
    found = cluster(resources=bundle, constraints=ban)
    app = found.resource("app")
    assert app is not None
    assert [above.kind for above in found.ancestors(app)] == [ResourceKind.BUNDLE]
    assert [node.uname for node in allowed_nodes(found, app)] == ["birch"]
    assert is_stopped(found, app)
