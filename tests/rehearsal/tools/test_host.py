"""What a host shows of itself on the model."""

from __future__ import annotations

from cibtools.rehearsal.reaction import Reaction
from tests.rehearsal.lab import run


def test_xen_shows_what_runs_here_and_the_memory_it_takes(cluster: Reaction) -> None:
    assert [line.split()[0] for line in run(cluster, "xm list").stdout.splitlines()[1:]] == ["Domain-0", "web"]
    assert f"free_memory            : {4096 - 512}" in run(cluster, "xm info").stdout


def test_a_restart_gives_a_new_domain_id(cluster: Reaction) -> None:
    before = cluster.world.domains["web"]
    run(cluster, "crm_standby -U alfa -v on")
    assert cluster.world.domains["web"] != before


def test_a_domu_that_is_destroyed_comes_back_and_leaves_a_failure(cluster: Reaction) -> None:
    before = cluster.world.domains["web"]
    assert run(cluster, "xm destroy web", node="bravo").status == 1
    assert run(cluster, "xm destroy web").status == 0
    assert cluster.world.domains["web"] != before
    assert "Failed actions:" in run(cluster, "crm_mon -1 -n -r").stdout
    run(cluster, "crm_resource -C -r web -H alfa")
    assert "Failed actions:" not in run(cluster, "crm_mon -1 -n -r").stdout
    assert "value=1" in run(cluster, "crm_failcount -G -U alfa -r web").stdout
    run(cluster, "crm_failcount -D -U alfa -r web")
    assert "value=0" in run(cluster, "crm_failcount -G -U alfa -r web").stdout
