"""Verdicts and explanations of the schema on CIBs, sections and single objects."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.schema.check import is_valid, violations

SET = '<cluster_property_set id="a"><nvpair id="a-1" name="x" value="y"/></cluster_property_set>'
RULE = '<rule id="r" score="5"><expression id="e" attribute="a" operation="defined"/></rule>'

VALID = (
    SET,
    RULE,
    '<nvpair id="a" name="b">\n<!-- why -->\n</nvpair>',
    '<rsc_order id="o" first="elsewhere" then="nowhere"/>',
    '<resources><primitive id="a" class="ocf" provider="x" type="y"/></resources>',
    "<constraints/>",
    "<status><anything>at all</anything></status>",
)
"""Sections and objects that are valid alone, whatever they refer to."""


@pytest.mark.parametrize("text", VALID)
def test_sections_and_objects_are_valid_alone(text: str) -> None:
    assert is_valid(etree.fromstring(text), Dialect.P10)
    assert violations(etree.fromstring(text), Dialect.P10) == ()


EXPLAINED = {
    '<op id="m" name="monitor" interval="1s" time_out="2s"/>': (
        "unknown-attribute",
        "time_out",
        "op 'm': there is no attribute \"time_out\" here",
        'Write "timeout".',
    ),
    '<op id="m" name="monitor" intervall="1s"/>': (
        "unknown-attribute",
        "intervall",
        "op 'm': there is no attribute \"intervall\" here",
        'Write "interval".',
    ),
    '<op id="m" name="monitor" interval="1s" disabled="true"/>': (
        "unknown-attribute",
        "disabled",
        "op 'm': there is no attribute \"disabled\" here",
        'Write enabled="false" for disabled="true", and nothing for disabled="false".',
    ),
    '<op id="m" name="monitor"/>': (
        "missing-attribute",
        None,
        "op 'm': interval is missing",
        'Add interval="…". Time between',
    ),
    '<rsc_colocation id="c" rsc="a" with-rsc="b" score="infinity"/>': (
        "value",
        "score",
        "rsc_colocation 'c': score=\"infinity\" is not allowed",
        'Write score="INFINITY".',
    ),
    '<rsc_order id="o" first="a" then="b" symmetrical="yes"/>': (
        "value",
        "symmetrical",
        "rsc_order 'o': symmetrical=\"yes\" is not allowed",
        "Write true or false.",
    ),
    '<resources><primitve id="a"/></resources>': (
        "unknown-element",
        None,
        "primitve 'a': there is no <primitve> in <resources>",
        "Write <primitive>.",
    ),
    '<master_slave id="a"/>': (
        "unknown-element",
        None,
        "master_slave 'a': there is no <master_slave>",
        "Write <master>.",
    ),
    '<group id="g"/>': ("missing-element", None, "group 'g': <primitive> is missing", "Add <primitive>."),
    '<group id="g"><op id="x" name="y" interval="0"/><primitive id="p" class="lsb" type="t"/></group>': (
        "unknown-element",
        None,
        "op 'x': there is no <op> in group 'g'",
        "Move it into <operations>.",
    ),
    '<primitive id="p" class="ocf" type="Xen"/>': (
        "either-or",
        None,
        "primitive 'p': class \"ocf\" without provider",
        'Add provider="heartbeat", or whose agent it is.',
    ),
    '<rsc_location id="l" rsc="a" node="alder"/>': (
        "either-or",
        None,
        "rsc_location 'l': has no rule and no score",
        'Add score="…".',
    ),
    '<resources><primitive id="a" class="lsb" type="x"><meta_attributes id="a"/></primitive></resources>': (
        "id",
        "id",
        'meta_attributes: the id "a" is that of a primitive',
        'Write another id, such as id="a-meta_attributes".',
    ),
    '<nvpair id="a" name="b">stray</nvpair>': (
        "text",
        None,
        "nvpair 'a': the text \"stray\" has no place here",
        "Remove it, or make it a comment.",
    ),
    '<nodes xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="false"/>': (
        "foreign",
        None,
        "<nodes>: nil of XML Schema has no place in a CIB",
        "Remove the attribute.",
    ),
}
"""One violation each: kind, attribute, message and what to do."""


@pytest.mark.parametrize("text", EXPLAINED)
def test_a_violation_is_explained(text: str) -> None:
    top = etree.fromstring(text)
    assert not is_valid(top, Dialect.P10)
    (found,) = violations(top, Dialect.P10)
    kind, attribute, message, hint = EXPLAINED[text]
    assert (found.kind, found.attribute, found.message) == (kind, attribute, message)
    assert found.hint.startswith(hint)


def test_a_reference_to_nothing_names_the_near_resource(repo: Path) -> None:
    top = etree.parse(repo / "fixtures/pacemaker-1.0/cib.xml").getroot()
    order = top.find("configuration/constraints/rsc_order")
    assert order is not None
    first = order.get("first", "")
    order.set("first", f"{first}x")
    (found,) = violations(top, Dialect.P10)
    assert (found.kind, found.attribute, found.element) == ("reference", "first", order)
    assert found.hint == f'Write first="{first}".'


def test_what_stands_below_status_is_not_looked_at(repo: Path) -> None:
    top = etree.parse(repo / "fixtures/pacemaker-1.0/cib.xml").getroot()
    for status in top.iterchildren("status"):
        top.remove(status)
    top.append(etree.fromstring('<status a="b"><primitive id="1"/><rule/><op id-ref="nowhere">x</op></status>'))
    assert violations(top, Dialect.P10) == ()
