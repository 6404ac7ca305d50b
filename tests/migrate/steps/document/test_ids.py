from __future__ import annotations

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.drafting import draft_of
from cibtools.migrate.record.change import ChangeKind
from cibtools.migrate.steps.document.ids import settle_ids
from tests.migrate.lab import cluster_of, migrated, whole


def test_constraints_alone_are_repaired_as_their_resource_would_be_and_say_so() -> None:
    migration = migrated('<constraints><rsc_order id="o" from="a" to="web:1" score="0"/></constraints>')
    (order,) = migration.draft.constraints()
    assert (order.get("first"), order.get("then")) == ("web-1", "a")
    (question,) = migration.decisions
    assert question.step == "M103"
    assert "'web:1'" in question.reason


def test_a_resource_without_an_id_is_in_the_way() -> None:
    assert migrated(whole("<primitive $D/>")).blocked


def test_an_instance_of_a_clone_is_in_the_way_until_accepted() -> None:
    cib = '<clone id="c"><primitive id="i" $D/></clone><rsc_location id="l" rsc="i:0" node="n1" score="5"/>'
    assert migrated(whole(cib)).blocked
    assert not migrated(whole(cib), Answers(accept=frozenset({"M089"}))).blocked


def test_renaming_thousands_of_equal_ids_stays_quick() -> None:
    import time

    operations = "".join(f'<op id="x" name="monitor" interval="{number}s"/>' for number in range(4000))
    start = time.process_time()
    migration = migrated(whole(f'<primitive id="p" $D><operations>{operations}</operations></primitive>'))
    assert time.process_time() - start < 5
    ids = [op.get("id") for op in migration.top.iter("op")]
    assert ids[:3] == ["x", "x-op", "x-op-2"]
    assert len(set(ids)) == 4000


def test_what_a_step_made_claims_its_id_after_what_was_there() -> None:
    draft = draft_of(cluster_of(whole('<group id="web:1"><primitive id="p" $D/></group>')))
    group = draft.resources()[0]
    made = draft.create(group, "meta_attributes", [("id", "web-1")], cause=group, index=0)
    notes = [*settle_ids(draft, Answers())]
    assert (group.get("id"), made.get("id")) == ("web-1", "web-1-meta_attributes")
    assert [note.step for note in notes] == ["M100", "M101"]


def test_id_refs_follow_what_they_refer_to() -> None:
    cib = (
        '<rsc_location id="l" rsc="a"><rule id="r:1" score="5"><expression id="e" attribute="#uname" operation="eq" '
        'value="n1"/></rule></rsc_location><rsc_location id="m" rsc="b"><rule id-ref="r:1"/></rsc_location>'
    )
    rules = [*migrated(whole(cib)).top.iter("rule")]
    assert rules[0].get("id") == rules[1].get("id-ref") == "r-1"
    assert "id" not in rules[1].attrib


def test_every_renamed_id_is_one_note() -> None:
    cib = '<group id="g:1"><primitive id="p" $D/></group><instance_attributes id="i:1"/>'
    notes = [note for note in migrated(whole(cib)).notes if note.kind is ChangeKind.RENAMED and note.attribute == "id"]
    assert [(note.before, note.after) for note in notes if note.step == "M100"][:1] == [('id="g:1"', 'id="g-1"')]


def test_the_map_of_renamed_resources_is_there_for_machines() -> None:
    assert migrated(whole('<group id="g:1"><primitive id="p" $D/></group>')).renames == {"g:1": "g-1"}
