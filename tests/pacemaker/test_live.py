"""The command beside a fix, given to the real cibadmin, does what the fix does to the file."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.engine.run import Engine
from cibtools.lint.fixes.edits import apply_fixes

pytestmark = pytest.mark.pacemaker
CIB = """<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>
<cluster_property_set id="cib-bootstrap-options"><nvpair id="x1" name="no-quorum-polcy" value="stop"/>
<nvpair id="x2" name="placement-strategy" value="balancd"/></cluster_property_set></crm_config><nodes/><resources>
<primitive id="u" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="m">
<nvpair id="m1" name="allow_migrate" value="true"/><nvpair id="m2" name="target-role" value="Started"/>
</meta_attributes></primitive><primitive id="v" class="ocf" provider="pacemaker" type="Dummy"/></resources>
<constraints><rsc_order id="o" first="u" then="v"/><rsc_location id="cli-ban-u" rsc="u" node="n1" score="-INFINITY"/>
</constraints></configuration><status/></cib>"""


def told(root: etree._Element) -> set[tuple[str, tuple[tuple[str, str], ...]]]:
    top = root.find("configuration")
    assert top is not None
    return {(str(found.tag), tuple(sorted(found.attrib.items()))) for found in top.iter("*")}


@pytest.mark.parametrize("code", ["CIB202", "CIB201", "CIB203", "CIB601", "CIB702", "CIB701"])
def test_cibadmin_does_what_the_fix_does(
    code: str, engine: Engine, pacemaker: Callable[[str], str], tmp_path: Path
) -> None:
    document = parse_source(Source("cib.xml", CIB.encode()), "cib.xml")
    (backup,) = gather([Read(document, "", "cib.xml", walked=True)])
    (finding,) = [found for found in engine.run([Cluster(backup)]).findings if found.code == code]
    (fixed,) = apply_fixes([finding], unsafe=True)
    path = tmp_path / "cib.xml"
    path.write_text(CIB)
    command = shlex.split(finding.fixes[0].live)
    assert command[0] == "cibadmin"
    done = subprocess.run(
        [pacemaker("cibadmin"), *command[1:]], env={**os.environ, "CIB_file": str(path)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert told(etree.parse(path).getroot()) == told(etree.fromstring(fixed.data))
