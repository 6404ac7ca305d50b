"""What runs without the cluster's doing is found where it is, and not restarted."""

from __future__ import annotations

from cibtools.rehearsal.reaction import Reaction
from tests.rehearsal.lab import run


def test_what_the_cluster_let_go_runs_on_without_it_and_is_found_again(cluster: Reaction) -> None:
    run(cluster, "crm_attribute -t crm_config -n is-managed-default -v false")
    for node in ("alfa", "bravo"):
        run(cluster, "rcheartbeat stop", node=node)
    assert "web" in run(cluster, "xm list").stdout
    before = dict(cluster.world.domains)
    for node in ("alfa", "bravo"):
        run(cluster, "rcheartbeat start", node=node)
    run(cluster, "crm_attribute -t crm_config -n is-managed-default -D")
    assert (cluster.world.where("web"), cluster.world.where("db")) == (("alfa",), ("bravo",))
    assert cluster.world.domains == before


def test_what_the_cluster_manages_stops_with_the_last_node(cluster: Reaction) -> None:
    for node in ("alfa", "bravo"):
        run(cluster, "rcheartbeat stop", node=node)
    assert not cluster.world.where("web")
    assert "web" not in run(cluster, "xm list", node="bravo").stdout
