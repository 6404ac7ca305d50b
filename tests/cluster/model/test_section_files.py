"""A CIB in one file per section, and back."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from cibtools.backup.cib.section import CONFIGURED_TAGS, SECTION_TAGS
from cibtools.backup.cib.tree import CibTree, parse_cib
from cibtools.backup.document import Backup, Document
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.sniff.classify import classify
from cibtools.cluster.model.assembly import signature
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.section_files import Joined, join, split


def parsed(data: bytes, path: str = "cib.xml") -> tuple[CibTree, Document]:
    source = Source(path, data)
    tree, defects, kind = parse_cib(source)
    assert tree is not None
    return tree, Document(kind, source, tree, defects=defects)


def rejoined(data: bytes) -> Joined:
    files = split(parsed(data)[0])
    return join(Cluster(Backup("d", tuple(parsed(found.data, f"d/{found.name}")[1] for found in files))))


def meaning(data: bytes) -> object:
    """What a CIB says; sections may stand in any order."""
    cib = parsed(data)[0].cib
    assert cib is not None
    around = {child.tag: dict(child.attrib) for child in cib if child.tag not in SECTION_TAGS}
    sections = sorted(signature(found) for found in parsed(data)[0].sections())
    return dict(cib.attrib), around, sections


def leads(data: bytes) -> list[tuple[str, str]]:
    """Every comment, and what it leads: the next element beside it, or none."""
    found = []
    for comment in etree.fromstring(data).getroottree().xpath("//comment()"):
        after = next(comment.itersiblings("*"), None)
        found.append((str(comment.text), "" if after is None else f"{after.tag} {after.get('id', '')}"))
    return sorted(found)


def comments(data: bytes) -> list[str]:
    return sorted(str(found.text) for found in etree.fromstring(data).iter(etree.Comment))


WHOLE = [
    "pacemaker-1.0/cib.xml", "pacemaker-1.0-broken/cib.xml", "hasi/cib.bak.xml", "hasi-broken/dmz/cib.xml",
    "hasi-broken/testlab/cib.xml", "quiet/36-comments-and-foreign-attributes/cib.bak.xml",
    "quiet/29-stonith-action/pacemaker-1.1/cib.xml", "quiet/15-stopped-in-status/cib.xml",
]  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_fixture_comes_back_as_it_was(repo: Path, name: str) -> None:
    data = (repo / "fixtures" / name).read_bytes()
    joined = rejoined(data)
    assert meaning(joined.data) == meaning(data)
    assert comments(joined.data) == comments(data)
    assert joined.rooted
    assert joined.empty == ()


@pytest.mark.parametrize("name", WHOLE)
def test_a_section_stands_in_its_file_byte_for_byte(repo: Path, name: str) -> None:
    data = (repo / "fixtures" / name).read_bytes()
    root, *sections = split(parsed(data)[0])
    assert sections
    for found in sections:
        assert found.data.rstrip(b"\n") in data
    assert root.data.startswith(data[: data.index(b"<configuration>")].rstrip())


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-8-sig"])
def test_a_section_cut_from_another_encoding_can_be_read(encoding: str) -> None:
    declared = {"latin-1": '<?xml version="1.0" encoding="iso-8859-1"?>\n'}.get(encoding, "")
    text = f'{declared}<cib epoch="1"><configuration><nodes><node id="ü" uname="n"/></nodes></configuration></cib>'
    for found in split(parsed(text.encode(encoding))[0]):
        assert parsed(found.data)[1].defects == ()
    assert meaning(rejoined(text.encode(encoding)).data) == meaning(text.encode(encoding))


def test_a_damaged_section_is_written_as_it_was_read() -> None:
    data = b'<cib epoch="1"><configuration><nodes>\n<node uname="n" id="a/>\n</nodes></configuration></cib>'
    tree, document = parsed(data)
    assert document.defects
    for found in split(tree):
        assert parsed(found.data)[1].defects == ()


NAMES = st.sampled_from(["a", "b-1", "ü", "x &amp; y"])
OBJECTS = st.sampled_from(["primitive", "node", "rsc_order", "cluster_property_set"])
ITEMS = st.one_of(
    st.builds('<{} id="{}" x="{}"/>'.format, OBJECTS, NAMES, NAMES),
    st.builds("<!-- {} -->".format, NAMES),
    st.just("\n\t "),
    st.builds("<{0} id='{1}'\n  ><op/><!--<nodes>--></{0}>".format, OBJECTS, NAMES),
)
SECTION = st.builds(
    "{2}<{0}>{1}</{0}>".format,
    st.sampled_from([*CONFIGURED_TAGS, "of-another-release"]),
    st.lists(ITEMS, max_size=4).map("".join),
    st.sampled_from(["", "\n  ", "<!-- above -->"]),
)


@given(
    st.lists(SECTION, max_size=6).map("".join),
    st.sampled_from(["", "<!-- the status -->", "<?note here?>"]),
    st.sampled_from(["", "<status/>", '<status><node_state id="a"/></status>']),
    st.sampled_from(["", ' epoch="4"', ' validate-with="pacemaker-1.0" x="&lt;"']),
    st.sampled_from(
        [("", ""), ("<!-- a -->\n", ""), ('<!DOCTYPE cib SYSTEM "crm.dtd">\n<?x y?><!-- b -->', "<!-- c -->")]
    ),
    st.sampled_from(["", "<!-- end -->"]),
)
def test_join_is_the_inverse_of_split(
    sections: str, above: str, status: str, attributes: str, around: tuple[str, str], end: str
) -> None:
    before, after = around
    data = (
        f"{before}<cib{attributes}><configuration>{sections}{end}</configuration>{above}{status}{end}</cib>{after}"
    ).encode()
    if not [*parsed(data)[0].sections()]:
        return
    files = split(parsed(data)[0])
    if len(files) == 1:
        assert meaning(files[0].data) == meaning(data)
        return
    assert all(not parsed(found.data)[1].defects for found in files)
    joined = rejoined(data)
    assert meaning(joined.data) == meaning(data)
    assert leads(joined.data) == leads(data)
    assert etree.fromstring(joined.data).getroottree().docinfo.doctype == (
        before.partition("\n")[0] if "<!D" in before else ""
    )


ALL_RELEASES = b"""<cib epoch="5" validate-with="pacemaker-4.0" x:note="y" xmlns:x="urn:x"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o1" name="fencing-enabled" value="true"/></cluster_property_set>
</crm_config>
<nodes><node id="1" uname="n1"/></nodes>
<resources><template id="t" class="ocf" provider="heartbeat" type="Dummy"/><primitive id="p" template="t"/>
<bundle id="b"><podman image="i"/></bundle></resources>
<constraints><rsc_ticket id="k" rsc="p" ticket="a"/></constraints>
<fencing-topology><fencing-level id="f" target="n1" index="1" devices="d"/></fencing-topology>
<op_defaults/><rsc_defaults><meta_attributes id="r"/></rsc_defaults>
<tags><tag id="g"><obj_ref id="p"/></tag></tags>
<acls><acl_target id="u"><role id="r1"/></acl_target><acl_role id="r1"/></acls>
<alerts><alert id="a" path="/x"><recipient id="a1" value="v"/></alert></alerts>
</configuration><status><node_state id="1"/></status></cib>"""


def test_sections_of_all_releases_come_back_through_files_that_are_recognised() -> None:
    files = split(parsed(ALL_RELEASES)[0])
    assert {found.name.removesuffix(".xml") for found in files} == {"cib", *SECTION_TAGS}
    for found in files:
        kind = classify(Source(found.name, found.data), "unnamed").kind
        assert kind is (Kind.CIB if found.name == "cib.xml" else Kind.CIB_SECTION), found.name
    assert meaning(rejoined(ALL_RELEASES).data) == meaning(ALL_RELEASES)


@pytest.mark.parametrize(
    ("section", "schema"),
    [
        ("<alerts/>", "pacemaker-2.5"), ("<tags/>", "pacemaker-1.3"), ("<fencing-topology/>", "pacemaker-1.2"),
        ('<acls><acl_target id="u"/></acls>', "pacemaker-2.0"), ("<rsc_defaults/>", "pacemaker-1.0"),
    ],
)  # fmt: skip
def test_a_root_made_up_has_a_schema_that_knows_its_sections(section: str, schema: str) -> None:
    joined = join(Cluster(Backup("d", (parsed(section.encode(), "d/a.xml")[1],))))
    assert etree.fromstring(joined.data).get("validate-with") == schema


def test_sections_without_a_root_get_the_least_root() -> None:
    sections = (
        b'<!-- from n1 --><resources><primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/></resources>',
        b'<constraints><rsc_order id="o" first="a" then="b"/></constraints>',
    )
    joined = join(Cluster(Backup("d", tuple(parsed(data, f"d/{at}.xml")[1] for at, data in enumerate(sections)))))
    assert not joined.rooted
    assert joined.empty == ("crm_config", "nodes")
    cib = etree.fromstring(joined.data)
    assert [child.tag for child in cib.find("configuration").iterchildren("*")] == [
        "crm_config", "nodes", "resources", "constraints",
    ]  # fmt: skip
    assert cib.get("validate-with") == "pacemaker-1.0"
    assert comments(joined.data) == [" from n1 "]
