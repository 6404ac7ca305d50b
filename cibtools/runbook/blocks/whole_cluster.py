"""Steps on all nodes at once, for the methods that stop the whole cluster or detach it from its resources."""

from __future__ import annotations

from dataclasses import dataclass

from cibtools.cluster.derived.option import cluster_option, own_meta
from cibtools.cluster.model.objects import Resource
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted, wait_until
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.meta_place import meta_place
from cibtools.runbook.facts.survey import clones_of, seconds, timers
from cibtools.runbook.facts.version import PACEMAKER_1, Target
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Tools, Way, Who
from cibtools.runbook.plan.step import Check, Command, Duration, Risk, Rollback, Step

CIB_DIRECTORY = "/var/lib/heartbeat/crm"
"""Where the CIB lies on disk, in heartbeat 2.1 and in Pacemaker 1.0."""
RUNNING = "xm list | awk '{print $1, $2}' | sort"
"""Names and ids of the domUs of a host, without the times that go on."""
_PROCESSES = "ps -C heartbeat,ccm,cib,crmd,lrmd,pengine,tengine -o pid=,args="


@dataclass(frozen=True, slots=True)
class Exchange:
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


_DEFAULT = "is-managed-default"


def own_managed(exchange: Exchange) -> tuple[tuple[Resource, str], ...]:
    """Resources with a value of `is_managed` of their own, which the default does not reach, and that value."""
    cluster = exchange.draft.survey.cluster
    found = ((resource, own_meta(cluster, resource, "is-managed")) for resource in cluster.all_resources)
    return tuple((resource, setting.value) for resource, setting in found if setting)


