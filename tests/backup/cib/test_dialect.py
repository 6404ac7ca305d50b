"""Dialects are told by structure, never by the names of options."""

from __future__ import annotations

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Detection, Dialect, detect_dialect


def detect(*texts: str) -> Detection:
    return detect_dialect([etree.fromstring(text) for text in texts])


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ('<cib have_quorum="true"/>', Dialect.HB2),
        ('<cib validate-with="pacemaker-1.0"/>', Dialect.P10),
        ('<cib validate-with="pacemaker-1.2" have-quorum="1"/>', Dialect.P11),
        ('<cib validate-with="pacemaker-2.10"/>', Dialect.P11),
        ('<cib validate-with="pacemaker-0.6" have_quorum="1"/>', Dialect.HB2),
        ('<rsc_order id="o" from="a" to="b"/>', Dialect.HB2),
        ('<rsc_order id="o" first="a" then="b"/>', Dialect.P10),
        ('<rsc_order id="o" first="a" then="b" kind="Optional"/>', Dialect.P11),
        ('<meta_attributes id="m"><attributes/></meta_attributes>', Dialect.HB2),
        ('<meta_attributes id="m"><nvpair id="n" name="a" value="b"/></meta_attributes>', Dialect.P10),
        ('<op id="m" name="start" prereq="nothing"/>', Dialect.HB2),
        ('<rule id="r" boolean_op="or"/>', Dialect.HB2),
        ('<rule id="r" boolean-op="or"/>', Dialect.P10),
        ("<rsc_defaults/>", Dialect.P10),
        ("<fencing-topology/>", Dialect.P11),
    ],
)
def test_structure_tells_the_dialect(text: str, dialect: Dialect) -> None:
    found = detect(text)
    assert found.dialect is dialect
    assert not found.mixed
    assert found.reason != "no structural sign"


@pytest.mark.parametrize(
    "text",
    [
        '<rsc_location id="l" rsc="a" node="n" score="1"/>',
        '<nvpair id="n" name="allow-migrate" value="true"/>',
        '<op id="o" name="monitor" interval="10s" disabled="true"/>',
        '<op id="o" name="monitor" interval="10s" enabled="false"/>',
        '<primitive id="p" class="ocf" provider="heartbeat" type="Xen"/>',
    ],
)
def test_what_both_dialects_have_does_not_vote(text: str) -> None:
    assert detect(text).dialect is None


def test_a_mixed_document_goes_to_the_majority() -> None:
    found = detect(
        '<rsc_order id="a" from="x" to="y"/>', '<rsc_order id="b" first="x" then="y"/>', "<master_slave id='m'/>"
    )
    assert found.mixed
    assert found.dialect is Dialect.HB2


def test_the_status_section_has_no_vote() -> None:
    assert detect('<cib><configuration/><status><op id="a" prereq="nothing"/></status></cib>').dialect is None
