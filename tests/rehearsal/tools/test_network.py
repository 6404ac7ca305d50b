"""The packet filter of the model."""

from __future__ import annotations

from cibtools.rehearsal.reaction import Reaction
from tests.rehearsal.lab import run

_PING = "INPUT -p icmp -s 10.0.0.1 -j DROP"


def test_answers_that_do_not_come_show_in_the_attribute(cluster: Reaction) -> None:
    cluster.world.attributes["alfa", "pingd"] = cluster.world.pings["alfa", "pingd"] = "100"
    ask = "crm_attribute -t status -U alfa -n pingd -G"
    run(cluster, f"iptables -I {_PING}")
    assert "value=0" in run(cluster, ask).stdout
    assert run(cluster, f"iptables -D {_PING}").status == 0
    assert "value=100" in run(cluster, ask).stdout
    assert run(cluster, f"iptables -D {_PING}").status == 1


def test_a_node_is_missed_when_its_last_link_is_cut(cluster: Reaction) -> None:
    run(cluster, "iptables -I INPUT -i eth0 -p udp -j DROP")
    assert cluster.world.nodes["alfa"].member
    run(cluster, "iptables -I INPUT -i eth1 -p udp -j DROP")
    assert not cluster.world.nodes["alfa"].member
