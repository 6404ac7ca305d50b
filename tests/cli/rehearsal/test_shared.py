"""Clusters of other people: their runbooks are carried out on the model without a surprise, where the files are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cibtools.cli.planning.simulator import Simulator
from cibtools.cli.rehearsal.rehearse import rehearse
from cibtools.runbook.compose.kind import Request
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import survey
from cibtools.runbook.kinds.registry import load_kind
from cibtools.runbook.plan.enums import Readiness
from tests.runbook.lab import cluster_of

_RAM = 16384
_TO = Wishes(from_version="heartbeat-2.1.4", to_version="pacemaker-1.0")


def _files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
@pytest.mark.pacemaker
@pytest.mark.parametrize(
    ("name", "kind"),
    [("c1-3n12", "patch"), ("c1-3n12", "upgrade"), ("c4-drbdweb", "patch"), ("c4-drbdweb", "upgrade"),
     ("c13-cold", "upgrade")],
)  # fmt: skip
def test_no_surprise(name: str, kind: str, shared: Path, pacemaker: Callable[[str], str]) -> None:
    folder = shared / "cases" / "clusters" / name
    if not folder.is_dir():
        pytest.skip(f"{name} is not among the cases")
    cluster = cluster_of(_files(folder))
    known = Wishes(node_ram=tuple((node.uname, _RAM) for node in cluster.nodes))
    wishes = Wishes(node_ram=known.node_ram, from_version=_TO.from_version, to_version=_TO.to_version)
    asked = wishes if kind == "upgrade" else known
    plan = load_kind(kind).build(Request(cluster=cluster, wishes=asked, parameters=Parameters()))
    assert plan.verdict in (Readiness.READY, Readiness.WARNINGS), plan.reasons
    record = rehearse(plan, survey(cluster, asked, Parameters()), Simulator(pacemaker("crm_simulate")))
    assert record.surprises == []
