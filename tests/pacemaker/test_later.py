"""What `lint --target` says of an upgrade is what the upgrade of Pacemaker 3.0 does."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest
from lxml import etree

from cibtools.cluster.vocabulary.data import GoneRow, gone_rows

pytestmark = pytest.mark.pacemaker
CIB = """<cib validate-with="pacemaker-{schema}" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>
<cluster_property_set id="boot"><nvpair id="keep" name="batch-limit" value="9"/>{cluster}</cluster_property_set>
</crm_config><nodes><node id="1" uname="alder"/>{node}</nodes><resources>
<primitive id="vm" class="{class}" {provider} type="x"><meta_attributes id="m">{meta}</meta_attributes>
<instance_attributes id="i">{instance}</instance_attributes><operations><op id="o" name="start" interval="0"
{op}><meta_attributes id="o-m">{operation}</meta_attributes></op></operations></primitive>{resources}
<primitive id="two" class="ocf" provider="heartbeat" type="Dummy"/></resources><constraints>{constraints}</constraints>
{more}<op_defaults><meta_attributes id="d">{default}</meta_attributes></op_defaults></configuration></cib>"""
PLACES = dict.fromkeys(
    ("cluster", "node", "meta", "instance", "op", "operation", "resources", "constraints", "more", "default"), ""
)
_RULE = '<rule id="{0}" score="1"><expression id="{0}e" attribute="a" operation="defined"/></rule>'
_BUNDLE = '<bundle id="b"><{0} image="x"{1}/></bundle>'
ELEMENTS = {
    "rkt": ("resources", _BUNDLE.format("rkt", "")),
    "master": ("resources", """<master id="ms"><primitive id="in" class="ocf" provider="pacemaker" type="Stateful"/>
        </master>"""),
    "lifetime": ("constraints", f"""<rsc_location id="l" rsc="vm" node="alder" score="1"><lifetime>{_RULE.format("x")}
        </lifetime></rsc_location>"""),
    "docker/masters": ("resources", _BUNDLE.format("docker", ' masters="1"')),
    "podman/masters": ("resources", _BUNDLE.format("podman", ' masters="1"')),
    "date_spec/moon": ("constraints", """<rsc_location id="l" rsc="vm"><rule id="r" score="1"><date_expression
        id="e" operation="date_spec"><date_spec id="s" moon="4" hours="1"/></date_expression></rule></rsc_location>"""),
    "level above 9": ("more", """<fencing-topology><fencing-level id="fl" target="alder" index="12" devices="two"/>
        </fencing-topology>"""),
    "several rules": ("constraints", f"""<rsc_location id="l" rsc="vm">{_RULE.format("x")}{_RULE.format("y")}
        </rsc_location>"""),
    "nvpair without a value": ("meta", '<nvpair id="gone" name="priority"/>'),
    "second of a name": ("meta", """<nvpair id="one" name="priority" value="1"/><nvpair id="gone" name="priority"
        value="2"/>"""),
}  # fmt: skip
LOST = {"level above 9": "//fencing-level", "several rules": "//rsc_location[rule[2]]"}
UNSEEN = {
    "op/can-fail", "op/role_after_failure", "rsc_colocation/rsc-instance", "rsc_colocation/with-rsc-instance",
    "rsc_order/first-instance", "rsc_order/then-instance",
}  # fmt: skip
"""Attributes that no schema of 1.2 and later takes, or that the CIB of an old release alone has."""

REWRITTEN = {
    "resource-failure-stickiness": '<nvpair id="old" name="no_quorum_policy" value="stop"/>',
    "second of a name": '<nvpair id="old" name="crmd-transition-delay" value="0"/>',
}
"""What goes only where something else has the CIB rewritten, and something else."""


def sample(row: GoneRow) -> tuple[dict[str, str], str]:
    """What stands where, and what must not be found in the upgraded CIB, as XPath."""
    kind, name = row["kind"], row["name"]
    if kind == "class":
        return {"class": name}, f"//primitive[@class='{name}']"
    if kind == "node":
        return {"node": f'<node id="9" uname="gate" type="{name}"/>'}, f"//node[@type='{name}']"
    if kind == "value":
        option, _, value = name.partition("=")
        return {"cluster": f'<nvpair id="gone" name="{option}" value="{value}"/>'}, f"//nvpair[@value='{value}']"
    if name in ELEMENTS:
        place, text = ELEMENTS[name]
        lost = LOST.get(name, "//*[@id='gone']")
        tag, _, attribute = name.partition("/")
        lost = f"//{tag}" + (f"/@{attribute}" if attribute else "") if kind in ("element", "attribute") else lost
        return {place: text}, lost
    inside = {"cluster": "crm_config", "meta": "primitive", "instance": "instance_attributes", "operation": "op"}
    where = inside.get(kind, "op_defaults")
    return {kind: f'<nvpair id="gone" name="{name}" value="1"/>'}, f"//{where}//nvpair[@name='{name}']"


def _upgraded(root: Path, text: str) -> etree._Element:
    with tempfile.TemporaryDirectory(dir=root / "tmp") as folder:
        path = Path(folder, "cib.xml")
        path.write_text(text, encoding="utf-8")
        inside = "/" + str(path.relative_to(root))
        command = ["chroot", str(root), "/usr/sbin/cibadmin", "--upgrade", "--force"]
        done = subprocess.run(command, env={**os.environ, "CIB_file": inside}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return etree.parse(path).getroot()


@pytest.mark.parametrize("row", [row for row in gone_rows() if row["name"] not in UNSEEN], ids=lambda row: row["name"])
def test_the_upgrade_drops_what_the_table_says(row: GoneRow, pacemaker_3: Path) -> None:
    parts, lost = sample(row)
    schema = {"1.1": "2.10", "2.0": "2.10"}.get(row["since"], "3.9")
    provider = "" if parts.get("class") else 'provider="heartbeat"'
    text = CIB.format(**{**PLACES, "schema": schema, "class": "ocf", "provider": provider, **parts})
    text = text.replace('<nvpair id="keep"', f'{REWRITTEN.get(row["name"], "")}<nvpair id="keep"')
    assert etree.fromstring(text).xpath(lost), "the sample does not show it"
    after = _upgraded(pacemaker_3, text)
    assert after.get("validate-with") == "pacemaker-4.0"
    assert not after.xpath(lost)
