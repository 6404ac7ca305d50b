"""The restatement against what the engine of heartbeat 2.1.3 decided, construct by construct."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from cibtools.cli.planning.simulator import Simulator
from cibtools.migrate.proof import restated, restated_resources
from cibtools.migrate.proof.restated import restated_cib
from cibtools.migrate.proof.witness import UNWITNESSED, without_witness
from tests.migrate.lab import cluster_of, whole
from tests.migrate.plans import decided_for, settled

PAIRS = tomllib.loads(Path(__file__).with_name("witnesses.toml").read_text(encoding="utf-8"))["pair"]
NOON = datetime(2008, 9, 1, 12)
REMOVING = (
    '<cluster_property_set id="x"><attributes><nvpair id="n" name="remove_after_stop" value="true"/></attributes>'
    "</cluster_property_set>"
)
KEY = "9:1:0:11111111-2222-3333-4444-555555555555"


def record(lrm: etree._Element, resource: str, operation: str, interval: str, *, failed: bool) -> None:
    """One operation of the history."""
    (known,) = lrm.xpath("lrm_resource[@id = $name]", name=resource) or [etree.SubElement(lrm, "lrm_resource")]
    known.attrib.update({"id": resource, "class": "ocf", "provider": "heartbeat", "type": "Dummy"})
    made = etree.SubElement(known, "lrm_rsc_op", id=f"{resource}_{operation}_{interval}")
    words = {"operation": operation, "interval": interval}
    status, code = ("4", "1") if failed else ("0", "0")
    words |= {"call-id": "9" if failed else "5", "rc-code": code, "op-status": status, "crm_feature_set": "2.0"}
    made.attrib.update(words | {"transition-key": KEY, "transition-magic": f"{status}:{code};{KEY}"})


def planned(text: str, state: list[str], simulator: Simulator) -> Counter[str]:
    """What the installed scheduler decides for the restatement of a CIB in a state."""
    cib = restated_cib(cluster_of(whole(text)), {}, NOON, {})
    cib.set("have-quorum", str("no quorum" not in state).lower())
    status = etree.SubElement(cib, "status")
    for node in cib.iterfind("configuration/nodes/node"):
        name = node.get("uname", "")
        if f"{name} is unseen" in state:
            continue
        lost = f"{name} is lost" in state
        here = etree.SubElement(status, "node_state", id=node.get("id", ""), uname=name, expected="member")
        here.attrib.update({"in_ccm": str(not lost).lower(), "join": "down" if lost else "member"})
        here.attrib.update({"crmd": "offline" if lost else "online"})
        lrm = etree.SubElement(etree.SubElement(here, "lrm", id=node.get("id", "")), "lrm_resources")
        for words in state:
            running = re.fullmatch(rf"(\S+) runs on {name}", words)
            failed = re.fullmatch(rf"(?:a|the) (monitor|start) of (\S+) failed on {name}", words)
            if running or failed:
                record(lrm, running[1] if running else failed[2], "monitor", "0", failed=False)
            if failed:
                record(lrm, failed[2], failed[1], "10000" if failed[1] == "monitor" else "0", failed=True)
    return decided_for(cib, simulator, NOON)


@pytest.mark.slow
@pytest.mark.pacemaker
def test_each_construct_has_a_witness_or_is_on_the_list_of_those_without(simulator: Simulator) -> None:
    without = {pair["construct"] for pair in PAIRS}
    for pair in PAIRS:
        decided, otherwise = settled(pair["decided"]), settled(pair["otherwise"])
        state = pair.get("state", [])
        repeated = (planned(pair["cib"], state, simulator), planned(pair["other"], state, simulator))
        if decided != otherwise and repeated == (decided, otherwise):
            without.discard(pair["construct"])
    assert without == {found.name for found in UNWITNESSED}


def test_every_option_that_the_restatement_reads_was_tried() -> None:
    options = {*restated._PROPERTIES, *restated._POLICIES, *restated_resources._BOOLEANS, *restated_resources._COUNTS}
    options |= {*restated_resources._WORDS, "resource-stickiness", "target-role", "default-resource-stickiness"}
    tried = {
        option
        for option in options
        for pair in PAIRS
        if re.search(rf"\b{option.replace('-', '[-_]')}\b", pair["cib"]) and pair["cib"] != pair["other"]
    }
    assert tried == options


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('<primitive id="a" $D/>', ()),
        (
            '<clone id="c" notify="true" ordered="false"><primitive id="a" $D/></clone>',
            ("ordered of a clone", "notify"),
        ),
        ('<group id="g" ordered="false"><primitive id="a" $D target_role="started"/></group>', ()),
        ('<primitive id="a" $D target_role="master"/>', ("target-role Master",)),
        ('<rsc_order id="o" from="a" to="b" symmetrical="no"/>', ("symmetrical of an order",)),
        (REMOVING, ("remove-after-stop",)),
    ],
)
def test_what_a_cluster_has_of_them_is_told(text: str, names: tuple[str, ...]) -> None:
    assert without_witness(cluster_of(whole(text))) == names
