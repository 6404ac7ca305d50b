"""Reports of hb_report and crm_report: formats.md 18 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest

from cibtools.backup.document import Backup
from cibtools.backup.files.hb_report import ReportNode
from cibtools.backup.files.raw import Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.heartbeat.crm_mon import CrmMon
from cibtools.backup.reader import gather, read_file
from cibtools.backup.record.fact import Truth
from cibtools.backup.record.kind import Kind
from cibtools.cluster.model.assembly import assemble
from tests.backup.archives import PACKERS, packed

CIB = """<cib have_quorum="true" admin_epoch="0" epoch="{epoch}" num_updates="1"><configuration><crm_config/>
<nodes><node id="1" uname="host1" type="normal"/><node id="2" uname="host2" type="normal"/></nodes>
<resources/><constraints/></configuration><status/></cib>"""
DESCRIPTION = (
    "Please edit this template\nand describe the issue.\n\nDate: Thu Jan  8 15:00:00 NZDT 2009\nBy: {} -f 9:00 r\n"
)
MON = "Current DC: host1 (1)\n2 Nodes configured.\n0 Resources configured.\n\nNode: host1 (1): online\n"
LOG = "".join(f"heartbeat: {line * line} info: {line:x}\n" for line in range(60_000))
"""Longer than any file of a backup may be."""


def report(by: str = "hb_report") -> dict[str, bytes]:
    files = {
        "description.txt": DESCRIPTION.format(by),
        "analysis.txt": "Diff cib.xml... OK\n",
        "ha.cf": "node host1 host2\nbcast eth0\n",
        "host1/cib.xml": CIB.format(epoch=3),
        "host1/DC": "",
        "host1/RUNNING": "",
        "host1/crm_mon.txt": MON,
        "host1/ha-log": LOG,
        "host1/pengine/pe-input-7.bz2": "x",
        "host2/cib.xml": CIB.format(epoch=9),
        "host2/STOPPED": "",
        "host2/sysinfo.txt": "Platform: Linux\n",
    }
    return {name: text.encode() for name, text in files.items()}


def on_disk(top: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return top


def backup(path: Path) -> Backup:
    (found,) = gather(read_file(raw, {}) for raw in walk_input(str(path), Limits()))
    return found


def check(found: Backup, top: str) -> None:
    """What must come out of the report, wherever it lies."""
    assert found.report is not None
    assert found.report.top == top
    assert found.report.nodes == (ReportNode("host1", True, Truth.YES), ReportNode("host2", False, Truth.NO))
    assert found.report.authority == "host1"
    assert not any(document.defects for document in found.documents)
    hosts = {
        document.path.rpartition(f"{top}/" if top else "/report/")[2]: document.host for document in found.documents
    }
    assert (hosts["host1/cib.xml"], hosts["host2/cib.xml"], hosts["ha.cf"]) == ("host1", "host2", None)
    kinds = {document.path.rpartition("/")[2]: document.kind for document in found.documents}
    assert kinds["description.txt"] is Kind.HB_REPORT
    assert kinds["ha-log"] is kinds["pe-input-7.bz2"] is Kind.LISTED
    assert [type(document.content) for document in found.of_kind(Kind.CRM_MON)] == [CrmMon]


@pytest.mark.parametrize("by", ["hb_report", "crm_report"])
def test_a_directory(by: str, tmp_path: Path) -> None:
    check(backup(on_disk(tmp_path / "report", report(by))), "")


@pytest.mark.parametrize("form", [*PACKERS, "zip"])
def test_an_archive(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"report.{form}"
    path.write_bytes(packed(form, {f"hb-2009/{name}": data for name, data in report().items()}))
    check(backup(path), "hb-2009")


def test_the_running_coordinators_cib_is_in_force(tmp_path: Path) -> None:
    base = assemble(backup(on_disk(tmp_path / "report", report()))).base
    assert base is not None
    assert base.host == "host1"


def test_without_a_running_coordinator_the_highest_version_is_in_force(tmp_path: Path) -> None:
    files = report()
    del files["host1/DC"]
    base = assemble(backup(on_disk(tmp_path / "report", files))).base
    assert base is not None
    assert base.host == "host2"


def test_two_marked_directories_are_a_report_without_its_description(tmp_path: Path) -> None:
    files = report()
    del files["description.txt"]
    check_nodes = backup(on_disk(tmp_path / "report", files)).report
    assert check_nodes is not None
    assert [node.name for node in check_nodes.nodes] == ["host1", "host2"]


def test_a_plain_backup_is_no_report(repo: Path) -> None:
    assert backup(repo / "fixtures" / "hasi").report is None


def test_links_to_the_files_of_all_nodes(tmp_path: Path) -> None:
    top = on_disk(tmp_path / "report", {"cib.xml": report()["host1/cib.xml"], **report()})
    for host in ("host1", "host2"):
        (top / host / "cib.xml").unlink()
        (top / host / "cib.xml").symlink_to("../cib.xml")
    found = backup(top)
    assert found.report is not None
    assert [node.name for node in found.report.nodes] == ["host1", "host2"]
    assert [document.host for document in found.of_kind(Kind.CIB)] == [None]
