"""The tools of a host on the model."""

from __future__ import annotations

from cibtools.rehearsal.reaction import Reaction
from tests.rehearsal.lab import run


def test_a_reboot_takes_the_node_out_and_brings_it_back_with_what_is_installed(cluster: Reaction) -> None:
    before = run(cluster, "uname -r").stdout
    run(cluster, "yast2 online_update")
    assert run(cluster, "uname -r").stdout == before
    run(cluster, "reboot")
    assert run(cluster, "uname -r").stdout != before
    assert cluster.world.where("web") == ("bravo",)
    assert "heartbeat-2.1.4" in run(cluster, "rpm -q heartbeat").stdout


def test_xen_shows_what_runs_here_and_the_memory_it_takes(cluster: Reaction) -> None:
    assert [line.split()[0] for line in run(cluster, "xm list").stdout.splitlines()[1:]] == ["Domain-0", "web"]
    assert f"free_memory            : {4096 - 512}" in run(cluster, "xm info").stdout


def test_a_restart_gives_a_new_domain_id(cluster: Reaction) -> None:
    before = cluster.world.domains["web"]
    run(cluster, "crm_standby -U alfa -v on")
    assert cluster.world.domains["web"] != before
