"""Which CIB is in force when nodes start."""

from __future__ import annotations

from cibtools.rehearsal.membership import CIB, join, leave
from cibtools.rehearsal.reaction import Reaction
from tests.rehearsal.lab import run

_OLD = "heartbeat-stickiness"


def _stopped(cluster: Reaction) -> Reaction:
    for name in cluster.world.nodes:
        leave(cluster, name)
    return cluster


def test_the_first_node_brings_its_cib_and_a_newer_one_replaces_it(cluster: Reaction) -> None:
    leave(cluster, "alfa")
    run(cluster, f"crm_attribute -t crm_config -n {_OLD} -v 7", node="bravo")
    leave(cluster, "bravo")
    assert join(cluster, "alfa")
    assert run(cluster, f"crm_attribute -t crm_config -n {_OLD} -G").status == 1
    assert join(cluster, "bravo")
    assert "value=7" in run(cluster, f"crm_attribute -t crm_config -n {_OLD} -G").stdout


def test_a_file_that_does_not_fit_its_digest_is_refused(cluster: Reaction) -> None:
    disk = _stopped(cluster).world.disk
    disk["alfa", CIB] = disk["alfa", CIB].replace(b'epoch="7"', b'epoch="8"')
    assert run(cluster, "rcheartbeat start").status == 1
    del disk["alfa", f"{CIB}.sig"]
    assert run(cluster, "rcheartbeat start").status == 0


def test_nodes_without_a_file_enter_the_cib_of_those_that_run(cluster: Reaction) -> None:
    disk = _stopped(cluster).world.disk
    for name in (CIB, f"{CIB}.sig"):
        del disk["bravo", name]
    assert join(cluster, "alfa")
    assert join(cluster, "bravo")
    assert cluster.world.where("db")
    assert disk["bravo", CIB] == disk["alfa", CIB]
