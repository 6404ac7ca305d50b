"""Later releases take what the migration writes: `cibadmin --upgrade` to its newest schema, and crm_verify after it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.pipeline import migrate
from cibtools.migrate.proof.scenario import with_idle_status
from tests.migrate.lab import cluster_of

HASI = Path(__file__).parents[2] / "fixtures/hasi/cib.bak.xml"
UNAVOIDABLE = re.compile(
    # 1.0 has no better place for that of a start.
    r"moving requires under meta_attributes"
    # 1.0 knows scores only, `kind` came with 1.1.
    r"|rsc_order.*score|kind"
    # `normal` is the only word that 1.0 has for a member.
    r"|keeping type as type, redefined as member"
)


@pytest.mark.pacemaker
def test_the_guides_cluster_is_upgraded_to_the_newest_schema_without_an_avoidable_warning(
    pacemaker: Callable[[str], str], tmp_path: Path
) -> None:
    path = tmp_path / "cib.xml"
    top = migrate(cluster_of(HASI.read_text()), Answers()).top
    # Nodes that are up, else every node counts as lost.
    path.write_bytes(etree.tostring(with_idle_status(top, (("pingd", "100"),))))
    upgraded = subprocess.run(
        [pacemaker("cibadmin"), "--upgrade", "--force", "-VV"],
        env={**os.environ, "CIB_file": str(path)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    schema = etree.parse(path).getroot().get("validate-with", "")
    assert re.fullmatch(r"pacemaker-[3-9]\.\d+", schema)
    said = [line for line in upgraded.stderr.splitlines() if re.match(r"(INFO|DEBUG|WARNING|ERROR):", line)]
    assert [line for line in said if not UNAVOIDABLE.search(line)] == []
    command = [pacemaker("crm_verify"), "--xml-file", str(path), "-VVVV"]
    checked = subprocess.run(command, capture_output=True, text=True)
    warnings = [line for line in checked.stderr.splitlines() if re.search(r"\b(warning|error):", line)]
    assert [line for line in warnings if not UNAVOIDABLE.search(line)] == []


@pytest.mark.pacemaker
def test_crm_verify_finds_nothing_in_the_guides_cluster_but_the_scores_of_its_orders(
    pacemaker: Callable[[str], str], tmp_path: Path
) -> None:
    """The schema of 1.0 has `score` only, and 2.x warns of it; without that one word crm_verify ends with 0."""
    top = with_idle_status(migrate(cluster_of(HASI.read_text()), Answers()).top, (("pingd", "100"),))
    path = tmp_path / "cib.xml"
    for order in top.iter("rsc_order"):
        score = order.attrib.pop("score")
        order.set("kind", "Optional" if score == "0" else "Mandatory")
    path.write_bytes(etree.tostring(top))
    checked = subprocess.run([pacemaker("crm_verify"), "-x", str(path)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
