"""The nodes' copies of one file."""

from __future__ import annotations

import shutil
from pathlib import Path

from cibtools.cli.inputs.open import read_one
from cibtools.fleet.copies import copy_drift
from tests.conftest import REPO

CONF = "etc/ocfs2/cluster.conf"


def test_only_what_must_be_alike_counts(tmp_path: Path) -> None:
    assert copy_drift(read_one(str(REPO / "fixtures/hasi"))) == ()
    top = tmp_path / "hasi"
    shutil.copytree(REPO / "fixtures/hasi", top)
    for name in ("ha.d/ha.cf", "lvm/lvm.conf"):
        path = top / "nodes/host2/etc" / name
        path.write_text(path.read_text() + "\n# another\n")
    conf = top / "nodes/host2" / CONF
    conf.write_text("# remark\n" + conf.read_text().replace("\t", "    "))
    assert copy_drift(read_one(str(top))) == ()
    conf.write_text(conf.read_text().replace("number = 1", "number = 7"))
    (found,) = copy_drift(read_one(str(top)))
    assert (found.name, found.hosts) == (CONF, (("host1",), ("host2",)))
