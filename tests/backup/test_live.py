"""Live files and the copies beside them: which is which, for files of nodes and of domUs alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.document import Backup, Document
from cibtools.backup.files.raw import Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, read_file
from cibtools.backup.record.kind import Kind

CIB = (
    '<cib><configuration><nodes><node id="1" uname="host1"/><node id="2" uname="host2"/></nodes></configuration></cib>'
)
LIVE = "127.0.0.1 localhost\n192.168.1.1 host1\n192.168.1.2 host2\n"
OLD = "127.0.0.1 localhost\n127.0.0.2 host1\n"
DOMU = "name = 'web'\nmemory = 256\ndisk = ['phy:/dev/vg/web,xvda,w']\n"


def backup_of(top: Path, files: dict[str, str]) -> Backup:
    for name, text in {"cib.xml": CIB, **files}.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (backup,) = gather(read_file(raw, {}) for raw in walk_input(str(top), Limits()))
    return backup


def document(backup: Backup, name: str) -> Document:
    return next(one for one in backup.documents if one.path.endswith(f"/{name}"))


COPIES = (
    "hosts.old", "hosts.BAK", "hosts.save", "hosts.bckup", "hosts.YaST2save", "hosts.rpmsave", "hosts.rpmnew",
    "_old/hosts", ".snapshot/hosts", "hosts.org",
    "hosts.orig", "hosts~", "hosts.~2~", "hosts.1", "hosts-20090101", "hosts.2008-11-03", "hosts_20081103",
    "hosts.20081103-0930", "old-hosts", "Old.hosts", "hosts-bak", "hosts.bak.old.1", "hosts.old.gz", "hosts.new",
    "hosts.2008", "hosts,v", "hosts.from-the-installation", "old/hosts", "bak/hosts", "Backup/hosts",
    "backup-20090101/hosts", "20090101/hosts", "old/2008/hosts.1", "save/old/hosts", "hosts.d.old/hosts",
    "xen/old/hosts", "sample/hosts",
)  # fmt: skip


@pytest.mark.parametrize("name", COPIES)
def test_the_file_at_its_real_path_is_the_live_one(tmp_path: Path, name: str) -> None:
    live, copy = "nodes/host1/etc/hosts", f"nodes/host1/etc/{name}"
    backup = backup_of(tmp_path, {live: LIVE, copy: OLD})
    assert [one.path for one in backup.of_kind(Kind.HOSTS)] == [f"{tmp_path}/{live}"]
    found = document(backup, copy)
    assert found.kind is Kind.HOSTS
    assert found.reason.startswith("copy of nodes/host1/")
    assert found.copy_of == live or found.reason.endswith("which the backup does not have")


def test_copies_are_compared_with_the_live_file(tmp_path: Path) -> None:
    here = "nodes/host1/etc"
    backup = backup_of(tmp_path, {f"{here}/hosts": LIVE, f"{here}/hosts.bak": LIVE, f"{here}/hosts.old": OLD})
    assert document(backup, "hosts.bak").reason == f"copy of {here}/hosts, equal to the live file"
    assert document(backup, "hosts.old").reason == f"copy of {here}/hosts, differs from the live file"


@pytest.mark.parametrize("name", ["hosts.old", "old/hosts", "old-hosts"])
def test_a_copy_without_its_live_file_is_a_copy(tmp_path: Path, name: str) -> None:
    backup = backup_of(tmp_path, {f"nodes/host1/etc/{name}": LIVE})
    assert backup.of_kind(Kind.HOSTS) == ()


@pytest.mark.parametrize(
    "name", ["backup/nodes/host1/etc/hosts", "old/etc/hosts", "hosts.host1", "nodes/old/etc/hosts"]
)
def test_what_only_looks_like_a_copy_is_live(tmp_path: Path, name: str) -> None:
    backup = backup_of(tmp_path, {name: LIVE})
    assert len(backup.of_kind(Kind.HOSTS)) == 1


def test_a_file_per_node_is_live_whatever_its_name(tmp_path: Path) -> None:
    backup = backup_of(tmp_path, {"hosts.host1": LIVE, "hosts.host2": LIVE, "etc/hosts": LIVE})
    assert {one.host for one in backup.of_kind(Kind.HOSTS)} == {"host1", "host2", None}


def test_a_file_that_the_user_names_is_live(tmp_path: Path) -> None:
    (tmp_path / "hosts.old").write_text(LIVE)
    (backup,) = gather(read_file(raw, {}) for raw in walk_input(str(tmp_path / "hosts.old"), Limits()))
    assert len(backup.of_kind(Kind.HOSTS)) == 1


@pytest.mark.parametrize("name", ["web.xm.old", "bak/web.xm", "web-20090101.xm", "old-web.xm", "web.xm.1", "web.xm~"])
def test_copies_of_domu_files_are_not_live(tmp_path: Path, name: str) -> None:
    backup = backup_of(tmp_path, {"xen/vm/web.xm": DOMU, f"xen/vm/{name}": DOMU.replace("256", "512")})
    assert [one.path for one in backup.of_kind(Kind.XM)] == [f"{tmp_path}/xen/vm/web.xm"]
    assert [one.copy_of for one in backup.copies_of_kind(Kind.XM)] == ["xen/vm/web.xm"]


@pytest.mark.parametrize("name", ["web2.xm", "web-2.xm", "backup.xm", "mail-backup", "old.xm", "web.2009.xm"])
def test_domus_with_telling_names_are_live(tmp_path: Path, name: str) -> None:
    backup = backup_of(tmp_path, {"xen/vm/web.xm": DOMU, f"xen/vm/{name}": DOMU})
    assert len(backup.of_kind(Kind.XM)) == 2


def test_what_package_managers_leave_beside_other_files_is_passed_over(tmp_path: Path) -> None:
    backup = backup_of(tmp_path, {"notes.orig": "What is this?\n", "cib.xml~": CIB})
    assert [one.path for one in backup.documents] == [f"{tmp_path}/cib.xml"]


@pytest.mark.parametrize("name", ["web.xm.1", "web.cfg-20090101", "web.xm.2008-11-03", "web.cfg_old", "web.xm.neu"])
def test_a_copy_of_a_domu_file_that_is_gone(tmp_path: Path, name: str) -> None:
    text = "name = 'web'\nmemory = 512\ndisk = ['phy:/dev/vg/web,xvda,w']\n"
    backup = backup_of(tmp_path, {f"nodes/host1/etc/xen/vm/{name}": text})
    assert backup.of_kind(Kind.XM) == ()
