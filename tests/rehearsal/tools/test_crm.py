"""The cluster's tools on the model: what they change, and what the scheduler makes of it."""

from __future__ import annotations

from cibtools.rehearsal.reaction import Reaction
from tests.rehearsal.lab import run


def test_standby_empties_a_node_and_its_end_moves_nothing_back(cluster: Reaction) -> None:
    assert run(cluster, "crm_resource -W -r web").stdout == "resource web is running on: alfa\n"
    assert run(cluster, "crm_standby -U alfa -v on").status == 0
    assert cluster.world.where("web") == ("bravo",)
    assert "Node: alfa (11111111-0000-0000-0000-000000000001): standby" in run(cluster, "crm_mon -1 -n -r").stdout
    assert run(cluster, "crm_standby -G -U alfa").stdout == "scope=nodes value=on\n"
    run(cluster, "crm_standby -D -U alfa")
    assert cluster.world.where("web") == ("bravo",)
    assert run(cluster, "crm_standby -G -U alfa").stdout == "scope=nodes value=off\n"


def test_nothing_is_written_without_a_value(cluster: Reaction) -> None:
    run(cluster, "crm_standby -U alfa -v on")
    assert run(cluster, "crm_standby -U alfa").status == 1
    assert run(cluster, "crm_standby -G -U alfa").stdout == "scope=nodes value=on\n"
    assert run(cluster, "crm_attribute -t crm_config -n default-resource-stickiness").status == 1
    assert "INFINITY" in run(cluster, "crm_attribute -t crm_config -n default-resource-stickiness -G").stdout


def test_a_stopped_resource_can_be_pinned_and_started_elsewhere(cluster: Reaction) -> None:
    run(cluster, "crm_resource -r web --meta -p target_role -v stopped")
    assert cluster.world.where("web") == ()
    assert run(cluster, "crm_resource -W -r web").stderr == "resource web is NOT running\n"
    run(cluster, "crm_resource -M -r web -H bravo")
    run(cluster, "crm_resource -r web --meta -d target_role")
    assert cluster.world.where("web") == ("bravo",)
    run(cluster, "crm_resource -U -r web")
    assert cluster.world.where("web") == ("bravo",)
    assert not cluster.world.cib.findall("configuration/constraints/*")
    assert not cluster.world.cib.findall("configuration/resources/primitive/meta_attributes")


def test_options_of_the_cluster(cluster: Reaction) -> None:
    ask = "crm_attribute -t crm_config -n default-resource-stickiness -G"
    assert run(cluster, ask).stdout == " name=default-resource-stickiness value=INFINITY\n"
    run(cluster, "crm_attribute -t crm_config -n is-managed-default -v false")
    run(cluster, "crm_standby -U alfa -v on")
    assert cluster.world.where("web") == ("alfa",)
    run(cluster, "crm_attribute -t crm_config -n is-managed-default -D")
    assert run(cluster, "crm_attribute -t crm_config -n is-managed-default -G").status == 1


def test_a_node_without_the_stack_has_no_answer(cluster: Reaction) -> None:
    run(cluster, "rcheartbeat stop")
    assert run(cluster, "crm_mon -1").status == 1
    assert run(cluster, "crm_resource -W -r web").status == 1
    assert run(cluster, "crm_resource -W -r web", node="bravo").stdout == "resource web is running on: bravo\n"
    assert run(cluster, "crmadmin -D", node="bravo").stdout == "Designated Controller is: bravo\n"
    assert "alfa (11111111-0000-0000-0000-000000000001): OFFLINE" in run(cluster, "crm_mon -1", node="bravo").stdout


def test_a_transition_that_hangs_is_seen(cluster: Reaction) -> None:
    cluster.world.stuck = True
    run(cluster, "crm_standby -U alfa -v on")
    assert cluster.world.where("web") == ("alfa",)
    assert run(cluster, "crmadmin -S alfa").stdout == "Status of crmd@alfa: S_TRANSITION_ENGINE (ok)\n"
