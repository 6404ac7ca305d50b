"""Verdicts and explanations of the schema on CIBs, sections and single objects."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.schema.check import _untold, is_valid, violations

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


@pytest.mark.parametrize(
    ("text", "attribute"),
    [
        ('<node id="n" uname="n" type="normal\u00a0"/>', "type"),
        ('<op id="o" name="monitor" interval="1s" record-pending="1\u2003"/>', "record-pending"),
        ('<rsc_order id="o" first="a" then="b" score="\u0663"/>', "score"),
        ('<cib admin_epoch="\u0967" epoch="0" num_updates="0"><configuration><crm_config/><nodes/><resources/>'
         "<constraints/></configuration></cib>", "admin_epoch"),
    ],
)  # fmt: skip
def test_blanks_and_digits_of_unicode_are_explained_where_they_stand(text: str, attribute: str) -> None:
    (found,) = violations(etree.fromstring(text), Dialect.P10)
    assert (found.kind, found.attribute) == ("value", attribute)
    assert "SCHEMAV" not in found.message


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (("resources", "resources", "nodes", "crm_config", "constraints"), "<resources>: a <resources> too many"),
        (("resources", "nodes", "crm_config", "constraints", "nodes"), "<nodes>: a <nodes> too many"),
    ],
)
@pytest.mark.parametrize("dialect", [Dialect.HB2, Dialect.P10])
def test_a_section_that_comes_twice_is_not_called_a_missing_one(
    order: tuple[str, ...], message: str, dialect: Dialect
) -> None:
    sections = "".join(f"<{tag}/>" for tag in order)
    found = violations(etree.fromstring(f"<configuration>{sections}</configuration>"), dialect)
    assert any(one.message.startswith(message) for one in found)
    assert not any("missing before" in one.message for one in found)


def test_a_status_before_the_configuration_is_at_the_wrong_place() -> None:
    sections = "<crm_config/><nodes/><resources/><constraints/>"
    text = f"<cib><status/><configuration>{sections}</configuration></cib>"
    (found,) = violations(etree.fromstring(text), Dialect.HB2)
    assert found.message == "<status>: a <status> too many, or at the wrong place in <cib>"


XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x"'


@pytest.mark.parametrize(
    "text",
    [
        f"<crm_config {XSI}/>", f"<resources {XSI}><primitive id='a' class='lsb'/></resources>",
        f'<nvpair {XSI} id="n" name="a"/>', f'<date_expression {XSI} id="d" operation="gt" start="1"/>',
        f'<primitive id="a" class="lsb" type="x"><operations><op {XSI} id="o" name="a"/></operations></primitive>',
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", [Dialect.HB2, Dialect.P10])
def test_a_type_of_xml_schema_is_a_violation_and_no_failure(text: str, dialect: Dialect) -> None:
    found = violations(etree.fromstring(text), dialect)
    assert "foreign" in {one.kind for one in found}
    assert "other" not in {one.kind for one in found}


def test_what_only_libxml2_explains_has_its_own_element() -> None:
    # No tree is known that the package fails on; the words of libxml2 must be good enough for the next one.
    top = etree.fromstring(
        '<resources><primitive id="a" class="lsb" type="x"/><primitive id="b" class="lsb"/></resources>'
    )
    (found,) = _untold(top, Dialect.P10)
    assert found.element is top[1]
    assert found.message.startswith("primitive 'b': ")
