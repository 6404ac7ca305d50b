"""The CIB as a whole on the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from cibtools.cli.planning.simulator import Simulator
from cibtools.cluster.scheduler import parse_answer
from cibtools.rehearsal.reaction import Reaction
from cibtools.rehearsal.tools.cib import SHADOWS
from tests.rehearsal.lab import reaction, run

_DNS = '<primitive id="dns" class="ocf" provider="heartbeat" type="Xen"/>'


def test_sections_are_read_and_objects_created_changed_and_deleted(cluster: Reaction, tmp_path: Path) -> None:
    (tmp_path / "dns.xml").write_text(_DNS)
    assert run(cluster, "cibadmin -C -o resources -x dns.xml", folder=tmp_path).status == 0
    assert cluster.world.where("dns")
    assert run(cluster, "cibadmin -C -o resources -x dns.xml", folder=tmp_path).status == 21
    assert 'id="dns"' in run(cluster, "cibadmin -Q -o resources").stdout
    assert run(cluster, "cibadmin -D -o resources -p", stdin=_DNS).status == 0
    assert 'id="dns"' not in run(cluster, "cibadmin -Q").stdout
    assert run(cluster, "cibadmin -Q -o rsc_defaults").status == 22


def test_an_older_cib_is_refused(cluster: Reaction, tmp_path: Path) -> None:
    saved = run(cluster, "cibadmin -Q").stdout
    (tmp_path / "old.xml").write_text(saved.replace('epoch="7"', 'epoch="6"'))
    (tmp_path / "new.xml").write_text(saved.replace('epoch="7"', 'epoch="8"'))
    assert run(cluster, "cibadmin -R -x old.xml", folder=tmp_path).status == 45
    assert run(cluster, "cibadmin -R -x new.xml", folder=tmp_path).status == 0
    assert cluster.world.cib.get("epoch") == "8"


def test_a_file_that_is_not_there_is_said(cluster: Reaction, tmp_path: Path) -> None:
    assert run(cluster, "crm_verify -V -x missing.xml", folder=tmp_path).status == 1
    assert run(cluster, "cibadmin -R -x missing.xml", folder=tmp_path).status == 1


def test_what_the_cluster_would_do_is_shown_and_not_done(cluster: Reaction) -> None:
    cluster.world.stuck = True
    run(cluster, "crm_standby -U alfa -v on")
    cluster.world.stuck = False
    assert "web" in run(cluster, "ptest -L -VV").stderr
    assert cluster.world.where("web") == ("alfa",)


@pytest.fixture
def newer(pacemaker: Callable[[str], str]) -> Reaction:
    """The cluster with Pacemaker 1.0 and the CIB of before."""
    return reaction(Simulator(pacemaker("crm_simulate")), "pacemaker-1.0.3")


def test_a_shadow_is_worked_on_aside_and_committed(newer: Reaction) -> None:
    before = newer.world.cib.get("epoch")
    assert run(newer, "crm_shadow -c one -b").status == 0
    assert run(newer, "crm_shadow -c one -b").status == 21
    aside = newer.shadow(parse_answer(newer.world.disk["alfa", f"{SHADOWS}.one"]))
    assert run(aside, "cibadmin -u -f").status == 0
    assert newer.world.cib.get("validate-with") is None
    newer.world.disk["alfa", f"{SHADOWS}.one"] = etree.tostring(aside.world.cib)
    assert run(newer, "crm_shadow -C one").status == 1
    assert run(newer, "crm_shadow -C one -f").status == 0
    assert newer.world.cib.get("validate-with") == "pacemaker-1.0"
    assert newer.world.cib.get("epoch") == before
    assert run(newer, "crm_shadow -D one -f").status == 0
    assert ("alfa", f"{SHADOWS}.one") not in newer.world.disk
