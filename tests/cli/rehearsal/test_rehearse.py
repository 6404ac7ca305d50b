"""A runbook is carried out on the model: no surprise in a good one, and each broken command is found."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from cibtools.cli.planning.conversion import conversion
from cibtools.cli.planning.simulator import Simulator
from cibtools.cli.rehearsal.record import Record
from cibtools.cli.rehearsal.rehearse import rehearse
from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.compose.kind import Request
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.kinds.registry import kind_names, load_kind
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.plan.step import Command
from tests.conftest import REPO
from tests.runbook.lab import cluster_of, fixture_files

_NEW = """\
name="wiki"
memory=512
builder="linux"
uuid="11111111-2222-3333-4444-555555555555"
disk=['phy:/dev/evms/san2/vm16,xvda,w']
vif=['mac=00:16:3e:00:00:99,bridge=xenbr0']
"""
ANSWERS = Path(__file__).parent / "data" / "answers.toml"
CLUSTER = cluster_of(fixture_files(REPO, "hasi"))
NEWER = cluster_of(fixture_files(REPO, "pacemaker-1.0"))
_WITH_NEW = cluster_of(fixture_files(REPO, "hasi") | {"xen/vm/wiki.xm": _NEW})
_RAM = (("host1", 14333), ("host2", 14333))
_FORMER = "heartbeat-2.1.3"
_TO_1_0 = Wishes(node_ram=_RAM, from_version=_FORMER, to_version="pacemaker-1.0")
_TO_0_6 = Wishes(node_ram=_RAM, from_version="heartbeat-2.0.7", to_version="pacemaker-0.6")
GOOD: dict[str, tuple[str, Cluster, Wishes, Parameters]] = {
    "patch": ("patch", CLUSTER, Wishes(node_ram=_RAM), Parameters()),
    "patch of 1.0": ("patch", NEWER, Wishes(), Parameters()),
    "backup": ("backup", CLUSTER, Wishes(), Parameters()),
    "restore": ("restore", CLUSTER, Wishes(), Parameters()),
    "acceptance": ("acceptance", NEWER, Wishes(), Parameters()),
    "add-domu": ("add-domu", _WITH_NEW, Wishes(node_ram=_RAM), Parameters()),
    "shutdown": ("upgrade", CLUSTER, _TO_1_0, Parameters()),
    "live syntax": ("upgrade", CLUSTER, _TO_1_0, Parameters(live_upgrade=True)),
    "reattach": ("upgrade", CLUSTER, replace(_TO_1_0, method="reattach"), Parameters(needs_reboot=False)),
    "hops": ("upgrade", CLUSTER, _TO_0_6, Parameters()),
    "convert": ("convert", CLUSTER, Wishes(node_ram=_RAM), Parameters()),
    "swing": ("convert", CLUSTER, Wishes(node_ram=_RAM, method="swing"), Parameters()),
}  # fmt: skip
"""The kind, the cluster and what is asked for."""


LONG = ("swing", "live syntax")
"""Methods that have most of their steps in common with another one that is rehearsed."""


def _request(name: str) -> tuple[str, Request]:
    kind, cluster, wishes, parameters = GOOD[name]
    made = partial(conversion, cluster, ANSWERS)
    return kind, Request(cluster=cluster, wishes=wishes, parameters=parameters, convert=made)


def plan_of(name: str) -> Runbook:
    kind, request = _request(name)
    return load_kind(kind).build(request)


def rehearsed(name: str, plan: Runbook, pacemaker: Callable[[str], str], *, trials: bool = False) -> Record:
    kind, request = _request(name)
    found = survey(request.cluster, request.wishes, request.parameters)
    after = load_kind(kind).rehearsed_after
    before = load_kind(after).build(request) if after else None
    given = ANSWERS.read_bytes() if kind == "convert" else None
    return rehearse(plan, found, Simulator(pacemaker("crm_simulate")), before, answers=given, trials=trials)


def test_every_kind_isrehearsed() -> None:
    assert {kind for kind, *_ in GOOD.values()} == set(kind_names())


@pytest.mark.slow
@pytest.mark.pacemaker
@pytest.mark.parametrize("name", GOOD)
def test_a_good_runbook_has_no_surprise(name: str, pacemaker: Callable[[str], str]) -> None:
    if name in LONG and not os.environ.get("CIBTOOLS_TRIALS"):
        pytest.skip("takes a minute: CIBTOOLS_TRIALS=1 asks for it")
    plan = plan_of(name)
    assert plan.phases
    record = rehearsed(name, plan, pacemaker)
    assert record.surprises == []
    assert record.blocks > 20
    assert record.checks > 5


@pytest.mark.slow
@pytest.mark.pacemaker
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("crm_mon -1 -n -r > placement.before", "crm_mon -1 -n -r -f > placement.before", "has no option -f"),
        ("crm_verify -V -x cib.full.xml", "crm_verify -V -x cib.xml", "crm_verify"),
        ("cibadmin -Q > cib.full.xml", "cibadmim -Q > cib.full.xml", "a command is not there"),
    ],
)
def test_a_broken_command_is_found(old: str, new: str, said: str, pacemaker: Callable[[str], str]) -> None:
    plan = plan_of("patch")
    first = plan.phases[0]

    def broken(command: Command) -> Command:
        return replace(command, text=command.text.replace(old, new))

    steps = tuple(replace(step, commands=tuple(map(broken, step.commands))) for step in first.steps)
    assert steps != first.steps
    record = rehearsed("patch", replace(plan, phases=(replace(first, steps=steps, state_after=()),)), pacemaker)
    assert any(said in surprise.what or said in surprise.shown for surprise in record.surprises)
