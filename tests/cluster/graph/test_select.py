"""Parts of a picture, and boxes put together."""

from __future__ import annotations

from cibtools.cluster.graph.build import build_picture
from cibtools.cluster.graph.fold import folded
from cibtools.cluster.graph.picture import Edge, Picture, Shape, Tie, Vertex
from cibtools.cluster.graph.select import find, focus, select
from tests.migrate.lab import cluster_of

CIB = """<cib><configuration><crm_config/><nodes><node id="1" uname="a" type="normal"/>
<node id="2" uname="b" type="normal"/></nodes><resources>
<clone id="pool"><primitive id="pool-c" class="ocf" provider="heartbeat" type="Filesystem"/></clone>
<group id="g"><primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr"/>
<primitive id="web" class="ocf" provider="heartbeat" type="apache"/></group>
<primitive id="x" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints>
<rsc_order id="o1" from="web" to="pool" score="0"/><rsc_order id="o2" from="x" to="g"/>
<rsc_colocation id="c1" from="x" to="ip" score="-INFINITY"/>
<rsc_location id="l1" rsc="x"><rule id="r1" score="-INFINITY"><expression id="e1" attribute="#uname" operation="eq"
value="B"/></rule></rsc_location></constraints></configuration><status/></cib>"""


def drawn(picture: Picture) -> set[tuple[str, str, str]]:
    return {(edge.tie.name, edge.start, edge.end) for edge in picture.edges}


def test_ties_lead_from_box_to_box_and_members_count_for_theirs() -> None:
    picture = build_picture(cluster_of(CIB), "test")
    assert {vertex.id: vertex.shape for vertex in picture.vertices} == {
        "pool": Shape.CLONE, "g": Shape.GROUP, "x": Shape.RESOURCE, "host a": Shape.HOST, "host b": Shape.HOST,
    }  # fmt: skip
    assert drawn(picture) == {
        ("ADVISORY", "pool", "g"), ("MANDATORY", "g", "x"), ("APART", "g", "x"), ("AVOIDS", "x", "host b"),
    }  # fmt: skip


def test_a_picture_of_one_kind_keeps_only_what_is_tied() -> None:
    picture = build_picture(cluster_of(CIB), "test")
    assert drawn(select(picture, "order")) == {("ADVISORY", "pool", "g"), ("MANDATORY", "g", "x")}
    assert {vertex.id for vertex in select(picture, "colocation").vertices} == {"g", "x"}
    assert select(picture, "fencing").vertices == ()


def test_a_focus_goes_so_many_ties_away() -> None:
    picture = select(build_picture(cluster_of(CIB), "test"), "all")
    member = find(picture, "ip")
    assert member is not None
    assert member.id == "g"
    assert {vertex.id for vertex in focus(picture, "pool", 1).vertices} == {"pool", "g"}
    assert {vertex.id for vertex in focus(picture, "pool", 2).vertices} == {"pool", "g", "x"}
    assert [vertex.id for vertex in focus(picture, "pool", 0).vertices] == ["pool"]
    assert find(picture, "nothing") is None


def test_boxes_with_the_same_ties_become_one() -> None:
    names = [f"vm{number}" for number in range(20)]
    vertices = (Vertex("pool", Shape.CLONE, "pool"), *(Vertex(name, Shape.DOMU, name) for name in names))
    edges = [Edge(Tie.MANDATORY, "pool", name, f"o-{name}") for name in names[:-1]]
    edges.append(Edge(Tie.ADVISORY, "pool", "vm19", "o-vm19"))
    picture = folded(Picture("test", vertices, tuple(edges)))
    assert [vertex.title for vertex in picture.vertices] == ["pool", "19 domUs", "vm19"]
    assert picture.vertices[1].rows[-1] == "and 7 more"
    assert drawn(picture) == {("MANDATORY", "pool", "vm0"), ("ADVISORY", "pool", "vm19")}
