from __future__ import annotations

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.model.constraints import build_colocations, build_location, build_orders
from cibtools.report.cluster.words import colocation_words, location_words, order_words


@pytest.mark.parametrize(
    ("xml", "dialect", "words"),
    [
        ('<rsc_order from="nfs" to="pool"/>', Dialect.HB2, "nfs starts after pool, mandatory"),
        ('<rsc_order from="nfs" to="pool" score="0"/>', Dialect.HB2, "nfs starts after pool, advisory"),
        ('<rsc_order from="a" to="b" type="before" action="promote" to_action="start"/>', Dialect.HB2,
         "b starts after a is promoted, mandatory"),
        ('<rsc_order first="a" then="b" kind="Serialize"/>', Dialect.P11, "b starts after a, never both at once"),
        ('<rsc_order first="a" then="b" score="0" symmetrical="false"/>', Dialect.P10,
         "b starts after a, advisory, in this direction only"),
    ],
)  # fmt: skip
def test_orders(xml: str, dialect: Dialect, words: str) -> None:
    (order,) = build_orders(etree.fromstring(xml), dialect, {})
    assert order_words(order) == words


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ('score="INFINITY"', "a runs where b runs"),
        ('score="-INFINITY"', "a never runs where b runs"),
        ('score="5"', "a prefers to run where b runs (5)"),
        ('score="-5"', "a avoids running where b runs (-5)"),
        ('score="0"', "a and b have a colocation without effect"),
        ("", "a and b have a colocation without effect"),
        ('score="INFINITY" with-rsc-role="Master"', "a runs where b (Master) runs"),
    ],
)
def test_colocations(attributes: str, words: str) -> None:
    (found,) = build_colocations(etree.fromstring(f'<rsc_colocation rsc="a" with-rsc="b" {attributes}/>'), Dialect.P10)
    assert colocation_words(found) == words


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ('<rule score="-8"><expression attribute="#uname" operation="eq" value="h"/></rule>', "a avoids h (-8)"),
        ('<rule score="100"><expression attribute="#uname" operation="eq" value="h1"/></rule>', "a prefers h1 (100)"),
        ('<rule score="-INFINITY" boolean_op="or"><expression attribute="pingd" operation="not_defined"/>'
         '<expression attribute="pingd" operation="lte" value="0"/></rule>',
         "a never runs where pingd is not defined or pingd <= 0"),
        ('<rule score="5"><expression attribute="big" operation="defined"/><date_expression operation="gt"/></rule>',
         "a prefers nodes where big is defined and the date fits (5)"),
        ('<rule score-attribute="pingd"><expression attribute="pingd" operation="defined"/></rule>',
         "a prefers nodes by the value of pingd, where pingd is defined"),
    ],
)  # fmt: skip
def test_locations_by_rule(inner: str, words: str) -> None:
    assert location_words(build_location(etree.fromstring(f'<rsc_location rsc="a">{inner}</rsc_location>'))) == (words,)


@pytest.mark.parametrize(
    ("score", "words"),
    [
        ("INFINITY", "a prefers h1 (INFINITY)"), ("-INFINITY", "a never runs on h1"), ("7", "a prefers h1 (7)"),
        ("-7", "a avoids h1 (-7)"), ("0", "a may run on h1"),
    ],
)  # fmt: skip
def test_locations_by_node(score: str, words: str) -> None:
    found = build_location(etree.fromstring(f'<rsc_location rsc="a" node="h1" score="{score}"/>'))
    assert location_words(found) == (words,)
