"""Dead code: nothing is without a user, but for what others call by name, each with its caller.

vulture compares bare names, so that one `status` hides every other. Here an exception is one name in one module.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from vulture import Vulture

REPO = Path(__file__).resolve().parent.parent

CALLED_FROM_OUTSIDE = {
    "cibtools/backup/cib/positions.py: StartElementHandler": "expat",
    "cibtools/backup/cib/positions.py: EndElementHandler": "expat",
    "cibtools/cli/main.py: LazyGroup.list_commands": "Click",
    "cibtools/cli/main.py: LazyGroup.get_command": "Click",
    "cibtools/cli/main.py: LazyGroup.format_commands": "Click",
    "cibtools/lint/checks/schema.py: violated_anywhere": "cibtools/lint/engine/validation.py, by its name",
    "cibtools/report/briefing/timeline.py: Evening.turn": "cibtools/report/pages/form.html.j2",
}
"""What is called, but by no line of ours that names it, with its caller."""

WAITING = {
    "cibtools/backup/record/secret.py: Secret.reveal": "nothing shows a secret; tests look into it",
    "cibtools/backup/heartbeat/ha_cf.py: HaCf.apiauth": "HB106",
    "cibtools/backup/heartbeat/ha_cf.py: HaCf.logging": "HB105, variant logging",
    "cibtools/backup/host/hosts.py: HostLine.address_span": "HB301",
    "cibtools/backup/host/hosts.py: HostLine.loopback": "HB301",
    "cibtools/backup/host/xend.py: XendConfig.relocation_address": "XEN301",
    "cibtools/backup/storage/evms.py: EvmsConf.activate_exclude": "STO101",
    "cibtools/backup/storage/evms.py: EvmsConf.activate_include": "STO101",
    "cibtools/backup/storage/evms.py: EvmsConf.manages": "STO101",
    "cibtools/backup/storage/multipath.py: MultipathConf.blacklist": "STO402, variant dead-regex",
    "cibtools/backup/storage/multipath.py: MultipathConf.blacklist_exceptions": "STO402, variant dead-regex",
    "cibtools/backup/storage/multipath.py: MultipathConf.user_friendly_names": "STO401",
    "cibtools/backup/storage/multipath.py: MultipathDevice.product": "STO402, variant overridden",
    "cibtools/backup/storage/multipath.py: MultipathDevice.vendor": "STO402, variant overridden",
    "cibtools/backup/storage/o2cb.py: DEFAULT_IDLE_TIMEOUT_MS": "STO204",
    "cibtools/backup/storage/o2cb.py: DEFAULT_KEEPALIVE_DELAY_MS": "STO204",
    "cibtools/backup/storage/o2cb.py: DEFAULT_RECONNECT_DELAY_MS": "STO204",
    "cibtools/backup/storage/o2cb.py: O2cb.bootcluster": "STO203",
    "cibtools/backup/storage/o2cb.py: O2cb.idle_timeout_ms": "STO204",
    "cibtools/backup/storage/o2cb.py: O2cb.keepalive_delay_ms": "STO204",
    "cibtools/backup/storage/o2cb.py: O2cb.reconnect_delay_ms": "STO204",
    "cibtools/backup/storage/ocfs2.py: Ocfs2Node.ip_port": "STO201, variant port",
    "cibtools/backup/xm/device.py: Disk.xl": "XEN101, for a file in xl's notation",
    "cibtools/backup/xm/device.py: Vif.ip": "XEN105",
    "cibtools/backup/xm/file.py: XmConfig.vifs_known": "XEN105",
    "cibtools/cluster/vocabulary/agent.py: AgentFacts.anonymous": "CIB510",
    "cibtools/cluster/vocabulary/data.py: AgentRow.anonymous": "CIB510",
    "cibtools/cluster/derived/ordering.py: OrderGraph.comes_before": "the plain question that tests ask of a graph",
    "cibtools/cluster/derived/memory.py: Shortage.remaining": "XEN207",
    "cibtools/cluster/derived/memory.py: Shortage.tight": "XEN207",
    "cibtools/cluster/derived/memory.py: worst_failure": "XEN207",
}
"""What is worked out and tested, and which rule of the catalogue will read it."""


def dead_code(root: Path) -> Iterator[str]:
    """Yield what has no user, as `file: name`, with the classes that it is in."""
    vulture = Vulture(ignore_decorators=["@click.*", "@*.command", "@*.command.*"])
    vulture.scavenge([root / "cibtools"])
    named = tuple(_named_in_rules(root))
    for item in vulture.get_unused_code(min_confidence=60):
        file = Path(item.filename).relative_to(root)
        name = _qualified(root / file, item.first_lineno, item.name)
        dotted = ".".join((*file.with_suffix("").parts, name))
        if not dotted.endswith(named):
            yield f"{file.as_posix()}: {name}"


def _named_in_rules(root: Path) -> Iterator[str]:
    """Yield the check functions that rule files name, as `.module.function`."""
    for path in (root / "rules").rglob("*.toml"):
        if check := tomllib.loads(path.read_text(encoding="utf-8")).get("check"):
            yield f".{check}"


def _qualified(path: Path, line: int, name: str) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    around = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.lineno < line <= (node.end_lineno or line)
    ]
    return ".".join((*around, name))


def test_everything_has_a_user() -> None:
    found, excused = set(dead_code(REPO)), {*CALLED_FROM_OUTSIDE, *WAITING}
    assert sorted(found - excused) == [], "delete these, or name their caller"
    assert sorted(excused - found) == [], "these have a user now, or are gone: take them off the list"


def test_code_without_a_user_is_found(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "X1.toml").write_text('check = "family.check"\n')
    (tmp_path / "cibtools").mkdir()
    lines = "def check(): ...\ndef lost(): ...\nclass A:\n    def gone(self): ...\nA()\n"
    (tmp_path / "cibtools" / "family.py").write_text(lines)
    assert set(dead_code(tmp_path)) == {"cibtools/family.py: lost", "cibtools/family.py: A.gone"}
