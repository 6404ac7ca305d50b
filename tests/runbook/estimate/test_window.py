"""How long an evening is: work, waits inside, and of alternatives only one."""

from __future__ import annotations

import pytest

from cibtools.runbook.estimate.window import sessions, window_check
from cibtools.runbook.facts.parameters import Wishes
from cibtools.runbook.plan.enums import Light, Tools
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Duration, Soak, Step


def phase(identity: str, minutes: int, *, wait: int = 0, watch: int = 0, instead_of: str = "") -> Phase:
    step = Step(
        title="Work", where="host1", tools=Tools.HB21, soak=Soak(min=60 * watch, recommended=60 * watch),
        duration=Duration(nominal=60 * minutes, limit=120 * minutes, hard=120 * minutes),
    )  # fmt: skip
    soak = Soak(min=60 * wait, recommended=60 * wait)
    return Phase(identity, "", "", Tools.HB21, (step,), soak=soak, instead_of=instead_of)


def test_waits_inside_an_evening_count_and_the_one_that_ends_it_does_not() -> None:
    phases = (phase("P0", 10, wait=30), phase("P1", 20, wait=24 * 60, watch=5), phase("P2", 15))
    assert [(one.phases, one.seconds // 60) for one in sessions(phases)] == [(("P0", "P1"), 65), (("P2",), 15)]


def test_of_alternatives_only_the_longest_counts() -> None:
    cases = (phase("P1", 40, instead_of="P1"), phase("P2", 90, instead_of="P1"), phase("P3", 60, instead_of="P1"))
    (evening,) = sessions((phase("P0", 10), *cases, phase("P4", 5)))
    assert evening.seconds == 105 * 60


@pytest.mark.parametrize(
    ("window", "light"), [(59, Light.RED), (60, Light.AMBER), (89, Light.AMBER), (90, Light.GREEN)]
)
def test_the_window_is_red_if_the_evening_cannot_fit(window: int, light: Light) -> None:
    phases = (phase("P0", 10, wait=30), phase("P1", 20))
    found = window_check(phases, sessions(phases), Wishes(window_start="21:00", window=60 * window))
    assert found.state is light
