"""The decisions that tests hold of heartbeat 2.1.3, asked again of its policy engine where that has been built.

`tests/migrate/engine/build.sh` builds it; `CIBTOOLS_PTEST` names it.
"""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tests.migrate.lab import whole
from tests.migrate.states import with_states

HERE = Path(__file__).parent
FILES = ("proof/witnesses.toml", "inert.toml")
SILENT = re.compile(
    "probe_complete|all_stopped|monitor_0|_running_0|_stopped_0|_pre_|_post_|notif|_promoted_0|_demoted_0|confirmed"
)
"""Probes and pseudo actions."""
Ask = Callable[[etree._Element], list[str]]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The old engine, which plans for a CIB with its status."""
    engine = os.environ.get("CIBTOOLS_PTEST")
    if not engine:
        pytest.skip("CIBTOOLS_PTEST names no policy engine of heartbeat 2.1.3 (tests/migrate/engine/build.sh)")
    folder = tmp_path_factory.mktemp("old")

    def plan(cib: etree._Element) -> list[str]:
        (folder / "cib.xml").write_bytes(etree.tostring(cib))
        arguments = ("-X", folder / "cib.xml", "-D", folder / "dot", "-d", "2008-09-01 12:00:00Z")
        subprocess.run([engine, *arguments], env={"TZ": "UTC"}, capture_output=True, timeout=60, check=False)
        drawn = re.findall(r'^\s*"([^"]*)" \[(.*)\]', (folder / "dot").read_text(), re.MULTILINE)
        names = (name for name, style in drawn if "dashed" not in style and "orange" not in style)
        return sorted(re.sub(r":\d+_", "_", name) for name in names if not SILENT.search(name))

    return plan


def asked(text: str, state: list[str]) -> etree._Element:
    """A CIB of heartbeat 2.1 in a state."""
    cib = etree.fromstring(whole(text))
    cib.set("dc_uuid", "u1")
    with_states(cib, state, "_")
    return cib


@pytest.mark.parametrize("file", FILES)
def test_the_engine_still_decides_so(file: str, ask: Ask) -> None:
    pairs: list[dict[str, Any]] = tomllib.loads((HERE / file).read_text(encoding="utf-8"))["pair"]
    otherwise = [
        pair.get("name", pair.get("construct"))
        for pair in pairs
        for text, decided in ((pair["cib"], pair["decided"]), (pair["other"], pair.get("otherwise", pair["decided"])))
        if ask(asked(text, pair.get("state", []))) != sorted(decided)
    ]
    assert otherwise == []
