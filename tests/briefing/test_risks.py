"""The risk table: what is broken comes first, likelihood is read from evidence, a series is one line."""

from __future__ import annotations

from cibtools.briefing.risks import LIKELY, POSSIBLE, UNLIKELY, risks
from tests.report.runbook.sample import sample


def test_what_is_not_met_comes_first_and_evidence_decides_on_the_rest() -> None:
    table = risks(sample(), ())
    assert table[0].text.startswith("Not met: P-12 fencing")
    assert (table[0].likelihood, table[0].impact, table[0].steps) == (LIKELY, "high", ("G-START",))
    by_step = {one.steps: one for one in table}
    moved, storage = by_step[("P1.01",)], by_step[("P2.01",)]
    assert (moved.likelihood, moved.impact) == (POSSIBLE, "medium")
    assert (storage.likelihood, storage.impact) == (UNLIKELY, "high")
    assert "no way back" in storage.mitigation
    assert "decided at G-START, G-EVAC(host1), G-ENTRY; way back at the step" in moved.mitigation


def test_a_table_without_steps_is_empty() -> None:
    from msgspec.structs import replace

    assert risks(replace(sample(), phases=(), gates=()), ()) == ()
