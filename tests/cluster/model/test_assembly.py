"""Which documents make up a cluster."""

from __future__ import annotations

from cibtools.backup.cib.tree import parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.source import Source
from cibtools.cluster.model.assembly import Assembly, assemble, signature


def backup(**files: str) -> Backup:
    documents = []
    for name, text in sorted(files.items()):
        source = Source(f"{name}.xml", text.encode())
        tree, defects, kind = parse_cib(source)
        documents.append(Document(kind, source, tree, defects=defects))
    return Backup(".", tuple(documents))


def ids(assembly: Assembly, section: str) -> list[str | None]:
    return [found.get("id") for found in assembly.sections.get(section, ())]


WHOLE = """<cib admin_epoch="0" epoch="{epoch}" num_updates="1" have_quorum="true"><configuration><crm_config/><nodes/>
<resources><primitive id="a" class="ocf" type="Xen"/></resources><constraints/></configuration><status/></cib>"""


def test_sections_and_fragments_are_put_together() -> None:
    found = assemble(
        backup(
            resources='<resources><primitive id="a"/></resources>',
            orders='<rsc_order id="o1" from="a" to="b"/><rsc_order id="o2" from="b" to="a"/>',
            xen='<primitive id="b"/>',
        )
    )
    assert found.base is None
    assert ids(found, "resources") == ["a", "b"]
    assert ids(found, "constraints") == ["o1", "o2"]
    assert "nodes" not in found.sections


def test_a_whole_cib_wins_over_sections_and_leaves_new_fragments_loose() -> None:
    found = assemble(
        backup(
            cib=WHOLE.format(epoch=3),
            resources='<resources><primitive id="z"/></resources>',
            same='<primitive type="Xen" class="ocf" id="a"/>',
            new='<primitive id="new"/>',
        )
    )
    assert ids(found, "resources") == ["a"]
    assert [loose.get("id") for loose in found.loose] == ["new"]
    assert [document.path for document in found.aside] == ["resources.xml"]


def test_fragments_join_a_whole_cib_on_demand() -> None:
    files = backup(cib=WHOLE.format(epoch=3), new='<primitive id="new"/>', bare='<nvpair id="n" name="a" value="b"/>')
    found = assemble(files, merge_fragments=True)
    assert ids(found, "resources") == ["a", "new"]
    assert [loose.get("id") for loose in found.loose] == ["n"]


def test_of_two_copies_the_newer_is_used() -> None:
    found = assemble(backup(host1=WHOLE.format(epoch=9), host2=WHOLE.format(epoch=10)))
    assert found.base is not None
    assert found.base.path == "host2.xml"


def test_one_id_with_two_contents_takes_the_later_file() -> None:
    found = assemble(backup(a='<primitive id="x" type="Xen"/>', b='<primitive id="x" type="Dummy"/>'))
    assert [element.get("type") for element in found.sections["resources"]] == ["Dummy"]


def test_duplicates_within_one_file_stay_for_the_rule_that_reports_them() -> None:
    found = assemble(backup(resources='<resources><primitive id="x"/><primitive id="x"/></resources>'))
    assert ids(found, "resources") == ["x", "x"]


def test_two_property_sets_are_both_kept_unless_they_are_equal() -> None:
    pair = '<nvpair id="n" name="a" value="{}"/>'
    one = f'<cluster_property_set id="s"><attributes>{pair}</attributes></cluster_property_set>'
    assert ids(assemble(backup(a=one.format(1), b=one.format(2))), "crm_config") == ["s", "s"]
    assert ids(assemble(backup(a=one.format(1), b=one.format(1))), "crm_config") == ["s"]


def test_signature_ignores_comments_spaces_and_attribute_order() -> None:
    trees = backup(a='<op id="x" name="y"><!-- c --> </op>', b='<op  name="y" id="x"/>', c='<op id="x" name="z"/>')
    roots = [document.content.roots[0] for document in trees.documents if document.content]  # type: ignore[union-attr]
    assert signature(roots[0]) == signature(roots[1]) != signature(roots[2])


def test_a_root_without_sections_belongs_to_the_sections_beside_it() -> None:
    root = '<cib validate-with="pacemaker-1.0" epoch="7"><configuration/></cib>'
    found = assemble(backup(cib=root, resources='<resources><primitive id="a"/></resources>'))
    assert found.base is None
    assert found.root is not None
    assert found.root.get("epoch") == "7"
    assert ids(found, "resources") == ["a"]
    assert assemble(backup(cib=root)).base is not None
