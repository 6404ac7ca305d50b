"""What upgrade06.xsl gets wrong about cluster options, sets and thresholds, and what Annex A expects of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree
from msgspec import structs

from cibtools.cli.inputs.open import InputChoice, read_inputs
from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.record.outcome import Migration
from tests.migrate.lab import DUMMY, migrated, whole

HASI = Path(__file__).resolve().parents[2] / "fixtures/hasi"


def pairs(parent: etree._Element, path: str) -> dict[str, str]:
    """Name and value of the nvpairs below a path; each name once."""
    found = [(pair.get("name", ""), pair.get("value", "")) for pair in parent.iterfind(path + "/nvpair")]
    assert len(dict(found)) == len(found)
    return dict(found)


def options(cib: str) -> dict[str, str]:
    return pairs(migrated(whole(cib)).draft.configuration, "crm_config/cluster_property_set")


def test_p07_the_last_of_two_equal_sets_wins_and_the_other_is_gone() -> None:
    migration = migrated(
        whole(
            '<meta_attributes id="x"><attributes><nvpair id="n1" name="target_role" value="started"/></attributes>'
            '</meta_attributes><meta_attributes id="y"><attributes><nvpair id="n2" name="target_role" value="stopped"/>'
            "</attributes></meta_attributes>"
        )
    )
    (nvset,) = migration.top.iterfind(".//primitive[@id='a']/meta_attributes")
    assert (nvset.get("id"), nvset[0].get("id"), nvset[0].get("value")) == ("y", "n2", "Stopped")


@pytest.mark.parametrize(
    "cib",
    [
        '<crm_config/><primitive id="p" $D><instance_attributes id="i"><attributes>'
        '<nvpair id="n" name="stonith-enabled" value="true"/></attributes></instance_attributes></primitive>',
        '<cluster_property_set id="x"><attributes><nvpair id="n" name="stonith_enabled"/></attributes>'
        "</cluster_property_set>",
    ],
)
def test_p10_a_parameter_or_an_empty_property_does_not_hide_the_default(cib: str) -> None:
    assert options(cib) == {"stonith-enabled": "false"}


def test_p10b_the_spelling_that_was_read_is_the_one_that_stays() -> None:
    found = options(
        '<cluster_property_set id="x"><attributes><nvpair id="p1" name="no_quorum_policy" value="freeze"/>'
        '<nvpair id="p2" name="no-quorum-policy" value="ignore"/><nvpair id="s" name="stonith-enabled" value="0"/>'
        "</attributes></cluster_property_set>"
    )
    assert found == {"no-quorum-policy": "ignore", "stonith-enabled": "false"}


def test_p14d_only_whole_names_of_cluster_options_are_renamed() -> None:
    migration = migrated(
        whole(
            '<cluster_property_set id="x"><attributes><nvpair id="s" name="stonith-enabled" value="0"/>'
            '<nvpair id="q" name="my_transition_idle_timeout_x" value="1"/></attributes></cluster_property_set>'
            '<primitive id="p" $D><instance_attributes id="i"><attributes>'
            '<nvpair id="n" name="stonith_action" value="poweroff"/></attributes></instance_attributes></primitive>'
        )
    )
    names = {pair.get("name") for pair in migration.top.iter("nvpair")}
    assert {"my_transition_idle_timeout_x", "stonith_action"} <= names


@pytest.mark.parametrize(
    ("stickiness", "failure", "threshold"), [("0", "-100", "1"), ("INFINITY", "-500", "2000"), ("100", "-30", "4")]
)
def test_p14m_thresholds_are_exact_and_the_old_option_is_gone(stickiness: str, failure: str, threshold: str) -> None:
    migration = migrated(
        whole(
            '<cluster_property_set id="x"><attributes><nvpair id="s" name="stonith-enabled" value="false"/>'
            f'<nvpair id="q" name="default_resource_stickiness" value="{stickiness}"/>'
            f'<nvpair id="r" name="default_resource_failure_stickiness" value="{failure}"/></attributes>'
            f'</cluster_property_set><primitive id="p" {DUMMY}/>'
        )
    )
    found = pairs(migration.draft.configuration, "rsc_defaults/meta_attributes")
    assert found == {"resource-stickiness": stickiness, "migration-threshold": threshold}
    assert options_left(migration) == {"stonith-enabled": "false"}


def options_left(migration: Migration) -> dict[str, str]:
    return pairs(migration.draft.configuration, "crm_config/cluster_property_set")


def test_p14m_a_group_stays_as_long_as_all_its_members_hold_it() -> None:
    migration = migrated(
        whole(
            '<group id="g" resource_stickiness="100" resource_failure_stickiness="-30">'
            + "".join(f'<primitive id="p{number}" {DUMMY}/>' for number in range(3))
            + "</group>"
        )
    )
    (group,) = migration.top.iter("group")
    assert pairs(group, "meta_attributes") == {"resource-stickiness": "100", "migration-threshold": "11"}


def test_p14n_no_comment_is_lost() -> None:
    migration = migrated(
        f'<!-- a --><cib><configuration><crm_config/><nodes/><resources><!-- b --><primitive id="p" {DUMMY}>'
        '<instance_attributes id="i"><attributes><!-- c --></attributes></instance_attributes></primitive></resources>'
        "<constraints/></configuration></cib>"
    )
    assert all(f"<!-- {name} -->" in migration.document().decode() for name in "abc")


def test_p14p_the_version_is_whole() -> None:
    top = migrated('<cib epoch="7"><configuration/></cib>').top
    assert [top.get(name) for name in ("admin_epoch", "epoch", "num_updates")] == ["0", "7", "0"]


@pytest.fixture(params=[Stack.HEARTBEAT, Stack.OPENAIS], ids=lambda stack: stack.value)
def hasi(request: pytest.FixtureRequest) -> Migration:
    (cluster,) = read_inputs(InputChoice((str(HASI),))).clusters
    return migrate(cluster, structs.replace(Answers(), stack=request.param))


def test_annex_a_defaults_are_where_pacemaker_looks(hasi: Migration) -> None:
    configuration = hasi.draft.configuration
    assert pairs(configuration, "rsc_defaults/meta_attributes") == {
        "resource-stickiness": "INFINITY",
        "is-managed": "true",
        "migration-threshold": "2000",
    }
    found = options_left(hasi)
    assert found["stonith-enabled"] == "true"
    assert not [name for name in found if name.startswith(("default-", "is-managed"))]


def test_annex_a_clones_keep_their_stickiness_and_threshold(hasi: Migration) -> None:
    clones = [
        clone
        for clone in hasi.draft.configuration.iter("clone")
        if (original := hasi.draft.origin(clone)) is not None and original.tag == "clone"
    ]
    assert clones
    for clone in clones:
        held = [
            (pair.get("name"), pair.get("value"))
            for pair in clone.iterfind("meta_attributes/nvpair")
            if pair.get("name") in ("resource-stickiness", "migration-threshold", "globally-unique")
        ]
        assert sorted(held) == [
            ("globally-unique", "false"), ("migration-threshold", "1"), ("resource-stickiness", "1"),
        ]  # fmt: skip


def test_annex_a_both_thresholds_are_questions(hasi: Migration) -> None:
    questions = [change.reason for change in hasi.decisions if change.step == "M014"]
    assert [f"migration-threshold={number}" in text for number, text in zip((2000, 1), questions, strict=True)] == [
        True,
        True,
    ]


def test_annex_a_no_primitive_has_a_threshold_of_its_own(hasi: Migration) -> None:
    assert not hasi.draft.configuration.xpath("//primitive/meta_attributes/nvpair[@name='migration-threshold']")
