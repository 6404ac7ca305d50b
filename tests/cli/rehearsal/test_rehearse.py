"""A runbook is carried out on the model: no surprise in a good one, and each broken command is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from cibtools.cli.planning.simulator import Simulator
from cibtools.cli.rehearsal.record import Record
from cibtools.cli.rehearsal.rehearse import rehearse
from cibtools.cluster.model.cluster import Cluster
from cibtools.runbook.compose.kind import Request
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.kinds.registry import all_kinds, load_kind
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
CLUSTER = cluster_of(fixture_files(REPO, "hasi"))
_WITH_NEW = cluster_of(fixture_files(REPO, "hasi") | {"xen/vm/wiki.xm": _NEW})
_WISHES = Wishes(node_ram=(("host1", 14333), ("host2", 14333)))
REHEARSED = [kind.name for kind in all_kinds() if kind.rehearsed]


def _plan(kind: str) -> Runbook:
    return load_kind(kind).build(Request(cluster=_cluster(kind), wishes=_WISHES, parameters=Parameters()))


def _cluster(kind: str) -> Cluster:
    return _WITH_NEW if kind == "add-domu" else CLUSTER


def _rehearsed(plan: Runbook, pacemaker: Callable[[str], str], after: str = "") -> Record:
    found = survey(_cluster(plan.kind), _WISHES, Parameters())
    return rehearse(plan, found, Simulator(pacemaker("crm_simulate")), _plan(after) if after else None)


@pytest.mark.slow
@pytest.mark.pacemaker
@pytest.mark.parametrize("kind", REHEARSED)
def test_a_good_runbook_has_no_surprise(kind: str, pacemaker: Callable[[str], str]) -> None:
    record = _rehearsed(_plan(kind), pacemaker, load_kind(kind).rehearsed_after)
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
    plan = _plan("patch")
    first = plan.phases[0]

    def broken(command: Command) -> Command:
        return replace(command, text=command.text.replace(old, new))

    steps = tuple(replace(step, commands=tuple(map(broken, step.commands))) for step in first.steps)
    assert steps != first.steps
    record = _rehearsed(replace(plan, phases=(replace(first, steps=steps, state_after=()),)), pacemaker)
    assert any(said in surprise.what or said in surprise.shown for surprise in record.surprises)
