"""Steps on all nodes at once, for the methods that stop the whole cluster or detach it from its resources."""

from __future__ import annotations

from msgspec import Struct

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import remote
from cibtools.runbook.facts.survey import clones_of
from cibtools.runbook.facts.version import PACEMAKER_1, Target
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Tools, Way
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Step

CIB_DIRECTORY = "/var/lib/heartbeat/crm"
"""Where the CIB lies on disk, in heartbeat 2.1 and in Pacemaker 1.0."""


class Exchange(Struct, frozen=True):
    """What is exchanged for what."""

    draft: Draft
    target: Target
    nodes: tuple[str, ...] = ()
    """The nodes that take part; all if empty."""

    @property
    def converts(self) -> bool:
        """True if the CIB changes its syntax."""
        return not self.draft.survey.cluster.dialect.is_pacemaker and self.target.version >= PACEMAKER_1

    @property
    def new_tools(self) -> Tools:
        """The generation of tools after the exchange."""
        return Tools.P10 if self.target.version >= PACEMAKER_1 else self.draft.tools

    @property
    def dc_last(self) -> tuple[str, ...]:
        """The nodes with the DC at the end, so that it leads until the others are gone."""
        survey = self.draft.survey
        return tuple(sorted(self.nodes or survey.names, key=lambda name: name == survey.dc))

    @property
    def cib_file(self) -> str:
        """The prepared CIB, relative to the working directory."""
        return self.converted or "cib.full.xml"

    @property
    def converted(self) -> str:
        """The CIB in the new syntax; empty if the syntax stays."""
        return "cib-1.0.xml" if self.converts else ""

    @property
    def packages(self) -> str:
        """The directory with the new packages, below the working directory."""
        return f"packages-{str(self.target.version).replace(' ', '-').lower()}"

    @property
    def everywhere(self) -> str:
        """All nodes, as the place of a step."""
        return f"all nodes in order {', '.join(self.dc_last)}"

    @property
    def first(self) -> Console:
        """A shell with the new tools on the node that gets the CIB."""
        return Console(self.new_tools, self.dc_last[-1])


def prepare_cib(exchange: Exchange, change_id: str) -> Step:
    """Convert the CIB away from the cluster, and prove that the new one means the same."""
    admin = Console(exchange.new_tools, "admin host")
    target = f"pacemaker-{exchange.target.version.major}.{exchange.target.version.minor}"
    return Step(
        title="Convert the CIB and prove it",
        where="admin host",
        tools=exchange.new_tools,
        commands=(
            admin.shell(f"scp -p {remote(change_id)}cib.full.xml ."),
            admin.shell(f"cibtools migrate cib.full.xml --to {target} -o cib-1.0.xml --changes changes.md"),
            admin.shell("cibtools validate cib-1.0.xml"),
            admin.shell("cibtools verify cib.full.xml cib-1.0.xml"),
            admin.shell(f"scp -p cib-1.0.xml changes.md {remote(change_id)}"),
        ),
        expect="the CIB for the new release is valid, proved, and every decision it asks for is taken",
        verify=(
            Check(text="no error", command="cibtools validate cib-1.0.xml"),
            Check(
                text="no difference, or every difference is meant", command="cibtools verify cib.full.xml cib-1.0.xml"
            ),
            Check(text='every "decide" of changes.md is answered'),
        ),
        duration=Duration(nominal=600, limit=3600, hard=3600, basis="reading the changes"),
    )


def install_everywhere(exchange: Exchange, *, reboots: bool) -> Step:
    """Install the new packages on every node, with the stack kept from starting by itself."""
    draft = exchange.draft
    parameters, service = draft.survey.parameters, draft.survey.service
    nodes = exchange.dc_last
    each = Console(draft.tools, "each node")
    command = parameters.patch_command or f'rpm -Uvh "$BK"/{exchange.packages}/*.rpm'
    lines = [
        each.shell(f"chkconfig {service} off", CommandKind.CHANGE),
        each.shell("rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}.%{ARCH}\\n' | sort > rpms.before"),
        each.shell(command, CommandKind.CHANGE),
    ]
    if reboots:
        lines.append(each.shell("reboot", CommandKind.CHANGE))
    once = parameters.patch_host + (parameters.reboot if reboots else 0)
    return Step(
        title=f"Install {exchange.target.version} on every node",
        where=exchange.everywhere,
        tools=draft.tools,
        commands=tuple(lines),
        expect="every node has the new release, and the stack does not start by itself",
        verify=(
            Check(text="off at every level", command=f"chkconfig --list {service}", run_on="each node",
                  look_for=("3:off", "5:off")),
            Check(text="equal lines on all nodes", command=f"rpm -q {draft.survey.packages}", run_on="each node"),
        ),
        duration=Duration(nominal=once * len(nodes), limit=2 * once * len(nodes), hard=2 * once * len(nodes),
                          basis="node by node, as assumed"),
        rollback=Rollback(way=Way.POSSIBLE, text="install the versions that rpms.before names, on every node",
                 commands=(each.shell(f"chkconfig {service} on", CommandKind.CHANGE),),
                 proof="rpm -qa as in rpms.before",
                 seconds=parameters.patch_host * len(nodes)),
        risk=Risk(level=RiskLevel.LOW, text="no stack runs" if reboots else "the domUs run on without a cluster"),
    )  # fmt: skip


def has_evms(exchange: Exchange) -> bool:
    """True if EVMS is a resource of the cluster."""
    return any(True for _ in clones_of(exchange.draft.survey, "EvmsSCC"))
