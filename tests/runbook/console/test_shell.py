"""Lines of shell that are tried with the real tools."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cibtools.runbook.console.shell import cut_xml

CIB = """<cib><configuration>
  <resources><group id="g"><primitive id="web" class="ocf"/></group><primitive id="db"/></resources>
  <constraints><rsc_location id="c1" rsc="web"/></constraints>
</configuration></cib>
"""


def cut(path: str, directory: Path, **variables: str) -> str:
    (directory / "cib.xml").write_text(CIB)
    command = ["bash", "-c", cut_xml(path, "cib.xml")]
    environment = {"PATH": "/usr/bin:/bin", **variables}
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=directory, env=environment, timeout=30, check=True
    )
    return done.stdout


def test_elements_are_cut_out_of_a_file(tmp_path: Path) -> None:
    assert cut("//resources//*[@id='$ID']", tmp_path, ID="web") == '<primitive id="web" class="ocf"/>\n'
    assert cut("//resources//*[@id='$ID']", tmp_path, ID="nothing") == ""
    assert cut("/cib/configuration/$s", tmp_path, s="constraints").startswith("<constraints>")
