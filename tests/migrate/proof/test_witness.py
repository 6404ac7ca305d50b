"""The restatement against what the engine of heartbeat 2.1.3 decided, construct by construct."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from cibtools.cli.planning.simulator import Simulator
from cibtools.migrate.proof import restated, restated_resources
from cibtools.migrate.proof.restated import restated_cib
from cibtools.migrate.proof.witness import UNWITNESSED, without_witness
from tests.migrate.lab import cluster_of, whole
from tests.migrate.plans import decided_for, settled
from tests.migrate.states import with_states

PAIRS = tomllib.loads(Path(__file__).with_name("witnesses.toml").read_text(encoding="utf-8"))["pair"]
NOON = datetime(2008, 9, 1, 12)
REMOVING = (
    '<cluster_property_set id="x"><attributes><nvpair id="n" name="remove_after_stop" value="true"/></attributes>'
    "</cluster_property_set>"
)


def planned(text: str, state: list[str], simulator: Simulator) -> Counter[str]:
    """What the installed scheduler decides for the restatement of a CIB in a state."""
    cib = restated_cib(cluster_of(whole(text)), {}, NOON, {})
    with_states(cib, state, "-")
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
