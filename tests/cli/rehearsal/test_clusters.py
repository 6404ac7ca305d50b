"""Clusters of two to eight nodes, made up: their runbooks are carried out on the model without a surprise.

`CIBTOOLS_EXAMPLES=100` in the environment asks for more of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cibtools.cli.planning.simulator import Simulator
from cibtools.cli.rehearsal.rehearse import rehearse
from cibtools.runbook.compose.kind import Request
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.kinds.registry import load_kind
from cibtools.runbook.plan.enums import Readiness
from tests.runbook.lab import Domu, Paper

_EXAMPLES = int(os.environ.get("CIBTOOLS_EXAMPLES", "2"))
_RAM = 16384


@st.composite
def papers(draw: st.DrawFn) -> Paper:
    """Clusters that hold their domUs also without one node."""
    nodes = draw(st.integers(2, 8))
    sizes = st.sampled_from((256, 512, 1024))
    domu = st.tuples(sizes, st.integers(0, nodes - 1), st.sampled_from((0, 10)), st.booleans())
    drawn = draw(st.lists(domu, min_size=1, max_size=min(40, 6 * nodes)))
    domus = [Domu(f"d{number}", size, node, delay, live) for number, (size, node, delay, live) in enumerate(drawn)]
    return Paper(nodes=nodes, domus=domus, stickiness=draw(st.sampled_from(("100", "INFINITY"))))


@pytest.mark.slow
@pytest.mark.pacemaker
@pytest.mark.parametrize("kind", ["patch", "acceptance"])
@settings(
    max_examples=_EXAMPLES, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(paper=papers())
def test_no_surprise_on_any_of_them(kind: str, paper: Paper, pacemaker: Callable[[str], str]) -> None:
    cluster = paper.cluster()
    wishes = Wishes(node_ram=tuple((name, _RAM) for name in paper.names))
    plan = load_kind(kind).build(Request(cluster=cluster, wishes=wishes, parameters=Parameters()))
    assert plan.verdict in (Readiness.READY, Readiness.WARNINGS)
    record = rehearse(plan, survey(cluster, wishes, Parameters()), Simulator(pacemaker("crm_simulate")))
    assert record.surprises == []
