"""Each step is tried while something goes wrong: what is required of it, and that a step that fails it is found."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from cibtools.cli.planning.simulator import Simulator
from cibtools.cli.rehearsal.record import Record
from cibtools.cli.rehearsal.rehearse import rehearse
from cibtools.runbook.compose.kind import Request
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.kinds.registry import load_kind
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.plan.step import Command, Step
from tests.cli.rehearsal.test_rehearse import GOOD, plan_of, rehearsed
from tests.conftest import REPO
from tests.runbook.lab import cluster_of, fixture_files

CLUSTER = cluster_of(fixture_files(REPO, "pacemaker-1.0"))
_EVACUATION = "P1.02"


def _plan() -> Runbook:
    return load_kind("patch").build(Request(cluster=CLUSTER, wishes=Wishes(), parameters=Parameters()))


def _tried(plan: Runbook, pacemaker: Callable[[str], str]) -> Record:
    found = survey(CLUSTER, Wishes(), Parameters())
    return rehearse(plan, found, Simulator(pacemaker("crm_simulate")), trials=True)


def _with(change: Callable[[Step], Step]) -> Runbook:
    """The plan as far as the first evacuation, with that step changed."""
    plan = _plan()
    first, second = plan.phases[:2]
    steps = tuple(change(step) if step.id == _EVACUATION else step for step in second.steps[:2])
    assert steps != second.steps[:2]
    return replace(plan, phases=(first, replace(second, steps=steps, state_after=())))


def _said(record: Record) -> str:
    return "\n".join(surprise.what for surprise in record.surprises if surprise.step == _EVACUATION)


@pytest.mark.slow
@pytest.mark.pacemaker
def test_every_step_of_a_patch_stands_every_fault_and_can_be_taken_back(pacemaker: Callable[[str], str]) -> None:
    record = _tried(_plan(), pacemaker)
    assert record.surprises == []


@pytest.mark.skipif(not os.environ.get("CIBTOOLS_TRIALS"), reason="takes minutes: CIBTOOLS_TRIALS=1 asks for it")
@pytest.mark.slow
@pytest.mark.pacemaker
@pytest.mark.parametrize("name", GOOD)
def test_so_do_those_of_every_other_kind_and_method(name: str, pacemaker: Callable[[str], str]) -> None:
    assert rehearsed(name, plan_of(name), pacemaker, trials=True).surprises == []


def _goes_on(step: Step) -> Step:
    """A wait that gives up, and a change in the same block that runs all the same."""
    last = replace(step.commands[-1], text="crm_attribute -t crm_config -n batch-limit -v 5", waits=False)
    return replace(step, commands=(*step.commands, last))


def _blind(step: Step) -> Step:
    """Nobody looks whether the cluster has done what was asked."""
    kept = [command for command in step.commands if not command.waits]
    first = replace(step.commands[0], text=step.commands[0].text.partition(" &&")[0], waits=False)
    return replace(step, commands=tuple(kept) or (first,), verify=())


def _no_way_back(step: Step) -> Step:
    """The way back leaves the node where it is."""
    nothing = Command(run_on=step.commands[0].run_on, kind=step.commands[0].kind, text="crm_standby -G -U birch")
    return replace(step, rollback=replace(step.rollback, commands=(nothing,)))


@pytest.mark.slow
@pytest.mark.pacemaker
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_goes_on, "a stop or start never ends: changes after it was noticed"),
        (_blind, "a stop or start never ends: goes unnoticed"),
        (_no_way_back, "way back: birch is still in standby"),
    ],
)
def test_a_step_that_does_not_stand_a_fault_is_found(
    change: Callable[[Step], Step], said: str, pacemaker: Callable[[str], str]
) -> None:
    assert said in _said(_tried(_with(change), pacemaker))
