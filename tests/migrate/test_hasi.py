"""Annex A for the language alone: the guide's cluster in the words of Pacemaker 1.0, deciding as it did."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from cibtools.cli.planning.simulator import Simulator
from cibtools.migrate.answers import Answers
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.proof.judge import judge_migration
from cibtools.migrate.record.change import ChangeKind
from cibtools.migrate.record.outcome import Migration
from tests.migrate.lab import cluster_of

HASI = Path(__file__).parents[2] / "fixtures/hasi/cib.bak.xml"
DOMUS = 15


def _migrated(text: str) -> Migration:
    return migrate(cluster_of(text), Answers())


@pytest.fixture(scope="module")
def migration() -> Migration:
    return _migrated(HASI.read_text())


def _value(owner: etree._Element, name: str, tag: str = "meta_attributes") -> list[str]:
    return [pair.get("value", "") for pair in owner.iterfind(f"{tag}/nvpair") if pair.get("name") == name]


def _resource(migration: Migration, identity: str) -> etree._Element:
    return next(found for found in migration.draft.resources() if found.get("id") == identity)


def test_the_result_is_valid(migration: Migration, pacemaker_10: etree.RelaxNG) -> None:
    assert pacemaker_10.validate(etree.fromstring(migration.document())), pacemaker_10.error_log


def test_ids_with_a_colon_get_a_dash_and_nothing_else_is_renamed(migration: Migration) -> None:
    before = [
        found.get("id", "") for root in migration.input_roots() for found in root.iterfind("configuration//*[@id]")
    ]
    colons = {name for name in before if ":" in name}
    assert colons
    kept = set(before) - colons
    after = {found.get("id", "") for found in migration.top.iterfind("configuration//*[@id]")}
    assert {name.replace(":", "-") for name in colons} <= after
    assert kept - after <= _dropped(migration)
    assert migration.renames == {}


def _dropped(migration: Migration) -> set[str]:
    """Ids that the change log says are gone with their objects."""
    return {
        part.partition('"')[0]
        for note in migration.notes
        if note.kind is ChangeKind.DROPPED
        for part in note.before.split(' id="')[1:]
    }


def test_defaults_move_and_clones_are_kept_from_them(migration: Migration) -> None:
    properties = {
        pair.get("name"): pair.get("value") for pair in migration.top.iterfind("configuration/crm_config//nvpair")
    }
    assert properties["stonith-enabled"] == "true"
    defaults = {
        pair.get("name"): pair.get("value") for pair in migration.top.iterfind("configuration/rsc_defaults//nvpair")
    }
    assert defaults == {"resource-stickiness": "INFINITY", "is-managed": "true", "migration-threshold": "2000"}
    for identity in ("STONITH", "pingd", "evms", "configpool"):
        clone = _resource(migration, identity)
        assert _value(clone, "resource-stickiness") == ["1"]
        assert _value(clone, "migration-threshold") == ["1"]
        assert _value(clone, "globally-unique") == ["false"]


def test_thresholds_are_for_a_human_to_judge(migration: Migration) -> None:
    asked = [change for change in migration.decisions if change.step == "M014"]
    assert ["2000" in change.reason for change in asked] == [True, False]
    assert "pingd" in asked[1].reason
    assert all(change.answer == "threshold" for change in asked)
    assert not migration.blocked


def test_domus_migrate_live_and_start_late(migration: Migration) -> None:
    domus = [found for found in migration.draft.resources() if found.get("type") == "Xen"]
    assert len(domus) == DOMUS
    for domu in domus:
        assert _value(domu, "allow-migrate") == ["true"]
    sles = _resource(migration, "sles")
    assert [op.get("start-delay") for op in sles.iter("op")] == ["10s"] * 4


def test_requirements_stay_where_something_reads_them(migration: Migration) -> None:
    child = _resource(migration, "STONITH-child")
    assert {op.get("name"): op.get("requires") for op in child.iter("op")} == {"monitor": None, "start": "nothing"}


def test_orders_are_the_right_way_round(migration: Migration) -> None:
    orders = {
        (order.get("first"), order.get("then")): order.get("score")
        for order in migration.draft.constraints("rsc_order")
    }
    assert orders[("evms", "configpool")] == "0"
    assert orders[("configpool", "nfs")] == "0"


def test_connectivity_rules_compare_numbers(migration: Migration) -> None:
    rule = next(rule for rule in migration.top.iter("rule") if rule.get("boolean-op") == "or")
    assert rule.get("score") == "-INFINITY"
    assert [found.get("type") for found in rule.iterchildren("expression") if found.get("operation") == "lte"] == [
        "number"
    ]


@pytest.mark.pacemaker
@pytest.mark.slow
def test_it_decides_as_before(migration: Migration, simulator: Simulator) -> None:
    verdict = judge_migration(migration, simulator)
    assert verdict.holds, [
        (found.scenario.title, found.only_old, found.only_new) for found in verdict.proof.differences
    ]
    titles = [scenario.title for scenario in verdict.proof.tried]
    assert titles[:3] == [
        "cold start of the whole cluster",
        "cold start while pingd is not defined",
        "cold start while pingd is 0",
    ]


@pytest.mark.slow
@pytest.mark.pacemaker
def test_an_unmanaged_domu_is_not_started(simulator: Simulator) -> None:
    """Where is_managed stands among the agent's parameters, as the guide has it, a later release would not look."""
    marker = '<instance_attributes id="sles-ia">'
    text = HASI.read_text()
    assert marker in text
    start = text.index("<attributes>", text.index(marker)) + len("<attributes>")
    text = text[:start] + '<nvpair id="sles-unmanaged" name="is_managed" value="false"/>' + text[start:]
    migration = _migrated(text)
    verdict = judge_migration(migration, simulator)
    assert verdict.holds
    assert _value(_resource(migration, "sles"), "is-managed") == ["false"]
