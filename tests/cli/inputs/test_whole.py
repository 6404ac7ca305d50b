"""The hook in a repository that holds more than backups: what is not ours changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from cibtools.cli.inputs.whole import whole_backups
from cibtools.cli.main import cli

GOOD = '<rsc_order id="o" from="a" to="b" score="0"/>\n'
BAD = '<rsc_order id="o" from="a" to="b"/>\n'
CIB = "<cib><configuration><crm_config/><nodes/><resources/><constraints>{}</constraints></configuration></cib>\n"
FOREIGN = {
    "pom.xml": b"<project><modelVersion>4.0.0</modelVersion></project>",
    "page.xml": b"<!DOCTYPE html><html><body><p>unclosed</body></html>",
    "broken.xml": b"<a><b></a>",
    "data.xml": b"\x00\x01\x02binary",
    "empty.xml": b"",
    "drawing.xml.gz": b"\x1f\x8b\x08\x00not gzip",
    "src/site.xml": b"<site/>",
    "hosts": b"[web]\nhost1 ansible_user=root\n",
    "cluster.conf": b"whatever = 1\n",
    "config/sysconfig/notes": b"remember the milk\n",
}


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    for name, data in FOREIGN.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(data)
    for name, text in (("a", BAD), ("b", GOOD), ("b/nested", BAD)):
        (work / "backups" / name).mkdir(parents=True, exist_ok=True)
        (work / "backups" / name / "cib.xml").write_text(CIB.format(text))
    monkeypatch.chdir(work)


def hook(*files: str) -> tuple[int, str, str]:
    words = ["lint", "--whole-backups", "--no-cache", "--format", "concise", "--select", "CIB601", *files]
    result = CliRunner().invoke(cli, words)
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_ours_is_no_reason_to_fail(name: str) -> None:
    if name.endswith(".gz"):
        pytest.skip("what cannot be unpacked may be a backup")
    assert hook(name) == (0, "", "")


def test_all_files_of_a_mixed_repository() -> None:
    foreign = [name for name in FOREIGN if not name.endswith(".gz")]
    status, stdout, stderr = hook(*foreign, "backups/a/cib.xml", "backups/b/cib.xml", "backups/b/nested/cib.xml")
    assert (status, stderr) == (1, "")
    assert {line.partition(":")[0] for line in stdout.splitlines()} == {
        "backups/a/cib.xml",
        "backups/b/nested/cib.xml",
    }
    assert hook(*foreign, "backups/b/cib.xml")[0] in (0, 1)


def test_the_directories_are_found() -> None:
    found = whole_backups([*FOREIGN, "backups/a/cib.xml", "backups/b/cib.xml", "backups/b/nested/cib.xml"])
    assert {*found} >= {"backups/a", "backups/b", "backups/b/nested"}
    assert "." not in found


def test_a_domu_file_belongs_to_the_backup_above_it() -> None:
    Path("backups/a/xen/vm").mkdir(parents=True)
    Path("backups/a/xen/vm/web.xm").write_text("name = 'web'\nmemory = 512\n")
    assert whole_backups(["backups/a/xen/vm/web.xm"]) == ("backups/a",)


def test_an_empty_file_in_a_backup_is_part_of_it() -> None:
    Path("backups/a/nodes.xml").touch()
    assert whole_backups(["backups/a/nodes.xml", "empty.xml"]) == ("backups/a",)


@pytest.mark.parametrize("order", [("backups", "backups/a"), ("backups/a", "backups")])
def test_of_two_directories_one_inside_the_other_none_is_called_empty(order: tuple[str, str]) -> None:
    result = CliRunner().invoke(cli, ["lint", "--no-cache", "--select", "CIB601", "--format", "concise", *order])
    assert result.exit_code == 1
    assert result.stderr == ""
    assert result.stdout.count("backups/a/cib.xml") == 1


def test_a_missing_file_is_still_an_error() -> None:
    assert hook("backups/gone.xml")[0] == 2
