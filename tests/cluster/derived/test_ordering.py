"""What the ordering graph makes of orders and containers: reachability, cycles, and what is no cycle."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.ordering import OrderGraph
from cibtools.cluster.model.cluster import Cluster

GROUP = """
<resources>
  <clone id="c"><group id="g">
    <primitive id="m1" class="lsb" type="a"/><primitive id="m2" class="lsb" type="b"/>
  </group></clone>
  <group id="h"><primitive id="h1" class="lsb" type="a"/><primitive id="h2" class="lsb" type="b"/></group>
  <group id="u" ordered="false">
    <primitive id="u1" class="lsb" type="a"/><primitive id="u2" class="lsb" type="b"/>
  </group>
  <primitive id="x" class="lsb" type="c"/> <primitive id="y" class="lsb" type="d"/>
</resources>"""


def graph(text: str, dialect: Dialect = Dialect.HB2) -> OrderGraph:
    source = Source("cib.xml", text.encode())
    tree, defects, kind = parse_cib(source)
    return OrderGraph(Cluster(Backup(".", (Document(kind, source, tree, defects=defects),)), dialect))


def orders(*pairs: str) -> str:
    """Orders of heartbeat 2.1, each written as "first then [attributes]"."""
    written = []
    for number, pair in enumerate(pairs):
        first, then, *rest = pair.split(maxsplit=2)
        written.append(f'<rsc_order id="o{number}" from="{then}" to="{first}" {" ".join(rest)}/>')
    return GROUP + f"<constraints>{''.join(written)}</constraints>"


@pytest.mark.parametrize(
    ("text", "first", "then", "expected"),
    [
        (orders("a b", "b d"), "a", "d", True),
        (orders("a b", "b d"), "d", "a", False),
        (orders("x c"), "x", "m1", True),
        (orders("c x"), "m1", "x", True),
        (orders("c x"), "x", "m1", False),
        (orders(), "m1", "m2", True),
        (orders(), "u1", "u2", False),
        (orders("h2 x"), "h1", "x", True),
        (orders("h1 x", "x h2"), "x", "h2", True),
        # A child of a clone cannot be named: the engine drops the order.
        (orders("m2 x"), "m1", "x", False),
        # Stopped first means started last.
        (orders('x y action="stop"'), "y", "x", True),
        (orders('x y action="stop" symmetrical="false"'), "y", "x", False),
        (orders('x y to_action="promote"', "y a"), "x", "a", True),
        (orders('x y action="start" score="0"'), "x", "y", True),
    ],
)
def test_comes_before(text: str, first: str, then: str, expected: bool) -> None:
    assert graph(text).comes_before(first, then) is expected
    assert (then in graph(text).followers(first)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (orders("a b", "b a"), [("a", "b")]),
        (orders("a b", "b d", "d a", "x y"), [("a", "b", "d")]),
        (orders("a b", "b a", "x y", "y x"), [("a", "b"), ("x", "y")]),
        (orders("x g", "m2 x"), []),
        (orders("x h", "h2 x"), [("h2", "x", "h")]),
        (orders("h2 h1"), [("h2", "h1")]),
        (orders("h1 h2", "h1 x", "x h2"), []),
        (orders("u2 u1"), []),
        (orders('x y action="promote"', "y x"), []),
        (orders('x y symmetrical="false"', 'y x action="stop" symmetrical="false"'), []),
        (orders("a a", "h h1"), []),
    ],
)
def test_cycles(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [cycle.resources for cycle in graph(text).cycles] == expected


def test_cycle_among_stops_only() -> None:
    found = graph(orders("x y", 'x y action="stop" symmetrical="false"')).cycles
    assert [(cycle.action, [order.id for order in cycle.orders]) for cycle in found] == [("stop", ["o0", "o1"])]


def test_orders_with_oneself() -> None:
    found = graph(orders("x x", "h h1", "m1 c", "h1 h2", 'x x to_action="promote"'))
    assert [order.id for order in found.own] == ["o0", "o1", "o2"]


def test_serialize_is_no_order() -> None:
    text = '<constraints><rsc_order id="o" first="a" then="b" kind="Serialize"/></constraints>'
    assert not graph(text, Dialect.P11).comes_before("a", "b")


PAIRS = st.lists(st.tuples(st.sampled_from("opqrstvw"), st.sampled_from("opqrstvw")), max_size=16)


@given(PAIRS)
def test_a_cycle_is_where_a_resource_comes_before_itself(pairs: list[tuple[str, str]]) -> None:
    found = graph(orders(*(f"{first} {then}" for first, then in pairs)))
    on_cycles = {
        name
        for name in "opqrstvw"
        for other in "opqrstvw"
        if name != other and found.comes_before(name, other) and found.comes_before(other, name)
    }
    named = {end for cycle in found.cycles for order in cycle.orders for end in (order.first, order.then)}
    assert named == on_cycles
    for cycle in found.cycles:
        for before, after in zip(cycle.edges, (*cycle.edges[1:], cycle.edges[0]), strict=True):
            assert before.then == after.first


@pytest.mark.slow
def test_a_long_chain_is_walked_without_recursion() -> None:
    chain = [f"r{number} r{number + 1}" for number in range(5000)]
    found = graph(orders(*chain, "r5000 r0"))
    assert len(found.cycles) == 1
    assert found.comes_before("r0", "r4999")