def hold_old(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Let go of every resource, in a release that has no maintenance mode."""
    cluster = exchange.draft.survey.cluster
    lines = [console.set_option(_DEFAULT, "false")]
    for resource, _ in own_managed(exchange):
        place = meta_place(cluster, resource, "is-managed")
        lines.append(console.set_meta(resource.id, "is-managed", "false", place))
    return tuple(lines)


def hold(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Keep the new cluster from touching anything."""
    if exchange.new_tools is Tools.P10:
        return (console.set_option("maintenance-mode", "true"),)
    return hold_old(exchange, console)


def manage(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Give every resource back the value it had before `hold_old`."""
    cluster = exchange.draft.survey.cluster
    lines = []
    for resource, value in own_managed(exchange):
        place = meta_place(cluster, resource, "is-managed")
        lines.append(console.set_meta(resource.id, "is-managed", value, place))
    before = cluster_option(cluster, _DEFAULT)
    lines.append(console.set_option(_DEFAULT, before.value) if before else console.delete_option(_DEFAULT))
    return tuple(lines)


def release(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Let the new cluster act."""
    if exchange.new_tools is Tools.P10:
        return (console.delete_option("maintenance-mode"),)
    return manage(exchange, console)


def simulate_release(exchange: Exchange, console: Console) -> tuple[Command, ...]:
    """Show what the cluster will do once it may, on a copy: while it is held it would show nothing."""
    copy = "cib.released.xml"
    lines = "\n".join(f"CIB_file={copy} {command.text}" for command in release(exchange, console))
    return (console.save_cib(copy), console.shell(lines), console.simulate_file(copy))


def remote(change_id: str) -> str:
    """The working directory of a node, seen from the admin host, where no step has set it."""
    return '"${CLUSTER_NODE:?name a node}:"' + quoted(f"/root/cibtools/{change_id}/")


def prepare_cib(exchange: Exchange, change_id: str) -> Step:
    """Convert the CIB away from the cluster, and prove that the new one means the same."""
    admin = Console(exchange.new_tools, "admin host")
    target = f"pacemaker-{exchange.target.version.major}.{exchange.target.version.minor}"
    return Step(
        "",
        "Convert the CIB and prove it",
        "admin host",
        exchange.new_tools,
        (
            admin.shell(f"scp -p {remote(change_id)}cib.full.xml ."),
            admin.shell(f"cibtools migrate cib.full.xml --to {target} -o cib-1.0.xml --changes changes.md"),
            admin.shell("cibtools validate cib-1.0.xml"),
            admin.shell("cibtools verify cib.full.xml cib-1.0.xml"),
            admin.shell(f"scp -p cib-1.0.xml changes.md {remote(change_id)}"),
        ),
        "the CIB for the new release is valid, proved, and every decision it asks for is taken",
        (
            Check("no error", "cibtools validate cib-1.0.xml"),
            Check("no difference, or every difference is meant", "cibtools verify cib.full.xml cib-1.0.xml"),
            Check('every "decide" of changes.md is answered'),
        ),
        Duration(600, 3600, 3600, "reading the changes"),
    )


def stop_everywhere(exchange: Exchange, *, domus_stay: bool) -> Step:
    """Stop the stack on every node, the DC last."""
    draft = exchange.draft
    openais = draft.survey.openais
    lines = tuple(Console(draft.tools, node).stack("stop", openais=openais) for node in exchange.dc_last)
    back = tuple(Console(draft.tools, node).stack("start", openais=openais) for node in reversed(exchange.dc_last))
    after = (
        Check("the domUs run as before, with the same ids", f"{RUNNING} | diff xm.before -", "each node")
        if domus_stay
        else Check("only Domain-0", "xm list", "each node", ("Domain-0",))
    )
    mounted = () if domus_stay or not draft.features.ocfs2 else (Check("no mount", "mount -t ocfs2", "each node"),)
    what = "a domU that vanishes here has to be explained first" if domus_stay else "the service is down already"
    return Step(
        "",
        "Stop the cluster stack on every node, the DC last",
        exchange.everywhere,
        draft.tools,
        lines,
        "no process of the cluster runs on any node, and nobody was fenced",
        (Check("no process is printed", _PROCESSES, "each node"), after, *mounted),
        Duration(10 * len(lines), 60 * len(lines), 60 * len(lines), f"{len(lines)} nodes, one after the other"),
        Rollback(Way.POSSIBLE, "the old stack starts again with the old CIB", back, "crm_mon -1 -n -r as before", 120),
        Risk(RiskLevel.MEDIUM, what),
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
        "",
        f"Install {exchange.target.version} on every node",
        exchange.everywhere,
        draft.tools,
        tuple(lines),
        "every node has the new release, and the stack does not start by itself",
        (
            Check("off at every level", f"chkconfig --list {service}", "each node", ("3:off", "5:off")),
            Check("equal lines on all nodes", f"rpm -q {draft.survey.packages}", "each node"),
        ),
        Duration(once * len(nodes), 2 * once * len(nodes), 2 * once * len(nodes), "node by node, as assumed"),
        Rollback(Way.POSSIBLE, "install the versions that rpms.before names, on every node",
                 (each.shell(f"chkconfig {service} on", CommandKind.CHANGE),), "rpm -qa as in rpms.before",
                 parameters.patch_host * len(nodes)),
        Risk(RiskLevel.LOW, "no stack runs" if reboots else "the domUs run on without a cluster"),
    )  # fmt: skip


def place_cib(exchange: Exchange) -> Step:
    """Put the prepared CIB on one node and none on the others, which get it from there."""
    first = exchange.first.run_on
    each, here = Console(exchange.new_tools, "each node"), exchange.first
    directory = CIB_DIRECTORY
    holding = "\n".join(f"CIB_file={quoted(exchange.cib_file)} {line.text}" for line in hold(exchange, here))
    return Step(
        "",
        f"Put the prepared CIB on {first}, and none on the others",
        exchange.everywhere,
        exchange.new_tools,
        (
            each.shell('cd "${BK:?set it again, as in P0.01}" || echo "stop here"'),
            here.shell(holding, CommandKind.CHANGE),
            each.shell(f'mkdir -p "$BK/crm.old" && mv {directory}/cib* "$BK/crm.old/"', CommandKind.CHANGE),
            here.shell(
                f"install -o hacluster -g haclient -m 600 {quoted(exchange.cib_file)} {directory}/cib.xml",
                CommandKind.CHANGE,
            ),
            here.verify_file(f"{directory}/cib.xml"),
        ),
        f"{directory}/cib.xml is on {first} only, without signature, owned by hacluster:haclient, mode 0600",
        (
            Check("one file, mode 0600", f"ls -l {directory}", first, ("cib.xml", "hacluster")),
            Check("no cib.xml, no .sig, no .last", f"ls {directory}", "each other node", (), ("cib.xml",)),
        ),
        Duration(120, 600, 600, "typing"),
        Rollback(Way.POSSIBLE, 'the old files are in "$BK/crm.old"; cib.xml goes back on one node, without .sig, .last',
                 (here.shell(f'install -o hacluster -g haclient -m 600 "$BK/crm.old/cib.xml" {directory}/cib.xml',
                             CommandKind.CHANGE),), "crm_verify -V -x says nothing", 120),
        Risk(RiskLevel.LOW, "no stack runs"),
    )  # fmt: skip


def start_everywhere(exchange: Exchange, *, held: bool = True) -> Step:
    """Start the stack on all nodes within initdead of each other: who is missing then gets fenced."""
    draft = exchange.draft
    nodes = tuple(reversed(exchange.dc_last))
    openais = draft.survey.openais
    known = timers(draft.survey.cluster)
    initdead = seconds(known, "initdead", 60)
    keepalive = seconds(known, "keepalive", 1)
    hard = max(300, 2 * initdead + 60)
    lines = [Console(exchange.new_tools, node).stack("start", openais=openais) for node in nodes]
    here = exchange.first
    ask = f"crm_mon -1 -n | grep -c ': online' | grep -qx {len(nodes)}"
    wait = here.shell(wait_until(ask, hard, "crm_mon -1 -n"), CommandKind.WAIT)
    back = tuple(Console(exchange.new_tools, node).stack("stop", openais=openais) for node in nodes)
    return Step(
        "",
        f"Start the stack on all nodes, within {initdead}s of each other",
        f"all nodes in order {', '.join(nodes)}",
        exchange.new_tools,
        (*lines, wait, here.verify_live(), here.status_by_node()),
        f"all nodes are online, there is a DC, and {'nothing is touched' if held else 'every domU stays stopped'} yet",
        (
            Check("every node is online", "crm_mon -1 -n", here.run_on, tuple(f"Node {node}" for node in nodes)),
            Check("prints nothing", "crm_verify -L -V", here.run_on),
            Check("every resource is unmanaged", "crm_mon -1 -r", here.run_on, ("unmanaged",))
            if held
            else Check("no domU runs", "xm list", "each node", ("Domain-0",)),
        ),
        Duration(initdead + 10 + keepalive, hard, hard, f"initdead {initdead}s, then the election of a DC"),
        Rollback(Way.POSSIBLE, "stop the stack on all nodes; then old packages, old CIB", back, _PROCESSES, 120),
        Risk(RiskLevel.HIGH, "a node that is not seen by then is fenced as soon as something is managed"),
        who=Who.SECOND,
        warnings=(*draft.cautions(*topic.WEAK_FENCING), *draft.cautions(*topic.ORDERS)),
    )


def has_evms(exchange: Exchange) -> bool:
    """True if EVMS is a resource of the cluster."""
    return any(True for _ in clones_of(exchange.draft.survey, "EvmsSCC"))
