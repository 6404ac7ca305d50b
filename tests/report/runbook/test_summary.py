"""The verdict of a runbook says how much there is to read before the work begins."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cibtools.report.runbook.arrange import view
from cibtools.runbook.plan.enums import Light, Readiness
from cibtools.runbook.plan.runbook import Criterion, Gate
from tests.report.runbook.sample import sample

UNKNOWN = Gate("G-A", "", (Criterion("P-10", Light.AMBER, "fits", "needs the memory of host1"),))
ASKED = Gate("G-B", "", (Criterion("", Light.AMBER, "yes: ____", live=True),))


@pytest.mark.parametrize(
    ("gates", "said"),
    [((), ""), ((ASKED,), ""), ((UNKNOWN, ASKED), ", 1 unknown gate"), ((UNKNOWN, UNKNOWN), ", 2 unknown gates")],
)
def test_the_verdict_counts_warnings_and_unknown_gates(gates: tuple[Gate, ...], said: str) -> None:
    found = view(replace(sample(), verdict=Readiness.WARNINGS, gates=gates))
    assert len(found.warnings) > 1
    assert found.verdict == f"ready with {len(found.warnings)} warnings{said}"


def test_other_verdicts_count_nothing() -> None:
    assert view(replace(sample(), verdict=Readiness.BLOCKED, gates=(UNKNOWN,))).verdict == "blocked"
