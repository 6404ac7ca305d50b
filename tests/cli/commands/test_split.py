"""`cibtools split` and `cibtools join`."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cibtools.cli.main import cli


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, list(map(str, arguments)))


def test_split_and_join_give_the_same_cluster(repo: Path, tmp_path: Path) -> None:
    given = repo / "fixtures/pacemaker-1.0/cib.xml"
    sections, joined = tmp_path / "sections", tmp_path / "joined.xml"
    result = run("split", given, "-d", sections)
    assert result.exit_code == 0
    names = ["cib", "crm_config", "nodes", "resources", "constraints", "rsc_defaults", "status"]
    assert result.stdout.splitlines() == [str(sections / f"{name}.xml") for name in names]
    assert run("join", sections, "-o", joined).exit_code == 0
    assert run("diff", given, joined).exit_code == 0
    # The root beside its sections is no rival of theirs.
    assert run("diff", given, sections).exit_code == 0
    assert run("lint", "--no-cache", sections).exit_code == run("lint", "--no-cache", given).exit_code


def test_nothing_is_written_over_without_force(repo: Path, tmp_path: Path) -> None:
    (tmp_path / "nodes.xml").write_text("mine")
    given = repo / "fixtures/pacemaker-1.0/cib.xml"
    result = run("split", given, "-d", tmp_path)
    assert result.exit_code == 2
    assert "holds nodes.xml already" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["nodes.xml"]
    assert (tmp_path / "nodes.xml").read_text() == "mine"
    assert run("split", given, "-d", tmp_path, "--force").exit_code == 0
    assert (tmp_path / "nodes.xml").read_text().startswith("<nodes>")


@pytest.mark.pacemaker
def test_the_engine_takes_what_was_joined_of_sections(
    repo: Path, tmp_path: Path, pacemaker: Callable[[str], str]
) -> None:
    sections, joined = tmp_path / "sections", tmp_path / "joined.xml"
    run("split", repo / "fixtures/pacemaker-1.0/cib.xml", "-d", sections)
    (sections / "cib.xml").unlink()
    result = run("join", sections, "-o", joined)
    assert result.exit_code == 0
    assert "no file holds the root element" in result.stderr
    checked = subprocess.run(
        ["xmllint", "--noout", "--relaxng", "/usr/share/pacemaker/pacemaker-1.0.rng", str(joined)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    simulated = subprocess.run([pacemaker("crm_simulate"), "-x", str(joined)], capture_output=True, text=True)
    assert simulated.returncode == 0, simulated.stderr


def test_an_old_backup_of_sections_is_joined(repo: Path, tmp_path: Path) -> None:
    given = repo / "fixtures/hasi-broken/production"
    joined = tmp_path / "joined.xml"
    result = run("join", given, "-o", joined)
    assert result.exit_code == 0
    assert "fragments/stonith-ilo1.xml: not joined" in result.stderr
    # The snippet beside the sections is all that the result lacks.
    assert "\n1 difference: resources 1\n" in run("diff", given, joined).stdout


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"cib.xml": "<cib><configuration><nodes/></configuration></cib>", "n.xml": "<nodes/>"},
         "is a whole CIB already"),
        ({"a.xml": "<nodes/>", "b.xml": "<nodes/>"}, "b.xml both hold nodes"),
        ({"a.xml": '<primitive id="a" class="ocf" type="x"/>'}, "holds no section of a CIB"),
        ({"a.xml": "<nodes>"}, "a.xml"),
    ],
)  # fmt: skip
def test_what_cannot_be_joined_is_an_error(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    result = run("join", tmp_path)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_an_input_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "nodes.xml").write_text("<nodes/>")
    result = run("join", tmp_path, "-o", tmp_path / "nodes.xml")
    assert result.exit_code == 2
    assert (tmp_path / "nodes.xml").read_text() == "<nodes/>"


def test_a_section_cannot_be_split(repo: Path, tmp_path: Path) -> None:
    result = run("split", repo / "fixtures/hasi/nodes.bak.xml", "-d", tmp_path / "d")
    assert result.exit_code == 2
    assert "holds no whole CIB" in result.stderr
    assert not (tmp_path / "d").exists()
