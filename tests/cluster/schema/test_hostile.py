"""No tree, however odd, is rejected without an explanation or explained without a rejection."""

from __future__ import annotations

import random

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.schema.check import is_valid, schema_file, violations
from cibtools.cluster.schema.model import load_model
from tests.pacemaker.mutants import mutant

DIALECTS = (Dialect.HB2, Dialect.P10)
XSI = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance"'
HEAD = 'admin_epoch="0" epoch="1" num_updates="2"'
ODD = (
    "<cib/>",
    "<cib><status/></cib>",
    f"<cib {HEAD}><configuration><status/></configuration></cib>",
    f"<cib {HEAD}><configuration><cib/></configuration></cib>",
    f"<cib {HEAD}><configuration/><configuration/></cib>",
    '<a:cib xmlns:a="urn:a"/>',
    '<cib xmlns="urn:a"><configuration/></cib>',
    "<unheard-of/>",
    "<cibtools-fragments/>",
    "<no-children/>",
    '<nvpair id="a" name="b"><no-children/></nvpair>',
    "<configuration><configuration/></configuration>",
    '<resources><a:primitive xmlns:a="urn:a" id="b"/></resources>',
    '<resources><?why not?><!-- c --><primitive id="b" class="lsb" type="c" a:d="e" xmlns:a="urn:a"/></resources>',
    '<primitive xml:lang="de" xml:id="q" id="a" class="lsb" type="t"/>',
    '<op id="a" name="b" interval="1"><!-- c -->text</op>',
    "<resources>&#160;</resources>",
    '<group id="g">&#160;<primitive id="b" class="lsb" type="c"/></group>',
    f'<resources {XSI} x:type="unheard-of"/>',
    f'<resources><primitive {XSI} x:type="cloned" id="a" class="lsb" type="t"/></resources>',
    f'<resources {XSI} x:noNamespaceSchemaLocation="http://127.0.0.1:1/elsewhere.xsd"/>',
    f'<primitive id="{"x" * 100_000}" class="lsb" type="t"/>',
    f"{'<group>' * 200}{'</group>' * 200}",
    "<status><cib/></status>",
)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ODD, ids=lambda text: text[:50])
def test_odd_trees_are_explained_if_and_only_if_they_are_rejected(text: str, dialect: Dialect) -> None:
    top = etree.fromstring(text)
    found = violations(top, dialect)
    assert bool(found) != is_valid(top, dialect)
    assert [one for one in found if one.kind == "other"] == []


OLD = """<cib admin_epoch="0" epoch="1" num_updates="2" have_quorum="true"
ccm_transition="2"><configuration><crm_config><cluster_property_set id="b"><rule id="br"
score="1"/><attributes><nvpair id="b1" name="stonith-enabled"
value="1"/></attributes></cluster_property_set></crm_config><nodes><node id="1" uname="alder"
type="normal"><instance_attributes id="ni"><attributes/></instance_attributes></node></nodes><resources><group
id="g" ordered="true" is_managed="default"><primitive id="a" class="ocf" provider="heartbeat" type="Xen"
resource_stickiness="INFINITY"><operations><op id="o" name="monitor" interval="10s" timeout="60" disabled="no"
role="master" on_fail="fence" prereq="nothing"/></operations></primitive></group><clone id="c" notify="yes"
clone_max="2"><primitive id="b" class="lsb" type="t"/></clone><master_slave id="m"><meta_attributes
id="mm"><attributes/></meta_attributes><group id="mg"/></master_slave></resources><constraints><rsc_order id="x"
from="a" to="b" type="before" action="start" to_action="promote" score="0" symmetrical="true"/><rsc_colocation
id="y" from="a" to="b" score="-infinity" to_role="Slave"/><rsc_location id="z" rsc="a"><lifetime id="l"><rule
id="lr"><date_expression id="d" operation="in_range" start="2007"><duration id="du"
days="2"/></date_expression></rule></lifetime><rule id="r" score="5" boolean_op="or"><expression id="e"
attribute="#uname" operation="eq" value="x" type="string"/><date_expression id="f"
operation="date_spec"><date_spec id="ds"
hours="1"/></date_expression></rule></rsc_location></constraints></configuration><status><x/></status></cib>"""


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(2))
def test_libxml2_and_xmlschema_agree_about_heartbeat_too(batch: int) -> None:
    xsd, model = etree.XMLSchema(file=str(schema_file(Dialect.HB2))), load_model(schema_file(Dialect.HB2))
    base, rnd, disagreements, rejected = etree.fromstring(OLD), random.Random(batch), [], 0
    assert violations(base, Dialect.HB2) == ()
    for _ in range(250):
        what, root = mutant(base, rnd)
        found, verdict = violations(root, Dialect.HB2), xsd.validate(root)
        rejected += bool(found)
        if bool(found) == is_valid(root, Dialect.HB2) or any(one.kind == "other" for one in found):
            disagreements.append(f"explained as {found}: {what}")
        padded = any(value != value.strip() for value in map(str, root.xpath("//@*")))
        if not padded and not verdict == model.is_valid(root, use_location_hints=False) == (not found):
            disagreements.append(f"libxml2 {verdict}, we {found}: {what}")
    assert disagreements == []
    assert 50 < rejected < 225
