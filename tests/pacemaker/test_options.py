"""What Pacemaker makes of options that are misspelled, misplaced or of the wrong type (CIB201, CIB203, CIB204)."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.pacemaker.lab import Cib, Lab

pytestmark = pytest.mark.pacemaker


def _dummy(inside: str) -> str:
    return f'<primitive id="web" class="ocf" provider="pacemaker" type="Dummy">{inside}</primitive>'


def _with_option(container: str, name: str, value: str) -> str:
    return _dummy(f'<{container} id="web-set"><nvpair id="web-set-1" name="{name}" value="{value}"/></{container}>')


def _with_monitor(attributes: str) -> str:
    return _dummy(f'<operations><op id="web-op" name="monitor" {attributes}/></operations>')


GOOD = _with_option("meta_attributes", "allow-migrate", "true")


def _to_standby(lab: Lab, cib: Cib) -> tuple[str, ...]:
    """The first change that is planned when the node under the resource goes to standby."""
    return lab.simulate(replace(lab.settled(cib), standby=("alder",))).summary


@pytest.mark.parametrize(
    ("code", "container", "name"),
    [
        ("CIB203", "meta_attributes", "allow_migrate"),
        ("CIB203", "meta_attributes", "ALLOW-MIGRATE"),
        ("CIB203", "meta_attributes", "allowmigrate"),
        ("CIB203", "meta_attributes", " allow-migrate"),
        ("CIB204", "instance_attributes", "allow-migrate"),
    ],
)
def test_an_unread_allow_migrate_costs_the_live_migration(lab: Lab, code: str, container: str, name: str) -> None:
    bad, good = Cib(_with_option(container, name, "true")), Cib(GOOD)
    assert code in lab.codes(bad)
    assert lab.verify(bad) == lab.verify(good), "crm_verify sees no difference"
    assert lab.verify(bad).status == 0
    assert _to_standby(lab, bad) == ("move web alder birch",)

    assert code not in lab.codes(good)
    assert _to_standby(lab, good) == ("migrate web alder birch",)


@pytest.mark.parametrize(
    ("code", "container", "name"),
    [("CIB203", "meta_attributes", "target_role"), ("CIB204", "instance_attributes", "target-role")],
)
def test_an_unread_target_role_leaves_the_resource_running(lab: Lab, code: str, container: str, name: str) -> None:
    bad = Cib(_with_option(container, name, "Stopped"))
    assert code in lab.codes(bad)
    assert lab.verify(bad).status == 0
    assert lab.simulate(bad).runs_on == {"web": ("alder",)}

    good = Cib(_with_option("meta_attributes", "target-role", "Stopped"))
    assert code not in lab.codes(good)
    assert lab.simulate(good).runs_on == {"web": ()}


# --- CIB201 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wrong", "right"),
    [
        ("no-quorum-policy", "stopp", "stop"),
        ("symmetric-cluster", "flase", "true"),
        ("maintenance-mode", "ture", "false"),
    ],
)
def test_a_cluster_option_of_the_wrong_type_has_its_default(lab: Lab, name: str, wrong: str, right: str) -> None:
    fencing = '<nvpair id="f" name="stonith-enabled" value="false"/>'
    bad, good = (
        Cib(_dummy(""), options=f'{fencing}<nvpair id="q" name="{name}" value="{value}"/>') for value in (wrong, right)
    )
    assert "CIB201" in lab.codes(bad)
    assert f"Using default value for cluster option '{name}' because '{wrong}' is invalid" in lab.verify(bad).words
    assert lab.simulate(bad).runs_on == {"web": ("alder",)} == lab.simulate(good).runs_on

    assert "CIB201" not in lab.codes(good)
    assert lab.verify(good).status == 0


def test_stonith_enabled_of_the_wrong_type_is_on_and_keeps_everything_down(lab: Lab) -> None:
    bad = Cib(_dummy(""), options='<nvpair id="f" name="stonith-enabled" value="flase"/>')
    assert "CIB201" in lab.codes(bad)
    assert lab.simulate(bad).runs_on == {"web": ()}

    good = Cib(_dummy(""), options='<nvpair id="f" name="stonith-enabled" value="false"/>')
    assert "CIB201" not in lab.codes(good)
    assert lab.simulate(good).runs_on == {"web": ("alder",)}


@pytest.mark.parametrize("value", ["Stoped", "Master"])
def test_a_target_role_that_is_none_is_ignored_with_a_complaint(lab: Lab, value: str) -> None:
    bad = Cib(_with_option("meta_attributes", "target-role", value))
    assert "CIB201" in lab.codes(bad)
    assert "Ignoring 'target-role' for web" in lab.verify(bad).words
    assert lab.simulate(bad).runs_on == {"web": ("alder",)}


def test_is_managed_of_the_wrong_type_is_false_not_the_default(lab: Lab) -> None:
    bad = Cib(_with_option("meta_attributes", "is-managed", "ture"), schema="pacemaker-3.0")
    assert "Pacemaker 2.1 takes it for false" in lab.message(bad, "CIB201")
    assert lab.verify(bad).status == 0
    assert lab.simulate(bad).runs_on == {"web": ()}

    good = Cib(_with_option("meta_attributes", "is-managed", "true"), schema="pacemaker-3.0")
    assert "CIB201" not in lab.codes(good)
    assert lab.simulate(good).runs_on == {"web": ("alder",)}


@pytest.mark.parametrize(
    ("option", "value"), [("allow-migrate", "ture"), ("migration-threshold", "three"), ("priority", "high")]
)
def test_crm_verify_is_silent_on_other_meta_options(lab: Lab, option: str, value: str) -> None:
    bad = Cib(_with_option("meta_attributes", option, value))
    assert "CIB201" in lab.codes(bad)
    assert lab.verify(bad).status == 0


def test_a_time_out_that_is_no_time_passes_crm_verify(lab: Lab) -> None:
    bad = Cib(_with_monitor('interval="10s" timeout="abc"'))
    assert "the default timeout holds" in lab.message(bad, "CIB201")
    assert lab.verify(bad).status == 0

    assert "CIB201" not in lab.codes(Cib(_with_monitor('interval="10s" timeout="30s"')))


def test_an_interval_that_is_no_time_takes_the_monitor_away(lab: Lab) -> None:
    bad, good = Cib(_with_monitor('interval="10x"')), Cib(_with_monitor('interval="10s"'))
    assert "it counts as 0, and the operation is not repeated" in lab.message(bad, "CIB201")
    assert lab.verify(bad).status == 0
    assert "monitor web alder 10000" not in lab.simulate(bad).operations

    assert "CIB201" not in lab.codes(good)
    assert "monitor web alder 10000" in lab.simulate(good).operations


@pytest.mark.parametrize("score", ["infinity", "1e6", "1000.5", "INF"])
def test_the_schema_refuses_a_score_that_is_none(lab: Lab, score: str) -> None:
    def location(value: str) -> Cib:
        return Cib(_dummy(""), f'<rsc_location id="l" rsc="web" node="alder" score="{value}"/>')

    assert "CIB201" in lab.codes(location(score))
    assert "CIB did not pass schema validation" in lab.verify(location(score)).words

    assert "CIB201" not in lab.codes(location("INFINITY"))
    assert lab.verify(location("INFINITY")).status == 0


def test_an_option_of_resources_does_nothing_among_those_of_the_cluster(lab: Lab) -> None:
    bad = Cib(_dummy(""), options=Cib("").options + '<nvpair id="am" name="allow-migrate" value="true"/>')
    assert "CIB203" in lab.codes(bad)
    assert lab.verify(bad).status == 0
    assert _to_standby(lab, bad) == ("move web alder birch",)


@pytest.mark.parametrize(("value", "wrong"), [("-INFINITY", True), ("-3", True), ("0", False), ("INFINITY", False)])
def test_a_negative_migration_threshold(lab: Lab, value: str, wrong: bool) -> None:
    cib = Cib(_with_option("meta_attributes", "migration-threshold", value))
    assert ("CIB201" in lab.codes(cib)) == wrong
    assert (lab.verify(cib).status != 0) == wrong


@pytest.mark.parametrize(("value", "wrong"), [("1.0", False), ("2", False), ("1.5", True)])
def test_a_priority_with_nothing_behind_the_point_is_read_as_meant(lab: Lab, value: str, wrong: bool) -> None:
    cib = Cib(_with_option("meta_attributes", "priority", value))
    assert ("CIB201" in lab.codes(cib)) == wrong
    assert lab.verify(cib).status == 0


def test_an_interval_may_be_a_duration(lab: Lab) -> None:
    cib = Cib(_with_monitor('interval="PT10S" timeout="20s"'))
    assert not {"CIB201", "CIB501"} & lab.codes(cib)
    assert "monitor web alder 10000" in lab.simulate(cib).operations
