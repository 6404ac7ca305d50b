"""`cibtools graph`: what is written where, and what is said where there is nothing to draw."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from cibtools.cli.commands import graph as command
from cibtools.cli.main import cli
from cibtools.cluster.graph.select import WHATS


def graph(*words: str) -> Result:
    return CliRunner().invoke(cli, ["graph", *words], terminal_width=100)


@pytest.fixture(autouse=True)
def _in_the_checkout(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo)


def test_the_guide_cluster_is_drawn_into_a_file(tmp_path: Path) -> None:
    out = tmp_path / "cluster.svg"
    result = graph("fixtures/hasi", "--format", "svg", "-o", str(out))
    assert (result.exit_code, result.output) == (0, "")
    texts = {found.text for found in etree.parse(out).iter("{http://www.w3.org/2000/svg}text")}
    assert {"configpool", "nfs", "host1", "STONITH-iLO-host1", "fences in tests only"} <= texts
    before = out.read_bytes()
    assert graph("fixtures/hasi", "--format", "svg", "-o", str(out)).exit_code == 0
    assert out.read_bytes() == before


def test_the_picture_in_the_documentation_is_todays(repo: Path) -> None:
    kept = (repo / "docs" / "images" / "hasi.svg").read_text(encoding="utf-8")
    assert graph("fixtures/hasi", "--format", "svg").output == kept


def test_no_secret_is_drawn() -> None:
    for what in WHATS:
        for form in ("text", "svg", "dot", "mermaid"):
            assert "CLEARTEXTPASSWORD" not in graph("fixtures/hasi", "--what", what, "--format", form).output


def test_all_kinds_can_be_asked_for() -> None:
    assert tuple(WHATS) == command.WHATS
    assert "holds" not in graph("fixtures/hasi", "--what", "order").output
    assert "/dev/evms/san2/vm2  [volume or file]" in graph("fixtures/hasi", "--what", "storage").output
    around = graph("fixtures/hasi", "--focus", "nfs").output
    assert "configpool" in around
    assert "dns1  [" not in around


def test_mistakes_are_told(tmp_path: Path) -> None:
    wrong = graph("fixtures/hasi", "--focus", "nsf")
    assert wrong.exit_code == 2
    assert 'nothing in the picture is called "nsf"' in wrong.stderr
    assert 'did you mean "nfs"?' in wrong.stderr
    untied = graph("fixtures/hasi", "--focus", "pingd", "--what", "order")
    assert "leave out --what order" in untied.stderr
    empty = tmp_path / "empty"
    empty.mkdir()
    assert graph(str(empty)).exit_code == 2
    several = graph("fixtures/hasi-broken")
    assert several.exit_code == 2
    assert "several clusters" in several.stderr
    target = graph("fixtures/hasi/cib.bak.xml", "-o", "fixtures/hasi/cib.bak.xml")
    assert target.exit_code == 2


def test_many_boxes_are_folded_unless_told_otherwise(tmp_path: Path) -> None:
    many = "".join(f'<primitive id="vm{n}" class="ocf" provider="heartbeat" type="Xen"/>' for n in range(60))
    path = tmp_path / "cib.xml"
    path.write_text(f"<cib><configuration><crm_config/><nodes/><resources>{many}</resources><constraints/>"
                    "</configuration></cib>")  # fmt: skip
    assert "60 resources  [resource]" in graph(str(path)).output
    assert "vm41  [resource]" in graph(str(path), "--no-fold").output
