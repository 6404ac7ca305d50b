"""Our schemas of Pacemaker 1.1 and later against the RelaxNG schemas that Pacemaker uses, version by version."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.schema.check import is_valid, schema_file, violations
from tests.cluster.schema.written import number, versions
from tests.pacemaker.mutants import mutant

pytestmark = pytest.mark.pacemaker
RELAXNG = Path("/usr/share/pacemaker")
MUTANTS = 60
"""Mutants of each base for each version; `--large` makes it eighty times as many."""

_CIB = """<cib validate-with="pacemaker-{version}" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
<configuration><crm_config><cluster_property_set id="boot"><nvpair id="boot-1" name="stonith-enabled" value="true"/>
</cluster_property_set></crm_config>{more}<nodes><node id="1" uname="alder" score="5"><utilization id="u">
<nvpair id="u-1" name="cpu" value="4"/></utilization></node><node id="2" uname="birch" type="member"/></nodes>
<resources>{resources}</resources><constraints>{constraints}</constraints></configuration>{status}</cib>"""
_WEB = '<primitive id="web" class="systemd" type="nginx"/>'
_SETS = """<rsc_order id="o2" kind="Optional"><resource_set id="s1" sequential="false" require-all="false">
<resource_ref id="web"/></resource_set><resource_set id-ref="s1"/></rsc_order>"""

BASES: dict[str, tuple[str, dict[str, str]]] = {
    "resources": (
        "1.2",
        {
            "resources": f"""<template id="T" class="ocf" provider="heartbeat" type="Xen"><operations id="T-o">
            <op id="T-m" name="monitor" interval="10s" timeout="20s" on-fail="restart" role="Started"/></operations>
            </template><primitive id="vm" template="T"><utilization id="vm-u"/></primitive>{_WEB}
            <group id="g" description="both"><primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2">
            <instance_attributes id="ip-i"><nvpair id="ip-1" name="ip" value="10.0.0.1"/></instance_attributes>
            </primitive></group><clone id="c"><meta_attributes id="c-m"/>
            <primitive id="p" class="lsb" type="x"/></clone>
            <primitive id="f" class="stonith" type="fence_x"><operations id-ref="T-o"/></primitive>""",
            "constraints": f"""<rsc_location id="l1" rsc="web" node="alder" score="INFINITY" role="Started"/>
            <rsc_location id="l2" rsc="vm"><rule id="r" score="-INFINITY" boolean-op="or"><expression id="e"
            attribute="pingd" operation="lt" value="1" type="number"/><rule id="r2" score="0"><date_expression id="d"
            operation="date_spec"><date_spec id="ds" hours="1-5"/></date_expression></rule></rule></rsc_location>
            <rsc_colocation id="k1" rsc="web" with-rsc="ip" score="-5"/><rsc_order id="o1" first="ip" then="web"/>
            {_SETS}<rsc_ticket id="t" rsc="web" ticket="east" loss-policy="stop"/>""",
            "more": """<rsc_defaults><meta_attributes id="rd"><nvpair id="rd-1" name="is-managed" value="true"/>
            </meta_attributes></rsc_defaults><op_defaults/><fencing-topology><fencing-level id="fl" target="alder"
            index="1" devices="f"/></fencing-topology>""",
            "status": '<status><node_state id="1" uname="alder"/></status>',
        },
    ),
    "rights": (
        "2.0",
        {
            "resources": _WEB,
            "more": """<acls><acl_target id="u"><role id="r"/></acl_target><acl_group id="gr"><role id="r"/></acl_group>
            <acl_role id="r" description="who may"><acl_permission id="a1" kind="read" xpath="//cib"/>
            <acl_permission id="a2" kind="deny" reference="web"/><acl_permission id="a3" kind="write"
            object-type="nvpair" attribute="value"/></acl_role></acls><tags><tag id="tt">
            <obj_ref id="web"/></tag></tags>""",
        },
    ),
    "old rights": (
        "1.2",
        {
            "resources": _WEB,
            "more": """<acls><acl_user id="user"><role_ref id="r"/></acl_user><acl_role id="r">
            <read id="a1" xpath="//cib"/>
            <write id="a2" tag="nvpair" ref="web" attribute="value"/></acl_role></acls>""",
        },
    ),
    "alerts and bundles": (
        "3.4",
        {
            "resources": """<bundle id="b"><podman image="x" replicas="2" network="host" promoted-max="1"/><network
            ip-range-start="10.0.0.1" control-port="3121" host-netmask="24" add-host="true"><port-mapping id="pm"
            port="80"/><port-mapping id="pm2" range="1-5"/></network><storage><storage-mapping id="sm" source-dir="/a"
            target-dir="/b" options="rw"/></storage><primitive id="in" class="ocf" provider="p" type="t"/></bundle>"""
            + _WEB,
            "constraints": '<rsc_location id="l" rsc-pattern="w.*" node="alder" score="1" resource-discovery="never"/>',
            "more": """<rsc_defaults><meta_attributes id="rd"><rule id="rdr" score="0"><rsc_expression id="re"
            class="ocf"/><op_expression id="oe" name="start"/></rule></meta_attributes></rsc_defaults>
            <alerts><alert id="al" path="/bin/true"><select><select_attributes><attribute id="at"
            name="standby"/></select_attributes><select_nodes/></select><recipient id="rec" value="x"/></alert></alerts>
            <fencing-topology><fencing-level id="fl" target-attribute="rack" target-value="1" index="9"
            devices="web,in"/></fencing-topology>""",
        },
    ),
}
"""By name: the first schema that takes it, and its parts."""


def base(name: str, version: str) -> etree._Element:
    parts = {"more": "", "constraints": "", "status": "", **BASES[name][1]}
    return etree.fromstring(_CIB.format(version=version, **parts))


def reread(root: etree._Element) -> etree._Element:
    """A tree of its own: RelaxNG marks the ids in the one that it validates."""
    return etree.fromstring(etree.tostring(root))


@lru_cache(maxsize=1)
def relaxng(version: str) -> etree.RelaxNG:
    path = RELAXNG / f"pacemaker-{version}.rng"
    if not path.is_file():
        pytest.skip(f"the Pacemaker installed here has no schema {version}")
    return etree.RelaxNG(etree.parse(str(path)))


@pytest.mark.parametrize("version", versions())
def test_verdicts_about_mutants_agree(version: str, large: bool) -> None:
    theirs = relaxng(version)
    valid = 0
    for name in BASES:
        root = base(name, version)
        whole = number(version) >= number(BASES[name][0]) and not (name == "old rights" and number(version) >= (2, 0))
        assert is_valid(root, Dialect.P11) == theirs.validate(reread(root)), name
        assert not whole or is_valid(root, Dialect.P11), (name, violations(root, Dialect.P11))
        chance = random.Random(f"{name} {version}")
        for _ in range(MUTANTS * (80 if large else 1)):
            done, changed = mutant(root, chance)
            if changed.get("validate-with") != f"pacemaker-{version}" or changed.tag != "cib":
                continue
            verdict = theirs.validate(reread(changed))
            valid += verdict
            assert verdict == is_valid(changed, Dialect.P11), f"{name}: {done}: {theirs.error_log}"
            assert verdict or violations(changed, Dialect.P11), f"{name}: {done}: rejected without a word"
    assert valid > 0


@pytest.mark.parametrize("version", versions())
def test_the_xsds_are_those_of_the_description(version: str) -> None:
    from tests.cluster.schema.written import write

    root = etree.fromstring(f'<cib validate-with="pacemaker-{version}"/>')
    assert schema_file(Dialect.P11, root).read_text(encoding="utf-8") == write(version)
