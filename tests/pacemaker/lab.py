"""A cluster of two nodes on paper, and what Pacemaker's own tools and cibtools say about it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from lxml import etree
from msgspec import Struct
from msgspec.structs import replace

from cibtools.backup.reader import Read, gather, parse_source
from cibtools.backup.record.source import Source
from cibtools.cluster.model.cluster import Cluster
from cibtools.lint.engine.run import Engine
from cibtools.lint.record.finding import Finding

NODES = ("alder", "birch")
NOTHING_RUNS = "".join(
    f'<node_state id="{name}" uname="{name}" in_ccm="true" crmd="online" join="member" expected="member">'
    f'<lrm id="{name}"><lrm_resources/></lrm></node_state>'
    for name in NODES
)


class Cib(Struct, frozen=True):
    """The parts of a CIB that differ from test to test; both nodes are online."""

    resources: str
    constraints: str = ""
    options: str = '<nvpair id="no-fencing" name="stonith-enabled" value="false"/>'
    standby: tuple[str, ...] = ()
    schema: str = "pacemaker-1.0"
    status: str = NOTHING_RUNS

    @property
    def text(self) -> str:
        """The whole document."""
        return (
            f'<cib validate-with="{self.schema}" crm_feature_set="3.0.1" have-quorum="1" admin_epoch="0" epoch="1" '
            f'num_updates="0"><configuration><crm_config><cluster_property_set id="cib-bootstrap-options">'
            f"{self.options}</cluster_property_set></crm_config><nodes>{''.join(map(self._node, NODES))}</nodes>"
            f"<resources>{self.resources}</resources><constraints>{self.constraints}</constraints></configuration>"
            f"<status>{self.status}</status></cib>"
        )

    def _node(self, name: str) -> str:
        value = "on" if name in self.standby else "off"
        return (
            f'<node id="{name}" uname="{name}" type="member"><instance_attributes id="nodes-{name}">'
            f'<nvpair id="{name}-standby" name="standby" value="{value}"/></instance_attributes></node>'
        )


class Plan(Struct, frozen=True):
    """What crm_simulate would do, and what would come of it."""

    status: int
    words: str
    summary: tuple[str, ...]
    """Changes, such as `migrate web alder birch` or `start web birch`; in the order of the tool."""
    operations: tuple[str, ...]
    """Operations carried out, such as `monitor web alder 10000`."""
    runs_on: dict[str, tuple[str, ...]]
    """Nodes by resource, when all is done; the instances of a clone together."""
    after: Cib
    """The same configuration with the status that comes of it."""


class Verdict(Struct, frozen=True):
    """What crm_verify says."""

    status: int
    words: str


class Lab(Struct, frozen=True):
    """Runs the tools on CIB files in a folder."""

    tool: Callable[[str], str]
    folder: Path
    engine: Engine

    def codes(self, cib: Cib | str) -> set[str]:
        """Codes of the rules that fire; all rules are asked."""
        return {finding.code for finding in self._findings(cib)}

    def message(self, cib: Cib | str, code: str) -> str:
        """What a rule says, as it says it."""
        return "\n".join(finding.message for finding in self._findings(cib) if finding.code == code)

    def _findings(self, cib: Cib | str) -> tuple[Finding, ...]:
        text = cib if isinstance(cib, str) else cib.text
        backups = gather([Read(parse_source(Source("cib.xml", text.encode()), "cib.xml"), "", "cib.xml", walked=True)])
        return self.engine.run([Cluster(backup) for backup in backups]).findings

    def verify(self, cib: Cib | str) -> Verdict:
        """Ask crm_verify."""
        run = self.run("crm_verify", "-V", "--xml-file", self._file(cib))
        return Verdict(run.returncode, _without_debug(run.stdout + run.stderr))

    def simulate(self, cib: Cib) -> Plan:
        """Let crm_simulate decide and carry out one transition."""
        out = self.folder / "after.xml"
        out.unlink(missing_ok=True)
        run = self.run("crm_simulate", "-S", "-x", self._file(cib), "-O", str(out), "--output-as=xml")
        words = _without_debug(run.stderr)
        if not run.stdout.rstrip().endswith("</pacemaker-result>"):
            return Plan(run.returncode, words, (), (), {}, cib)
        result = etree.fromstring(run.stdout.encode())
        saved = re.search("<status>(.*)</status>", out.read_text(), re.DOTALL) if out.exists() else None
        return Plan(
            run.returncode,
            words + " ".join(result.xpath("status//text()")),
            tuple(" ".join(_pick(a, "action resource node source dest")) for a in result.iterfind("actions/*")),
            tuple(" ".join(_pick(a, "op resource node interval")) for a in result.iterfind("transition/rsc_action")),
            _places(result),
            replace(cib, status=saved[1]) if saved else cib,
        )

    def settled(self, cib: Cib) -> Cib:
        """The CIB after everything that is to be started has started."""
        plan = self.simulate(cib)
        assert plan.status == 0, plan.words
        return plan.after

    def _file(self, cib: Cib | str) -> str:
        path = self.folder / "cib.xml"
        path.write_text(cib if isinstance(cib, str) else cib.text, encoding="utf-8")
        return str(path)

    def run(self, tool: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the tools."""
        return subprocess.run([self.tool(tool), *arguments], capture_output=True, text=True, cwd=self.folder)


def _without_debug(words: str) -> str:
    return "\n".join(line for line in words.splitlines() if not line.startswith("DEBUG:"))


def _pick(element: etree._Element, names: str) -> list[str]:
    return [str(element.get(name)) for name in names.split() if element.get(name)]


def _places(result: etree._Element) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for resource in result.iterfind("revised_cluster_status/resources//resource"):
        name = str(resource.get("id")).partition(":")[0]
        here = tuple(str(node.get("name")) for node in resource.iterfind("node"))
        found[name] = tuple(sorted((*found.get(name, ()), *here)))
    return found
