"""What a plan knows of a node."""

from __future__ import annotations

import pytest

from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from tests.runbook.lab import cluster_of

CIB = """<cib><configuration><crm_config/><nodes><node id="u1" uname="host1" type="normal"><instance_attributes id="i">
<attributes><nvpair id="s" name="standby" value="{}"/></attributes></instance_attributes></node></nodes><resources/>
<constraints/></configuration><status/></cib>"""


@pytest.mark.parametrize(
    ("word", "standby"), [("y", True), ("ON", True), ("1", True), ("off", False), ("n", False), ("x", False)]
)
def test_standby_is_what_the_engine_takes_for_true(word: str, standby: bool) -> None:
    (host,) = survey(cluster_of({"cib.xml": CIB.format(word)}), Wishes(), Parameters()).hosts
    assert host.standby is standby
