"""CIB502 says what the scheduler does with two operations of one name and interval."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from cibtools.backup.files.raw import Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import gather, read_file
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.checks.vocabulary.op_entry import ill_defined

_CIB = """<cib validate-with="pacemaker-1.2" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1" dc-uuid="n1">
<configuration><crm_config><cluster_property_set id="c"><nvpair id="c1" name="stonith-enabled" value="false"/>
</cluster_property_set></crm_config><nodes><node id="n1" uname="n1" type="normal"/></nodes><resources>
<primitive id="r" class="ocf" provider="heartbeat" type="Dummy"><operations>{ops}</operations></primitive>
</resources><constraints/></configuration><status><node_state id="n1" uname="n1" in_ccm="true" crmd="online"
join="member" expected="member"><lrm id="n1"><lrm_resources/></lrm></node_state></status></cib>"""


@pytest.mark.skipif(not shutil.which("crm_simulate"), reason="needs crm_simulate")
@pytest.mark.parametrize(
    ("ops", "told", "runs"),
    [
        ('<op id="a" name="monitor" interval="60s"/><op id="b" name="monitor" interval="60s"/>', {"duplicate"}, 0),
        ('<op id="a" name="monitor" interval="60s"/><op id="b" name="monitor" interval="1min"/>', {"duplicate"}, 0),
        ('<op id="a" name="monitor" interval="60s" enabled="false"/><op id="b" name="monitor" interval="60s"/>',
         {"duplicate"}, 0),
        ('<op id="a" name="monitor" interval="60s"/><op id="b" name="monitor" interval="60s" role="Stopped"/>',
         {"duplicate"}, 0),
        ('<op id="a" name="monitor" interval="0"/>', {"no-interval"}, 0),
        ('<op id="a" name="monitor" interval="60s"/><op id="b" name="monitor" interval="30s"/>', set(), 2),
        ('<op id="a" name="monitor" interval="0"/><op id="b" name="monitor" interval="60s"/>', set(), 1),
        ('<op id="a" name="start" interval="5s"/><op id="b" name="monitor" interval="60s"/>', {"ignored"}, 1),
    ],
)  # fmt: skip
def test_scheduler_agrees(tmp_path: Path, ops: str, told: set[str], runs: int) -> None:
    path = tmp_path / "cib.xml"
    path.write_text(_CIB.format(ops=ops), encoding="utf-8")
    (backup,) = gather([read_file(raw, {}) for raw in walk_input(str(path), Limits())])
    assert {hit.variant for hit in ill_defined(Cluster(backup))} == told
    done = subprocess.run(["crm_simulate", "-x", path, "-S"], capture_output=True, text=True, check=False)
    assert done.stdout.count("monitor=") == runs, done.stdout + done.stderr
    assert "start=" not in done.stdout
