"""`cibtools show`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cibtools.cli.main import cli
from tests.backup.archives import tar


def show(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["show", *map(str, arguments)], input=stdin)


@pytest.mark.parametrize("name", ["hasi", "hasi-broken", "pacemaker-1.0", "pacemaker-1.0-broken"])
def test_every_fixture_can_be_shown(repo: Path, name: str) -> None:
    path = repo / "fixtures" / name
    assert show(path, "--format", "json").exit_code == show(path).exit_code


def test_the_cluster_of_the_guide(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)
    result = show("fixtures/hasi")
    assert result.exit_code == 0
    for line in (
        "fixtures/hasi: heartbeat 2.1 (have_quorum= on cib, ",
        "host1  fenced by STONITH-iLO-host1; in tests also by STONITH-child",
        "nfs  ocf:heartbeat:Xen  xmfile=/etc/xen/vm/nfs.xm  [allow_migrate=true]  on host1",
        "nfs starts after configpool, advisory  nfs_depends_configpool",
        "STONITH-iLO-host1 never runs on host1",
        "nfs never runs where pingd is not defined or pingd <= 0",
        "xvda w  /dev/evms/san2/vm2",
        "Xen        dom0 keeps 1024 MiB; whether live migration is on is not told; bridges by multi-network-bridge"
        "  (host1, host2)",
        "Heartbeat  over ucast eth0 192.168.1.1, ucast eth1 10.0.1.1; dead after 50 s; pings 192.168.1.254  (host2)",
        "Addresses  host1 192.168.1.1 and 10.0.1.1, host2 192.168.1.2 and 10.0.1.2  (host1, host2)",
        "OCFS2      cluster ocfs2 of host1, host2  (host1, host2)",
        "Multipath  mpath1, mpath2  (host1, host2)",
        "xm-domu        xen/vm/nfs.xm",
    ):
        assert line in result.stdout


def test_json(repo: Path) -> None:
    (cluster,) = json.loads(show(repo / "fixtures" / "hasi", "--format", "json").stdout)["clusters"]
    assert cluster["dialect"] == "hb2"
    assert {node["name"]: node["fencing"] for node in cluster["nodes"]} == {"host1": "covered", "host2": "covered"}
    (nfs,) = [domu for domu in cluster["domus"] if domu["name"] == "nfs"]
    assert nfs["managed_by"] == ["nfs"]
    assert cluster["memory_mib"] == sum(domu["memory_mib"] for domu in cluster["domus"])
    assert cluster["memory_unknown"] == []
    (o2cb,) = [found for found in cluster["hosts"] if found["subject"] == "O2CB"]
    assert o2cb == {
        "subject": "O2CB",
        "words": "dead after 98 s; members told by Heartbeat",
        "hosts": ["host1", "host2"],
    }


def test_secrets_do_not_appear(repo: Path) -> None:
    for name in ("hasi", "hasi-broken"):
        for form in ("text", "json"):
            assert "CLEARTEXT" not in show(repo / "fixtures" / name, "--format", form).stdout


def test_a_part_says_what_is_missing(repo: Path) -> None:
    result = show(repo / "fixtures" / "hasi" / "constraints.bak.xml")
    assert "Not among the files: resources, crm_config, nodes, status" in result.stdout


def test_standard_input() -> None:
    result = show("-", stdin='<rsc_order id="a" first="b" then="c" kind="Optional"/>')
    assert result.exit_code == 0
    assert "c starts after b, advisory  a" in result.stdout
    assert "Pacemaker 1.1+" in result.stdout


def test_an_input_that_is_not_there() -> None:
    result = show("no-such-file")
    assert result.exit_code == 2
    assert result.stderr.startswith("cibtools: error: no-such-file: ")


def test_a_file_that_is_left_out_says_why(tmp_path: Path) -> None:
    path = tmp_path / "backup.tar"
    path.write_bytes(tar({"nodes.xml": b"<nodes/>", "/etc/shadow": b"root:x"}))
    result = show(path)
    assert result.exit_code == 2
    assert "the archive has a member whose name leads out of it, '/etc/shadow'" in result.stdout
    assert "root:x" not in result.stdout + result.stderr


def test_what_could_not_be_read_stands_in_the_report(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["show", str(tmp_path / "nothing.xml"), "--format", "json"])
    assert result.exit_code == 2
    (error,) = json.loads(result.stdout)["errors"]
    assert "nothing.xml" in error["message"]


def test_a_name_narrows_and_a_wrong_one_is_told(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)
    shown = show("fixtures/hasi", "nfs").stdout
    assert "nfs  ocf:heartbeat:Xen" in shown
    assert "dns1" not in shown
    wrong = show("fixtures/hasi", "nsf")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert 'did you mean "nfs"?' in wrong.stderr
    monkeypatch.chdir(repo / "fixtures/hasi")
    assert "host1  fenced by STONITH-iLO-host1" in show("host1").stdout


def test_chapters_narrow_and_add_up(repo: Path) -> None:
    (found,) = json.loads(show(repo / "fixtures/hasi", "--nodes", "--domus", "--format", "json").stdout)["clusters"]
    assert len(found["nodes"]) == 2
    assert found["domus"]
    assert found["resources"] == found["constraints"] == found["files"] == found["hosts"] == []
