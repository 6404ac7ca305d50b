"""Outages as planned: of waves, of a restart, over a phase, and none where domUs move live."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cibtools.report.runbook.outage import Outage, outages
from cibtools.report.runbook.schedule import schedule
from cibtools.runbook.plan.enums import Tools
from cibtools.runbook.plan.runbook import Phase, Runbook, Session, Slot
from cibtools.runbook.plan.statement import Facts, NodeLoad
from cibtools.runbook.plan.step import Duration, Soak, Step
from tests.report.runbook.sample import sample


def step(name: str, seconds: int, wait: int = 0, **more: object) -> Step:
    return Step(
        title=name, where="host1", tools=Tools.HB21, id=name, duration=Duration(nominal=seconds),
        soak=Soak(min=wait), **more,
    )  # fmt: skip


def plan(*steps: Step, soak: int = 0) -> Runbook:
    phase = Phase("P1", "t", "p", Tools.HB21, steps, soak=Soak(min=soak))
    total = sum(one.duration.nominal + one.soak.min for one in steps)
    return replace(
        sample(), phases=(phase,), sessions=(Session("evening 1", ("P1",), total),), slot=Slot("23:30", 3600),
        facts=Facts(),
    )  # fmt: skip


def found(runbook: Runbook) -> tuple[Outage, ...]:
    return outages(runbook, schedule(runbook))


def test_an_outage_lasts_from_the_begin_of_the_stop_to_the_end_of_the_start() -> None:
    book = plan(step("P1.01", 60, stops=("a", "b")), step("P1.02", 100, wait=50), step("P1.03", 30, starts=("b",)),
                step("P1.04", 40, starts=("a",)))  # fmt: skip
    assert found(book) == (
        Outage(("a",), 0, 0, 280, ("P1.01", "P1.04")),
        Outage(("b",), 0, 0, 240, ("P1.01", "P1.03")),
    )
    assert schedule(book).clock(280) == "23:34"
    assert schedule(book).clock(1900) == "00:01"


def test_a_restart_is_as_long_as_the_domu_is_down() -> None:
    (one,) = found(plan(step("P1.01", 700, stops=("a",), starts=("a",), down=100)))
    assert (one.begin, one.end, one.length) == (600, 700, "100 s")


def test_where_no_step_names_a_domu_the_phases_are_the_limits() -> None:
    one = Phase("P1", "t", "p", Tools.HB21, (step("P1.01", 60),), state_after=(NodeLoad("host1", ()),))
    two = Phase("P2", "t", "p", Tools.HB21, (step("P2.01", 60),), state_after=(NodeLoad("host1", ("a",)),))
    book = replace(
        plan(), phases=(one, two), sessions=(Session("evening 1", ("P1", "P2"), 120),),
        facts=Facts(placement=(NodeLoad("host1", ("a",)),)),
    )  # fmt: skip
    assert found(book) == (Outage(("a",), 0, 0, 120, ("P1", "P2")),)


def test_who_is_never_stopped_is_never_away() -> None:
    assert found(plan(step("P1.01", 60, starts=("a",)))) == ()


@pytest.mark.parametrize("part", ["P0", "P1", "P2"])
def test_alternatives_begin_together_and_the_longest_counts(part: str) -> None:
    phases = tuple(
        Phase(name, "t", "p", Tools.HB21, (step(f"{name}.01", seconds),), instead_of="P0" if name != "P2" else "")
        for name, seconds in (("P0", 60), ("P1", 200), ("P2", 30))
    )
    book = replace(plan(), phases=phases, sessions=(Session("evening 1", ("P0", "P1", "P2"), 230),))
    assert schedule(book).phases[part].begin == {"P0": 0, "P1": 0, "P2": 200}[part]
