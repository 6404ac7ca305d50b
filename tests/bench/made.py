"""The CIBs that are measured: Xen primitives with operations, orders, location rules and a status section."""

from __future__ import annotations

from pathlib import Path

PRIMITIVE = """<primitive id="vm{n}" class="ocf" provider="heartbeat" type="Xen"><operations>
<op id="vm{n}-mon" name="monitor" interval="10s" timeout="60s" disabled="false"/>
<op id="vm{n}-start" name="start" timeout="60s" start_delay="5s" prereq="nothing"/>
<op id="vm{n}-stop" name="stop" timeout="60s"/></operations>
<meta_attributes id="vm{n}-meta"><attributes><nvpair id="vm{n}-am" name="allow_migrate" value="true"/>
<nvpair id="vm{n}-tr" name="target_role" value="started"/></attributes></meta_attributes>
<instance_attributes id="vm{n}-inst"><attributes><nvpair id="vm{n}-xm" name="xmfile" value="/etc/xen/vm/vm{n}.xm"/>
</attributes></instance_attributes></primitive>
"""
ORDER = '<rsc_order id="o{n}" from="vm{n}" to="vm{before}" score="0"/>\n'
LOCATION = """<rsc_location id="l{n}" rsc="vm{n}"><rule id="l{n}-r" score="100" boolean_op="or">
<expression id="l{n}-e" attribute="#uname" operation="eq" value="n1"/></rule></rsc_location>
"""
RECORD = (
    '<lrm_resource id="vm{n}" class="ocf" provider="heartbeat" type="Xen"><lrm_rsc_op id="vm{n}_start_0" '
    'operation="start" interval="0" call_id="{n}" rc_code="0" op_status="0" crm_feature_set="2.0" '
    'transition_key="{n}:1:0:x" transition_magic="0:0;{n}:1:0:x" op_digest="f2"/></lrm_resource>\n'
)
DEVICE = """<primitive id="fence-{node}" class="stonith" type="external/riloe" provider="heartbeat"><operations>
<op id="fence-{node}-mon" name="monitor" interval="60s" timeout="60s"/>
<op id="fence-{node}-start" name="start" timeout="60s"/></operations>
<instance_attributes id="fence-{node}-inst"><attributes><nvpair id="fence-{node}-h" name="hostlist" value="{node}"/>
<nvpair id="fence-{node}-i" name="ilo_hostname" value="ilo-{node}"/>
<nvpair id="fence-{node}-u" name="ilo_user" value="fence"/>
<nvpair id="fence-{node}-p" name="ilo_password" value="s3cret"/>
</attributes></instance_attributes></primitive>
"""
BAN = """<rsc_location id="not-on-{node}" rsc="fence-{node}"><rule id="not-on-{node}-r" score="-INFINITY">
<expression id="not-on-{node}-e" attribute="#uname" operation="eq" value="{node}"/></rule></rsc_location>
"""
FRAME = """<cib admin_epoch="0" epoch="1" num_updates="1" have_quorum="true" dc_uuid="n1"><configuration><crm_config>
<cluster_property_set id="cib-bootstrap-options"><attributes>
<nvpair id="p1" name="stonith-enabled" value="true"/>
<nvpair id="p2" name="default-resource-stickiness" value="100"/></attributes></cluster_property_set></crm_config>
<nodes><node id="n1" uname="n1" type="normal"/><node id="n2" uname="n2" type="normal"/></nodes>
<resources>{resources}</resources><constraints>{constraints}</constraints></configuration>
<status>{status}</status></cib>
"""
STATE = """<node_state id="{node}" uname="{node}" in_ccm="true" ha="active" crmd="online" join="member"
 expected="member">
<lrm id="{node}"><lrm_resources>{records}</lrm_resources></lrm></node_state>
"""


def cib(count: int) -> str:
    """A heartbeat-2.1 CIB with that many Xen primitives on two nodes that can fence each other."""
    nodes = ("n1", "n2")
    bans = "".join(BAN.format(node=node) for node in nodes)
    orders = "".join(ORDER.format(n=number, before=number - 1) for number in range(1, count))
    states = (
        STATE.format(node=node, records="".join(RECORD.format(n=number) for number in range(first, count, 2)))
        for first, node in enumerate(nodes)
    )
    devices = "".join(DEVICE.format(node=node) for node in nodes)
    return FRAME.format(
        resources=devices + "".join(PRIMITIVE.format(n=number) for number in range(count)),
        constraints=bans + orders + "".join(LOCATION.format(n=number) for number in range(count)),
        status="".join(states),
    )


def changed(text: str) -> str:
    """The same CIB after a week's work: every tenth primitive has another timeout."""
    return text.replace('0-start" name="start" timeout="60s"', '0-start" name="start" timeout="90s"')


def fleet(top: Path, count: int) -> Path:
    """Write a directory of small backups, each a file of twelve primitives that no other has."""
    top.mkdir()
    small = cib(12)
    for number in range(count):
        (top / f"cluster{number:04}.xml").write_text(small.replace("/etc/xen", f"/etc/xen{number}"), encoding="utf-8")
    return top
