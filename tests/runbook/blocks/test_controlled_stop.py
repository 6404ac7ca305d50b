"""Where a whole cluster starts, memory is judged by where the domUs are predicted to go, and not by N-1."""

from __future__ import annotations

import pytest

from cibtools.runbook.facts.parameters import Wishes
from cibtools.runbook.plan.enums import Light, Readiness
from tests.runbook.lab import Domu, Paper, runbook_of


@pytest.mark.parametrize(
    ("sizes", "light"),
    [((4000, 4000), Light.GREEN), ((4000, 4000, 4000, 100), Light.RED)],
)
def test_a_cold_start_that_does_not_fit_is_red(sizes: tuple[int, ...], light: Light) -> None:
    domus = tuple(Domu(f"d{number}", size, node=number) for number, size in enumerate(sizes))
    ram = (("host1", 6500), ("host2", 6500))
    wishes = Wishes("heartbeat-2.1.4", "pacemaker-1.0", "shutdown", node_ram=ram)
    plan = runbook_of("upgrade", Paper(domus=domus).cluster(), wishes)
    checks = {gate.id: [one for one in gate.criteria if one.check == "P-10"] for gate in plan.gates}
    assert checks["G-START"] == [], "an upgrade by shutdown does not need the memory of N-1 nodes"
    (memory,) = checks["G-RELEASE"]
    assert memory.state is light, memory.reason
    assert (plan.verdict is Readiness.BLOCKED) is (light is Light.RED)
