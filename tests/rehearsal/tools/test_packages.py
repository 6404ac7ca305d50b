"""Packages on the model."""

from __future__ import annotations

from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.tools.options import release_of
from tests.rehearsal.lab import run


def test_what_is_installed_decides_which_options_a_tool_takes(cluster: Reaction) -> None:
    assert "heartbeat-2.1.3-1" in run(cluster, "rpm -q heartbeat").stdout
    assert run(cluster, "rpm -Uvh *.rpm").status == 1
    run(cluster, "rpm -Uvh /root/packages-pacemaker-1.0.x/*.rpm")
    assert cluster.world.nodes["alfa"].release == release_of("pacemaker-1.0.3")
    assert run(cluster, "crm_mon -1 -r -f").status == 0
    assert cluster.world.nodes["bravo"].release == "heartbeat-2.1.3"
