"""What a survey refuses to work with."""

from __future__ import annotations

import pytest

from cibtools.errors import PlanError
from cibtools.runbook.facts.parameters import Wishes
from cibtools.runbook.kinds.registry import kind_names
from tests.runbook.lab import cluster_of, runbook_of

CIB = """<cib><configuration><crm_config/><nodes>{nodes}</nodes><resources>{resources}</resources><constraints/>
</configuration><status/></cib>"""
DOMU = '<primitive id="web" class="ocf" provider="heartbeat" type="Xen"/>'


@pytest.mark.parametrize("kind", kind_names())
@pytest.mark.parametrize(
    ("nodes", "resources", "name"),
    [
        ('<node id="u1" uname="host1"/><node id="u2" uname="host1"/>', "", "node host1"),
        ('<node id="u1" uname="host1"/><node id="u2" uname="host2"/>', DOMU + DOMU, "domU web"),
    ],
)
def test_no_plan_is_made_where_a_name_stands_for_two_things(kind: str, nodes: str, resources: str, name: str) -> None:
    cluster = cluster_of({"cib.xml": CIB.format(nodes=nodes, resources=resources)})
    target = "pacemaker-1.0" if kind == "upgrade" else ""
    with pytest.raises(PlanError, match=f"lists {name} more than once"):
        runbook_of(kind, cluster, Wishes(from_version="heartbeat-2.1.4", to_version=target))
