"""Starting, stopping, booting and killing on the model."""

from __future__ import annotations

from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.world import BOOT
from tests.rehearsal.lab import run


def test_a_reboot_takes_the_node_out_and_brings_it_back_with_what_is_installed(cluster: Reaction) -> None:
    before = run(cluster, "uname -r").stdout
    run(cluster, "yast2 online_update")
    assert run(cluster, "uname -r").stdout == before
    run(cluster, "reboot")
    assert cluster.world.where("web") == ("bravo",)
    assert "OFFLINE" in run(cluster, "crm_mon -1 -n", node="bravo").stdout
    run(cluster, f"rehearsal-clock {BOOT}", node="bravo")
    assert "OFFLINE" not in run(cluster, "crm_mon -1 -n").stdout
    assert run(cluster, "uname -r").stdout != before
    assert cluster.world.where("web") == ("bravo",)


def test_a_service_that_is_switched_off_does_not_start_at_boot(cluster: Reaction) -> None:
    assert "3:on" in run(cluster, "chkconfig --list heartbeat").stdout
    run(cluster, "chkconfig heartbeat off")
    assert "3:off" in run(cluster, "chkconfig --list heartbeat").stdout
    run(cluster, "reboot")
    run(cluster, f"rehearsal-clock {BOOT}")
    assert run(cluster, "rcheartbeat status").status == 3


def test_a_node_that_dies_stays_in_doubt_where_nothing_can_fence_it(cluster: Reaction) -> None:
    run(cluster, "killall -9 heartbeat ccm")
    assert not cluster.world.nodes["alfa"].member
    assert "OFFLINE" in run(cluster, "crm_mon -1 -n", node="bravo").stdout


def test_a_device_resets_the_node_it_names(cluster: Reaction) -> None:
    assert run(cluster, "stonith -t external/riloe hostlist=alfa -T reset", node="bravo").status == 1
    assert run(cluster, "stonith -t external/riloe hostlist=alfa -T reset alfa", node="bravo").status == 0
    assert cluster.world.where("web") == ("bravo",)
