from __future__ import annotations

import pytest
from lxml import etree

from cibtools.migrate.record.outcome import Given, Migration
from tests.migrate.lab import DUMMY, migrated

NEW = f"""<?xml version="1.0"?>
<!-- as it is -->
<cib   validate-with='pacemaker-1.2' admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config/><nodes/>
<resources><primitive {DUMMY} id="p"/></resources><constraints/></configuration></cib>
"""


def test_a_cib_in_pacemakers_language_is_left_alone_byte_for_byte_with_a_message() -> None:
    migration = migrated(NEW)
    assert migration.given is Given.NEW
    assert migration.document() == NEW.encode()
    assert migration.notes == ()
    assert "left alone" in migration.message
    assert 'validate-with="pacemaker-1.2"' in migration.message


def test_so_is_the_result_of_a_migration() -> None:
    old = NEW.replace("validate-with='pacemaker-1.2'", "")
    once = migrated(old)
    assert once.given is Given.OLD
    assert once.message == ""
    again = migrated(once.document().decode())
    assert again.given is Given.NEW
    assert again.document() == once.document()


@pytest.mark.parametrize(
    ("fragment", "given"),
    [
        (f'<primitive id="p" {DUMMY}/>', Given.OLD),
        (f'<primitive id="p" {DUMMY} is_managed="no"/>', Given.OLD),
        ('<rsc_order id="o" first="a" then="b"/>', Given.NEW),
        ('<rsc_order id="o" from="a" to="b"/>', Given.OLD),
        ('<rsc_order id="o" from="a" to="b"/><rsc_order id="q" first="a" then="b"/>', Given.MIXED),
        ('<master_slave id="m"/>', Given.OLD),
        (f'<master id="m"><primitive id="p" {DUMMY}/></master>', Given.NEW),
        ('<clone id="m" notify="1"><meta_attributes id="i"><nvpair id="n"/></meta_attributes></clone>', Given.MIXED),
        ('<op id="o" name="start" interval="0" requires="nothing"/>', Given.NEW),
        ('<op id="o" name="start" prereq="nothing" on-fail="stop"/>', Given.OLD),
        ('<op id="o" name="start" prereq="nothing"/>', Given.OLD),
    ],
)  # fmt: skip
def test_the_language_of_a_fragment_is_told_by_its_signs(fragment: str, given: Given) -> None:
    assert migrated(fragment).given is given


def test_a_mixture_names_a_sign_of_either_language_and_where_one_stands() -> None:
    migration = migrated('<rsc_order id="o" from="a" to="b"/><rsc_order id="q" first="a" then="b"/>')
    (question,) = [change for change in migration.decisions if change.step == "M001"]
    assert "from= on rsc_order, at rsc_order o" in question.reason
    assert "first= on rsc_order, at rsc_order q" in question.reason
    assert question.place is not None
    assert question.place.location.line == 1


def test_a_cib_of_pacemakers_with_old_words_is_left_alone_and_asked_about() -> None:
    mixed = NEW.replace("</primitive>", "").replace(
        f'<primitive {DUMMY} id="p"/>', f'<master_slave id="m"><primitive {DUMMY} id="p"/></master_slave>'
    )
    migration = migrated(mixed)
    assert migration.document() == mixed.encode()
    (question,) = migration.decisions
    assert question.step == "M001"
    assert "master_slave" in question.reason


def test_without_validate_with_pacemakers_structure_is_pacemakers() -> None:
    stopped = '<meta_attributes id="m"><nvpair id="n" name="target-role" value="Stopped"/></meta_attributes>'
    text = NEW.replace("validate-with='pacemaker-1.2'", "").replace('id="p"/>', f'id="p">{stopped}</primitive>')
    migration = migrated(text)
    assert migration.given is Given.NEW
    assert migration.document() == text.encode()
    assert migration.draft.cluster.dialect.is_pacemaker


def test_the_question_about_a_mixture_outlives_the_element_that_shows_it() -> None:
    old = '<cib have_quorum="1"><configuration><resources/><constraints/><acls/></configuration></cib>'
    assert "M001" in [change.step for change in migrated(old).decisions]


def _comments(migration: Migration) -> list[str]:
    text = migration.document().decode().split("?>", 1)[-1]
    return [str(found.text) for found in etree.fromstring(f"<x>{text}</x>").iter(etree.Comment)]


def test_comments_survive_wherever_they_stand() -> None:
    cib = f"""<!-- 1 --><cib><!-- 2 --><configuration><!-- 3 --><crm_config/><nodes/><resources><!-- 4 -->
    <primitive id="p" {DUMMY}><!-- 5 --><operations><!-- 6 --></operations><instance_attributes id="i"><!-- 7 -->
    <attributes><!-- 8 --><nvpair id="n" name="state" value="x"/><!-- 9 --></attributes></instance_attributes>
    </primitive>
    </resources><constraints><!-- 10 --><rsc_order id="o" from="p" to="gone"><!-- 11 --></rsc_order></constraints>
    </configuration></cib><!-- 12 -->"""
    assert _comments(migrated(cib)) == [f" {number} " for number in range(1, 13)]


def test_comments_around_fragments_survive() -> None:
    cib = f"""<!-- 1 --><primitive id="p" {DUMMY}/><!-- 2 -->
    <rsc_location id="l" rsc="p" node="n" score="1"/><!-- 3 -->"""
    assert _comments(migrated(cib)) == [" 1 ", " 2 ", " 3 "]


def test_a_lone_crm_config_gets_rsc_defaults_beside_it() -> None:
    cib = """<crm_config><cluster_property_set id="x"><attributes><nvpair id="s" name="stonith-enabled" value="false"/>
    <nvpair id="p" name="default-resource-stickiness" value="100"/></attributes></cluster_property_set></crm_config>"""
    migration = migrated(cib)
    assert [root.tag for root in migration.roots()] == ["crm_config", "rsc_defaults"]
    assert [change.step for change in migration.decisions] == ["M037"]


def test_a_lone_property_set_gets_the_whole_section_beside_it() -> None:
    cib = """<cluster_property_set id="x"><attributes><nvpair id="s" name="stonith-enabled" value="false"/>
    <nvpair id="p" name="default-resource-stickiness" value="100"/></attributes></cluster_property_set>"""
    assert [root.tag for root in migrated(cib).roots()] == ["cluster_property_set", "rsc_defaults"]
