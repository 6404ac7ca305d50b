"""Whole cases of what upgrade06.xsl and hb2openais get wrong, where one step's example would not show it."""

from __future__ import annotations

import pytest
from lxml import etree

from cibtools.migrate.record.change import ChangeKind
from tests.migrate.lab import migrated, whole


def constraint(cib: str) -> etree._Element:
    (found,) = migrated(whole(cib)).draft.constraints()
    return found


def ids(cib: str) -> list[str]:
    return [found.get("id") for found in migrated(whole(cib)).top.find("configuration").iter("*") if found.get("id")]


def test_p02_constraints_follow_groups_with_repaired_ids() -> None:
    order = constraint(
        '<group id="1web"><primitive id="x" $D/></group><group id="g:2"><primitive id="y" $D/></group>'
        '<rsc_order id="o" from="1web" to="g:2" score="0"/>'
    )
    assert (order.get("first"), order.get("then")) == ("g-2", "id-1web")


def test_p09_every_id_is_legal_in_the_end() -> None:
    cib = "".join(f'<primitive id="{name}" $D/>' for name in ("web:1", "10web", "a b", "z@1"))
    found = [resource.get("id") for resource in migrated(whole(cib)).draft.resources()]
    assert found == ["web-1", "id-10web", "a-b", "z-1"]


def test_p11_no_id_is_there_twice() -> None:
    found = ids(
        '<clone id="pingd"><instance_attributes id="pingd"/><primitive id="p" $D><operations>'
        '<op id="m:1" name="monitor" interval="10s"/><op id="m-1" name="monitor" interval="20s"/>'
        '</operations></primitive></clone><rsc_location id="l" rsc="pingd"><rule id="pingd" score="5">'
        '<expression id="e" attribute="pingd" operation="defined"/></rule></rsc_location>'
    )
    assert len(found) == len(set(found))
    assert {"pingd", "m-1", "m-1-op", "pingd-rule"} <= set(found)


def test_p14a_ids_do_not_depend_on_what_else_there_is() -> None:
    pair = '<nvpair id="n" name="state" value="/x"/>'
    before = ids(f'<instance_attributes id="i"><attributes>{pair}</attributes></instance_attributes>')
    more = '<nvpair id="o" name="fake" value="y"/>'
    after = ids(f'<instance_attributes id="i"><attributes>{more}{pair}</attributes></instance_attributes>')
    assert set(after) - set(before) == {"o"}


def test_p14j_a_constraint_about_nothing_goes_with_a_word() -> None:
    migration = migrated(whole('<rsc_location id="l" rsc="later" node="n1" score="5"/>'))
    assert migration.draft.constraints() == []
    (note,) = (note for note in migration.notes if note.step == "M088")
    assert note.kind is ChangeKind.DROPPED
    assert note.before == '<rsc_location id="l" rsc="later" node="n1" score="5"/>'
    assert "'later'" in note.reason


def test_p21c_an_id_keeps_evms_in_its_name() -> None:
    location = constraint(
        '<group id="evms"><primitive id="p" $D/></group><rsc_location id="l" rsc="evms" node="n1" score="5"/>'
    )
    assert (location.get("id"), location.get("rsc")) == ("l", "evms")


@pytest.mark.parametrize(
    ("constraint_in", "attribute", "value"),
    [
        ('<rsc_order id="o" from="a" to="b" score="0" symmetrical="no"/>', "symmetrical", "false"),
        ('<rsc_order id="o" from="a" to="b" score=""/>', "score", "0"),
        ('<rsc_order id="o" from="a" to="b" score="abc"/>', "score", "0"),
        ('<rsc_order id="o" from="a" to="b" score="5s"/>', "score", "5"),
        ('<rsc_order id="o" from="a" to="b" score=".5"/>', "score", "0"),
        ('<rsc_order id="o" from="a" to="b" score="0" description="x"/>', "description", None),
    ],
)  # fmt: skip
def test_p14h_what_the_schema_does_not_take(constraint_in: str, attribute: str, value: str | None) -> None:
    assert constraint(constraint_in).get(attribute) == value
