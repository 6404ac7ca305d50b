"""Small valid CIBs of Pacemaker 1.0 that show every construct, and seeded changes to them."""

from __future__ import annotations

import copy
import random

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.grammar import grammar

_CIB = """<cib validate-with="pacemaker-1.0" admin_epoch="0" epoch="1" num_updates="0" {cib}><configuration>
<crm_config>{crm_config}</crm_config>{defaults}<nodes>{nodes}</nodes><resources>{resources}</resources>
<constraints>{constraints}</constraints></configuration>{status}</cib>"""
_WEB = '<primitive id="web" class="ocf" provider="heartbeat" type="Xen"/>'
_IP = '<primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"/>'


def _cib(cib: str = "", defaults: str = "", status: str = "", **sections: str) -> etree._Element:
    names = ("crm_config", "nodes", "resources", "constraints")
    return etree.fromstring(
        _CIB.format(cib=cib, defaults=defaults, status=status, **{name: sections.get(name, "") for name in names})
    )


BASES = (
    _cib(
        cib='crm_feature_set="3.0.1" have-quorum="1" dc-uuid="1" cib-last-written="Mon" remote-tls-port="1234"',
        crm_config="""<cluster_property_set id="boot"><nvpair id="boot-1" name="stonith-enabled" value="true"/>
        </cluster_property_set><cluster_property_set id="late" score="-5"/>""",
        defaults="""<rsc_defaults><meta_attributes id="rd"><nvpair id="rd-1" name="is-managed" value="true"/>
        </meta_attributes></rsc_defaults><op_defaults><meta_attributes id-ref="rd"/></op_defaults>""",
        nodes="""<node id="1" uname="alder" type="normal"><instance_attributes id="n1"><nvpair id="n1-s" name="standby"
        value="off"/></instance_attributes></node><node id="web" uname="birch" type="member" description="spare"/>""",
        resources=_WEB,
        status='<status><node_state id="1" uname="alder"><lrm id="1"/></node_state></status>',
    ),
    _cib(
        resources="""<primitive id="db" class="ocf" provider="heartbeat" type="mysql" description="the one">
        <meta_attributes id="db-m"><nvpair id="db-m-1" name="target-role" value="Started"/></meta_attributes>
        <operations id="db-ops"><op id="db-1" name="monitor" interval="10s" timeout="20s" start-delay="5s"
        enabled="true" role="Started" requires="quorum" on-fail="restart" record-pending="0"/>
        <op id="db-2" name="start" interval="0"
        interval-origin="2009-01-01"><instance_attributes id="db-2-i"/></op></operations>
        <instance_attributes id="db-i"/></primitive>
        <primitive id="fence" class="stonith" type="external/ssh"><operations id-ref="db-ops"/></primitive>
        <primitive id="old" class="lsb" type="cups"/>""",
    ),
    _cib(
        resources=f"""<group id="g"><meta_attributes id="g-m"/>{_IP}{_WEB}</group>
        <clone id="c"><primitive id="p" class="heartbeat" type="ping"/><meta_attributes id="c-m"/></clone>
        <master id="m" description="drbd"><meta_attributes id-ref="c-m"/><group id="mg">
        <primitive id="d" class="ocf" provider="linbit" type="drbd"/></group></master>""",
        constraints="""<rsc_location id="l1" rsc="g" node="alder" score="INFINITY"/>
        <rsc_order id="o1" first="c" then="m" score="0" symmetrical="false" first-action="start" then-action="promote"/>
        <rsc_order id="o2" first="ip" then="web" kind="Optional"/>""",
    ),
    _cib(
        resources=_WEB + _IP,
        constraints="""<rsc_location id="l" rsc="web"><rule id="r" score="-INFINITY" boolean-op="or" role="Started">
        <expression id="e1" attribute="pingd" operation="not_defined"/>
        <expression id="e2" attribute="pingd" operation="lte" value="0" type="number"/></rule>
        <rule id="r2" score-attribute="pingd"><rule id="r3" score="1"><expression id="e3" attribute="#uname"
        operation="eq" value="alder"/></rule></rule></rsc_location>
        <rsc_location id="l2" rsc="ip"><rule id-ref="r"/></rsc_location>
        <rsc_colocation id="c1" rsc="web" with-rsc="ip" score="INFINITY" rsc-role="Started" with-rsc-role="Master"
        node-attribute="rack"/><rsc_colocation id="c2" rsc="web" with-rsc="ip" score-attribute="near"/>""",
    ),
    _cib(
        resources=_WEB + _IP,
        constraints="""<rsc_location id="l" rsc="web"><rule id="r" score="5" boolean-op="and">
        <date_expression id="d1" operation="in_range" start="2009-05-01" end="2009-06-01"/>
        <date_expression id="d2" operation="in_range" start="2009-05-01"><duration id="du" weeks="2"/></date_expression>
        <date_expression id="d3" operation="gt" start="2009-05-01"/><date_expression id="d4" operation="lt" end="2010"/>
        <date_expression id="d5" operation="date_spec"><date_spec id="ds" hours="9-16" weekdays="1-5" moon="4"/>
        </date_expression></rule><lifetime><rule id="lr" score="0"><date_expression id="d6" operation="in_range"
        end="2011"/></rule></lifetime></rsc_location>""",
    ),
    _cib(
        resources=_WEB + _IP,
        constraints="""<rsc_order id="o" symmetrical="true" score="0"><resource_set id="s1" sequential="false"
        action="start" role="Started" score="10"><resource_ref id="web"/><resource_ref id="ip"/></resource_set>
        <resource_set id-ref="s1"/></rsc_order><rsc_colocation id="c" score-attribute-mangle="x"><lifetime><rule id="r"
        score="1"><expression id="e" attribute="a" operation="defined"/></rule></lifetime><resource_set id="s2">
        <resource_ref id="ip"/></resource_set></rsc_colocation>
        <rsc_order id="o3" first="web" then="ip"><lifetime><rule id-ref="r"/></lifetime></rsc_order>""",
    ),
)
"""Valid CIBs: one construct or another of the schema in each."""

