"""DomUs: copies are one, old copies are marked, resources find their files."""

from __future__ import annotations

import pytest

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.derived.domu import DomU, domus, domus_of
from cibtools.cluster.derived.domu_file import common_suffix
from cibtools.cluster.model.cluster import Cluster


def xm(name: str = "nfs", disk: str = "phy:/dev/evms/san2/vm2,xvda,w", memory: int = 512) -> str:
    return f"name = \"{name}\"\nmemory = {memory}\ndisk = [ '{disk}' ]\n"


def xen(identity: str, xmfile: str, name: str = "") -> str:
    extra = f'<nvpair id="{identity}-2" name="name" value="{name}"/>' if name else ""
    return (
        f'<primitive id="{identity}" class="ocf" provider="heartbeat" type="Xen">'
        f'<instance_attributes id="{identity}-ia"><attributes>'
        f'<nvpair id="{identity}-1" name="xmfile" value="{xmfile}"/>{extra}</attributes>'
        "</instance_attributes></primitive>"
    )


def cluster(files: dict[str, str], *resources: str) -> Cluster:
    every = {**files, "cib.xml": f"<resources>{''.join(resources)}</resources>"} if resources else files
    read = [parse_source(Source(path, text.encode()), path) for path, text in sorted(every.items())]
    (backup,) = gather(Read(document, "", document.path, walked=True) for document in read)
    return Cluster(backup)


def paths(found: Cluster) -> list[tuple[str, ...]]:
    return [domu.paths for domu in domus_of(found)]


def only(found: Cluster) -> DomU:
    (domu,) = domus_of(found)
    return domu


def test_one_file_per_node_is_one_domu() -> None:
    one, two = "nodes/host1/etc/xen/vm/nfs.xm", "nodes/host2/etc/xen/vm/nfs.xm"
    assert paths(cluster({one: xm(memory=512), two: xm(memory=768)})) == [(one, two)]


def test_a_shared_file_and_a_nodes_copy_are_one_domu() -> None:
    shared, mine = "xen/vm/nfs.xm", "nodes/host1/etc/xen/vm/nfs.xm"
    assert paths(cluster({shared: xm(), mine: xm(memory=768)})) == [(mine, shared)]


def test_two_files_of_one_name_on_one_node_are_two() -> None:
    one, two = "nodes/host1/etc/xen/vm/nfs.xm", "nodes/host1/root/nfs.xm"
    assert paths(cluster({one: xm(), two: xm("other")})) == [(one,), (two,)]


def test_comments_and_blanks_make_no_difference() -> None:
    assert len(domus_of(cluster({"a/nfs.xm": xm(), "b/copy.xm": "# a copy\n\n" + xm().replace("\n", "  \n")}))) == 1


def test_files_that_name_no_domain_are_told_apart_by_their_own_names() -> None:
    text = "memory = 512\ndisk = [ 'phy:/dev/vg/a,xvda,w' ]\n"
    assert len(domus_of(cluster({"vm/a.xm": text, "vm/b.xm": text}))) == 2


def test_the_disks_of_copies_are_united() -> None:
    found = only(
        cluster(
            {
                "nodes/host1/etc/xen/vm/nfs.xm": xm(),
                "nodes/host2/etc/xen/vm/nfs.xm": xm(disk="phy:evms/san2/vm2,xvda,w', 'phy:/dev/vg/b,xvdb,w"),
            }
        )
    )
    assert [(use.identity.name, use.file.document.host) for use in found.disks] == [
        ("/dev/evms/san2/vm2", "host1"),
        ("/dev/vg/b", "host2"),
    ]


def test_a_file_that_repeats_itself_keeps_both_entries() -> None:
    found = only(cluster({"vm/nfs.xm": xm(disk="phy:/dev/vg/a,xvda,w', 'phy:/dev/vg/a,xvda,w")}))
    assert len(found.disks) == 2


@pytest.mark.parametrize("old", ["nfs.xm.orig", "nfs.xm.bak", "nfs.xm.save", "nfs.xm-20090224", "nfs-20090224.xm"])
def test_an_old_copy_knows_its_live_file(old: str) -> None:
    found = {domu.paths[0]: domu for domu in domus_of(cluster({"vm/nfs.xm": xm(), f"vm/{old}": xm(memory=256)}))}
    assert found[f"vm/{old}"].template
    assert found[f"vm/{old}"].is_copy_of(found["vm/nfs.xm"])
    assert not found["vm/nfs.xm"].template
    assert not found["vm/nfs.xm"].is_copy_of(found[f"vm/{old}"])


@pytest.mark.parametrize(("path", "template"), [
    ("vm/template.xm", True), ("vm/template-sles10.xm", True), ("vm/sles10-Template.xm", True),
    ("vm/examples/a.xm", True),
    ("vm/a.xm.orig", True), ("vm/web.xm", False), ("vm/examplesite.xm", False), ("templates/web.xm", False),
    ("vm/web-20090224.xm", False),
])  # fmt: skip
def test_templates(path: str, template: bool) -> None:
    assert only(cluster({path: xm()})).template is template


def test_what_a_resource_runs_is_no_template() -> None:
    assert not only(cluster({"vm/template.xm": xm()}, xen("nfs", "/etc/xen/vm/template.xm"))).template


@pytest.mark.parametrize(("xmfile", "manager"), [
    ("/etc/xen/vm/web.xm", "vm/web.xm"), ("/etc//xen/vm/web.xm", "vm/web.xm"), ("/srv/other/web.xm", "vm/web.xm"),
    ("/etc/xen/old/web.xm", "old/web.xm"), ("/etc/xen/vm/nothing.xm", None),
])  # fmt: skip
def test_resources_find_their_file_by_its_path(xmfile: str, manager: str | None) -> None:
    found = cluster({"vm/web.xm": xm("web"), "old/web.xm": xm("www"), "vm/nfs.xm": xm("home")}, xen("one", xmfile))
    managed = [domu.first.path for domu in domus_of(found) if domu.managers]
    assert manager in managed if manager else not managed


def test_a_renamed_file_is_found_by_the_name_in_it() -> None:
    found = only(cluster({"vm/printsrv.xm": xm("cups")}, xen("cups", "/etc/xen/vm/cups.xm")))
    assert [resource.id for resource in found.managers] == ["cups"]
    found = only(cluster({"vm/printsrv.xm": xm("cups")}, xen("printing", "/etc/xen/vm/cups.xm", "cups")))
    assert [resource.id for resource in found.managers] == ["printing"]


def test_the_title_is_the_name_or_that_of_the_file() -> None:
    assert only(cluster({"vm/a.xm": xm("nfs")})).title == "nfs"
    assert only(cluster({"vm/a.xm": 'name = "vm%d" % n\nmemory = 1\ndisk = []\n'})).title == "a"


def test_further_names_of_disks_come_in_from_outside() -> None:
    wwid = "/dev/disk/by-id/scsi-3600508b4000971ca0000900001b10000"
    found = cluster({"vm/nfs.xm": xm(disk="phy:/dev/mapper/mpath1,xvda,w")})
    (domu,) = domus(found, {"/dev/mapper/mpath1": wwid})
    assert [(use.identity.name, use.identity.device) for use in domu.disks] == [("/dev/mapper/mpath1", wwid)]


def test_common_suffix() -> None:
    assert common_suffix("nodes/host1/etc/xen/vm/nfs.xm", "/etc/xen/vm/nfs.xm") == 4
    assert common_suffix("nfs.xm", "/etc/xen/vm/nfs.xm") == 1
    assert common_suffix("xnfs.xm", "nfs.xm") == 0
    assert common_suffix("", "") == 0
