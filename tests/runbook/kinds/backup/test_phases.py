"""A backup changes nothing, saves everything, and knows the files of each stack."""

from __future__ import annotations

from pathlib import Path

from cibtools.runbook.facts.parameters import Wishes
from tests.runbook.lab import cluster_of, fixture_files, planned, steps, text_of


def test_a_backup_changes_nothing_and_saves_everything(repo: Path) -> None:
    runbook = planned(cluster_of(fixture_files(repo)), "backup")
    assert not any(step.changes for step in steps(runbook))
    text = text_of(runbook)
    for piece in (
        "cibadmin -Q > cib.full.xml", "crm_config nodes resources constraints", "cibadmin -5 -x cib.full.xml",
        "/etc/ha.d/authkeys", "/var/lib/heartbeat/hb_uuid", "/etc/xen/vm", "md5sum -c", "cibtools lint",
        "umask 077", "chmod -R go=",
    ):  # fmt: skip
        assert piece in text, piece
    assert text.index("S_IDLE") < text.index("cibadmin -Q > cib.full.xml")


def test_a_backup_of_pacemaker_saves_its_own_files(repo: Path) -> None:
    text = text_of(planned(cluster_of(fixture_files(repo, "pacemaker-1.0")), "backup", Wishes()))
    assert "/etc/corosync/corosync.conf" in text
    assert "rsc_defaults op_defaults" in text
    assert "/etc/ha.d" not in text
