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
        ('<cib have-quorum="1" crm_feature_set="3.0.1"/>', Dialect.P10),
        ('<cib have-quorum="1" crm_feature_set="3.0.14"/>', Dialect.P11),
        ('<cib have-quorum="1" crm_feature_set="3.16.2"/>', Dialect.P11),
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


BARE = '<meta_attributes id="m"><nvpair id="n" name="a" value="b"/></meta_attributes>'
WRAPPED = "<meta_attributes><attributes/></meta_attributes>"


@pytest.mark.parametrize(
    "stated", ["none", "foo", "", "Pacemaker-1.0", "PACEMAKER-3.0", "pacemaker-9.9", "pacemaker-3.11", "pacemaker-next"]
)
def test_a_schema_of_no_release_is_told_and_never_taken_for_1_0(stated: str) -> None:
    root = f'<cib validate-with="{stated}"><configuration>{{}}</configuration></cib>'
    for inside, dialect in ((BARE, Dialect.P11), ("", Dialect.P11)):
        found = detect(root.format(inside))
        assert found.dialect is dialect
        assert f'validate-with="{stated}"' in found.doubt
        assert found.doubt in found.reason
    if not stated.startswith("pacemaker-"):
        assert detect(root.format(WRAPPED)).dialect is Dialect.HB2


@pytest.mark.parametrize(
    ("root", "inside", "dialect", "mixed"),
    [
        ('validate-with="pacemaker-1.0"', WRAPPED, Dialect.P10, True),
        ('have_quorum="1"', BARE + BARE, Dialect.HB2, True),
        ('have-quorum="1"', WRAPPED + WRAPPED + BARE, Dialect.P10, True),
        ('crm_feature_set="3.0.1"', WRAPPED, Dialect.P10, True),
        ('crm_feature_set="2.0"', "", Dialect.HB2, False),
        ("", BARE, Dialect.P10, False),
        ("", WRAPPED + BARE, Dialect.HB2, True),
        ("", '<op id="o" name="a" on-fail="stop"/>' + WRAPPED, Dialect.HB2, False),
        ("", '<primitive id="p" is_managed="true"/>', Dialect.HB2, False),
    ],
)  # fmt: skip
def test_the_root_decides_and_then_the_majority(root: str, inside: str, dialect: Dialect, mixed: bool) -> None:
    found = detect(f"<cib {root}><configuration>{inside}</configuration></cib>")
    assert (found.dialect, found.mixed) == (dialect, mixed)


def test_the_status_section_has_no_vote() -> None:
    assert detect('<cib><configuration/><status><op id="a" prereq="nothing"/></status></cib>').dialect is None
