"""From files to backups: kinds, nodes, and which files are one cluster."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.document import Backup
from cibtools.backup.files.raw import Limits, Raw
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, host_of, parse_source, read_file
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source

CIB = """<cib have_quorum="true" epoch="{epoch}"><configuration><crm_config/>
<nodes><node id="1" uname="{names[0]}" type="normal"/><node id="2" uname="{names[1]}" type="normal"/></nodes>
<resources/><constraints/></configuration><status/></cib>"""
DOMU = "name = 'a'\nmemory = 512\ndisk = ['phy:/dev/a,xvda,w']\n"
SECTION = "<resources><primitive id='{}' class='ocf' provider='heartbeat' type='Dummy'/></resources>"


def write(top: Path, **files: str) -> None:
    for name, text in files.items():
        path = top / name.replace("__", "/").replace("_xml", ".xml").replace("_xm", ".xm").replace("_cf", ".cf")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def backups(*paths: Path, each: bool = False) -> tuple[Backup, ...]:
    raws: list[Raw] = [raw for path in paths for raw in walk_input(str(path), Limits())]
    return gather((read_file(raw, {}) for raw in raws), each=each)


def names(backup: Backup, top: Path) -> list[str]:
    return [document.path.removeprefix(f"{top}/") for document in backup.documents]


def test_all_files_of_a_directory_are_one_backup(tmp_path: Path) -> None:
    write(tmp_path, resources_xml=SECTION.format("a"), fragments__b_xml="<primitive id='b'/>", xen__vm__a_xm=DOMU)
    (backup,) = backups(tmp_path)
    assert names(backup, tmp_path) == ["fragments/b.xml", "resources.xml", "xen/vm/a.xm"]


def test_backups_side_by_side_are_several_clusters(tmp_path: Path) -> None:
    write(
        tmp_path,
        lab__cib_xml=CIB.format(epoch=1, names=("l1", "l2")),
        lab__xen__vm__a_xm=DOMU,
        prod__resources_xml=SECTION.format("a"),
        prod__xen__vm__a_xm=DOMU,
    )
    lab, prod = backups(tmp_path)
    assert names(lab, tmp_path) == ["lab/cib.xml", "lab/xen/vm/a.xm"]
    assert names(prod, tmp_path) == ["prod/resources.xml", "prod/xen/vm/a.xm"]


def test_backups_lie_at_any_depth_and_keep_what_is_beside_their_cib(tmp_path: Path) -> None:
    write(
        tmp_path,
        site__a__cib__cib_xml=CIB.format(epoch=1, names=("a1", "a2")),
        site__a__xen__a_xm=DOMU,
        site__b__cib_xml=CIB.format(epoch=1, names=("b1", "b2")),
        other__resources_xml=SECTION.format("o"),
    )
    found = [names(backup, tmp_path) for backup in backups(tmp_path)]
    assert found == [["other/resources.xml"], ["site/a/cib/cib.xml", "site/a/xen/a.xm"], ["site/b/cib.xml"]]


def test_a_lone_backup_further_down_takes_all_files(tmp_path: Path) -> None:
    write(tmp_path, deep__cib__cib_xml=CIB.format(epoch=1, names=("a1", "a2")), xen__a_xm=DOMU)
    (backup,) = backups(tmp_path)
    assert names(backup, tmp_path) == ["deep/cib/cib.xml", "xen/a.xm"]


@pytest.mark.parametrize("home", ["", "nodes__"])
def test_copies_of_one_cib_per_node_are_one_cluster(tmp_path: Path, home: str) -> None:
    one, two = (CIB.format(epoch=epoch, names=("host1", "host2")) for epoch in (1, 2))
    write(tmp_path, **{f"{home}host1__cib_xml": one, f"{home}host2__cib_xml": two, f"{home}host1__xen__a_xm": DOMU})
    (backup,) = backups(tmp_path)
    assert [document.host for document in backup.documents] == ["host1", "host1", "host2"]


def test_files_named_one_by_one_join_the_directory_they_lie_below(tmp_path: Path) -> None:
    write(tmp_path, resources_xml=SECTION.format("a"), xen__vm__a_xm=DOMU, other__b_xml=SECTION.format("b"))
    joined, apart = tmp_path / "resources.xml", tmp_path / "other"
    found = [names(backup, tmp_path) for backup in backups(joined, tmp_path / "xen" / "vm" / "a.xm", apart)]
    assert sorted(found) == [["other/b.xml"], ["resources.xml", "xen/vm/a.xm"]]


def test_each_makes_every_file_a_cluster(tmp_path: Path) -> None:
    write(tmp_path, a_xml=SECTION.format("a"), b_xml=SECTION.format("b"))
    assert [names(backup, tmp_path) for backup in backups(tmp_path, each=True)] == [["a.xml"], ["b.xml"]]


@pytest.mark.parametrize(
    ("name", "host"),
    [
        ("nodes/host9/etc/ha.d/ha.cf", "host9"),
        ("host1/etc/ha.d/ha.cf", "host1"),
        ("HOST1.example.net/ha.cf", "host1"),
        ("ha.cf.host2", "host2"),
        ("lvm.conf-host2", "host2"),
        ("ha.cf.old", None),
        ("xen/vm/host1.xm", None),
        ("etc/ha.d/ha.cf", None),
    ],
)
def test_the_path_tells_the_node(name: str, host: str | None) -> None:
    assert host_of(name, frozenset({"host1", "host2"})) == host


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"<cib/>", Kind.CIB),
        (b"<resources/>", Kind.CIB_SECTION),
        (b"<primitive id='a'/><rsc_order id='b'/>", Kind.CIB_FRAGMENT),
        (DOMU.encode(), Kind.XM),
        (b"node a b\nkeepalive 2\nucast eth0 10.0.0.1\n", Kind.HA_CF),
        (b"auth 1\n1 sha1 secret\n", Kind.AUTHKEYS),
        (b"", Kind.EMPTY),
        (b"dear diary\n", Kind.UNCLASSIFIED),
    ],
)
def test_content_decides_whatever_the_name(data: bytes, kind: Kind) -> None:
    document = parse_source(Source("backup/file", data), "file")
    assert document.kind is kind
    assert (document.content is not None) is (kind not in (Kind.EMPTY, Kind.UNCLASSIFIED))


def test_a_forced_kind_is_believed() -> None:
    document = parse_source(Source("a.txt", b"dear diary\n"), "a.txt", Kind.XM)
    assert document.kind is Kind.XM
    assert document.content is not None


def test_a_file_of_two_kinds_says_so() -> None:
    document = parse_source(Source("a.conf", b'activate {\n a = 1\n}\ndevices {\n dir = "/dev"\n}\n'), "a.conf")
    assert [defect.variant for defect in document.defects] == ["ambiguous"]
