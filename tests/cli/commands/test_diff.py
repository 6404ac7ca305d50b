"""`cibtools diff` on whole backups."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cibtools.cli.main import cli


def diff(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["diff", *map(str, arguments)])


@pytest.mark.parametrize("name", ["hasi", "hasi-broken/production", "pacemaker-1.0", "pacemaker-1.0-broken"])
def test_a_backup_does_not_differ_from_itself(repo: Path, name: str) -> None:
    result = diff(repo / "fixtures" / name, repo / "fixtures" / name)
    assert result.exit_code == 0
    assert result.stdout.startswith("no difference in crm_config, nodes, resources, constraints")
    assert result.stderr == ""


def test_one_changed_option_is_one_line(repo: Path, tmp_path: Path) -> None:
    text = (repo / "fixtures/pacemaker-1.0/cib.xml").read_text()
    new = tmp_path / "new.xml"
    new.write_text(text.replace('value="/etc/xen/vm/web.xm"', 'value="/etc/xen/vm/web2.xm"').replace('"74"', '"80"'))
    result = diff(repo / "fixtures/pacemaker-1.0/cib.xml", new)
    assert result.exit_code == 1
    assert (
        '  primitive web: nvpair xmfile: "/etc/xen/vm/web.xm" -> "/etc/xen/vm/web2.xm"  [OLD line 130, NEW line 130]'
        in result.stdout.splitlines()
    )
    assert result.stdout.endswith("\n1 difference: resources 1\n")


@pytest.mark.parametrize("turned", [False, True], ids=["old-first", "new-first"])
def test_a_migration_is_no_difference(repo: Path, tmp_path: Path, turned: bool) -> None:
    new = tmp_path / "new.xml"
    CliRunner().invoke(cli, ["migrate", str(repo / "fixtures/hasi"), "-o", str(new)])
    sides = (new, repo / "fixtures/hasi") if turned else (repo / "fixtures/hasi", new)
    result = diff(*sides)
    assert result.exit_code == 0, result.stdout
    assert "is in the heartbeat 2.1 dialect; cibtools migrated it for the comparison (" in result.stderr


def test_a_difference_after_a_migration_has_its_line_in_the_old_file(repo: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.xml"
    CliRunner().invoke(cli, ["migrate", str(repo / "fixtures/hasi"), "-o", str(new)])
    new.write_text(new.read_text().replace('value="stop"', 'value="ignore"'))
    result = diff(repo / "fixtures/hasi", new)
    assert result.exit_code == 1
    assert 'nvpair no-quorum-policy: "stop" -> "ignore"  [OLD cib.bak.xml:12, NEW line ' in result.stdout


def test_a_fragment_without_a_sign_of_its_language_is_taken_as_it_stands(repo: Path, tmp_path: Path) -> None:
    fragment = tmp_path / "web.xml"
    fragment.write_text('<primitive id="web" class="ocf" provider="heartbeat" type="Xen"/>')
    result = diff(repo / "fixtures/pacemaker-1.0", fragment)
    assert result.exit_code == 1
    assert "speaks" not in result.stderr
    assert "resources compared in part: NEW holds only some of its objects" in result.stderr
    assert "primitive db" not in result.stdout


def test_json(repo: Path) -> None:
    result = diff(repo / "fixtures/pacemaker-1.0", repo / "fixtures/pacemaker-1.0-broken", "--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert found["sections"] == ["crm_config", "nodes", "resources", "constraints", "rsc_defaults"]
    (score,) = [item for item in found["differences"] if item["subject"] == "rsc_order web-after-configpool"]
    assert (score["kind"], score["attribute"], score["old"], score["new"]) == ("changed", "score", "0", None)
    assert score["old_location"]["line"] == 175


def test_markdown(repo: Path) -> None:
    result = diff(repo / "fixtures/pacemaker-1.0", repo / "fixtures/pacemaker-1.0-broken", "--format", "md")
    assert result.exit_code == 1
    words = "web starts after configpool-clone, advisory"
    cells = f'`"0"`<br>{words}<br>cib.xml:175 | not set<br>{words}<br>cib.xml:226'
    row = f"| rsc_order web-after-configpool: score | {cells} |"
    assert row in result.stdout.splitlines()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("broken.xml", "<cib><configuration>", "broken.xml"),
        ("absent.xml", None, "absent.xml"),
        ("status.xml", "<status/>", "have no section of a CIB in common"),
        ("web.xm", 'name = "web"\nmemory = 512\ndisk = [ "phy:/dev/a,xvda,w" ]\n', "holds no CIB"),
    ],
)
def test_what_cannot_be_compared_is_an_error(
    repo: Path, tmp_path: Path, name: str, text: str | None, message: str
) -> None:
    path = tmp_path / name
    if text is not None:
        path.write_text(text)
    result = diff(repo / "fixtures/quiet/35-sections-alone/resources-only", path)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_a_page_and_a_ticket_by_their_short_names(repo: Path, tmp_path: Path) -> None:
    sides = (repo / "fixtures/pacemaker-1.0", repo / "fixtures/pacemaker-1.0-broken")
    page = tmp_path / "difference.html"
    result = diff(*sides, "--html", "-o", page)
    assert (result.exit_code, result.stdout) == (1, "")
    assert page.read_text() == diff(*sides, "--format", "html").stdout
    assert diff(*sides, "--md").stdout == diff(*sides, "--format", "md").stdout
    assert diff(*sides, "--md", "--html").exit_code == 2


def test_the_differences_never_replace_a_side(repo: Path, tmp_path: Path) -> None:
    new = tmp_path / "cib.xml"
    new.write_bytes((repo / "fixtures/pacemaker-1.0/cib.xml").read_bytes())
    assert diff(repo / "fixtures/pacemaker-1.0", new, "-o", new).exit_code == 2
    assert new.read_bytes() == (repo / "fixtures/pacemaker-1.0/cib.xml").read_bytes()