TAGS = sorted(grammar(Dialect.P10))
NAMES = sorted({name for element in grammar(Dialect.P10).values() for name in element.attributes} | {"kind", "bogus"})
VALUES = (
    *("", " ", "x-new", "web", " ip ", "1st", "a:b", "e1", "db-ops", "r", "c-m", "s1", "ä", "x y"),
    *("5", "-5", "+5", "05", "5.5", "99999999999999999999999", "INFINITY", "+INFINITY", "-INFINITY", "infinity", " 5 "),
    *("true", "false", "1", "0", "yes", "True", "Started", "started", " Master ", "start", "Stopped", "promote"),
    *("ocf", "lsb", "stonith", "OCF", "member", "or", "and", "lt", "in_range", "gt", "date_spec", "number", "fence"),
    *("Optional", "pacemaker-1.0", "pacemaker-9.9", "2009-05-01", "standby", "nothing", "none"),
)


def mutant(base: etree._Element, rnd: random.Random) -> tuple[str, etree._Element]:
    """One or two changes somewhere in a copy of a CIB, and what they were."""
    root = copy.deepcopy(base)
    done = [_change(root, rnd)]
    if rnd.random() < 0.25:
        done.append(_change(root, rnd))
    return "; ".join(done), root


def _change(root: etree._Element, rnd: random.Random) -> str:
    element = rnd.choice(list(root.iter("*")))
    kind = rnd.choice(
        ("drop @", "rename @", "move @", "add @", "value", "value", "drop", "double", "rename", "move", "add", "text")
    )
    if kind in ("drop @", "rename @", "move @", "value"):
        return _attribute(root, element, kind, rnd)
    where = element.tag
    parent = element.getparent()
    match kind:
        case "add @":
            name, value = rnd.choice(NAMES), rnd.choice(VALUES)
            element.set(name, value)
            return f"{where}: {name}={value!r} added"
        case "add":
            new = rnd.choice(TAGS)
            child = etree.Element(new, {"id": rnd.choice(("x-new", "web"))} if rnd.random() < 0.7 else {})
            element.insert(rnd.randint(0, len(element)), child)
            return f"{where}: {new} added"
        case "text":
            element.text = rnd.choice(("stray", "\n ", " &amp; "))
            return f"{where}: text {element.text!r}"
        case "rename":
            element.tag = rnd.choice(TAGS)
            return f"{where} renamed to {element.tag}"
    if parent is None:
        return "nothing"
    match kind:
        case "drop":
            parent.remove(element)
        case "double":
            parent.insert(parent.index(element), copy.deepcopy(element))
        case _:
            homes = [home for home in root.iter("*") if home is not element and element not in home.iterancestors()]
            home = rnd.choice([parent, *homes])
            parent.remove(element)
            home.insert(rnd.randint(0, len(home)), element)
            return f"{parent.tag}/{where}: moved to {home.tag}"
    return f"{parent.tag}/{where}: {kind}"


def _attribute(root: etree._Element, element: etree._Element, kind: str, rnd: random.Random) -> str:
    name = rnd.choice(sorted(map(str, element.attrib)) or [""])
    if not name:
        return "nothing"
    where = f"{element.tag}/@{name}"
    match kind:
        case "drop @":
            del element.attrib[name]
            return f"{where} dropped"
        case "rename @":
            new = rnd.choice([*NAMES, f"{name}x", name.replace("-", "_")])
            element.set(new, element.attrib.pop(name))
            return f"{where} renamed to {new}"
        case "move @":
            other = rnd.choice(list(root.iter("*")))
            other.set(name, element.attrib.pop(name))
            return f"{where} moved to {other.tag}"
    value = rnd.choice([*VALUES, *root.xpath("//@*")])
    element.set(name, str(value))
    return f"{where}={value!r}"
