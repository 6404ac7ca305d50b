"""Put a whole CIB back while the cluster is down, on its own hosts or on new ones."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks.controlled_stop import started
from cibtools.runbook.blocks.draft import look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.placing import old_cib_back
from cibtools.runbook.blocks.whole_cluster import CIB_DIRECTORY, Exchange
from cibtools.runbook.blocks.whole_stack import start_everywhere, stop_everywhere
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME, quoted, remote
from cibtools.runbook.kinds.restore.whole_cib import NO_NODES
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Decision, Duration, Risk, Rollback, Step


def _place(exchange: Exchange, file: str, gate: str) -> Step:
    """The file on one node, and none on the others."""
    first = exchange.first.run_on
    each, here = Console(exchange.new_tools, "each node"), exchange.first
    criteria = exchange.draft.gate(gate, "Put the CIB on disk?", (
        look("no process of the cluster runs on any node"), look(f"{file} is the one that is wanted: ____"),
    )).criteria  # fmt: skip
    return Step(
        title=f"Put the CIB on {first}, and none on the others", where=exchange.everywhere, tools=exchange.new_tools,
        commands=(
            each.shell(RESUME),
            each.shell(f'mkdir -p "$BK/crm.old" && mv {CIB_DIRECTORY}/cib* "$BK/crm.old/"', CommandKind.CHANGE),
            here.shell(f"install -o hacluster -g haclient -m 600 {quoted(file)} {CIB_DIRECTORY}/cib.xml",
                       CommandKind.CHANGE),
            here.verify_file(f"{CIB_DIRECTORY}/cib.xml"),
        ),
        expect=f"{CIB_DIRECTORY}/cib.xml is on {first} only, without .sig and .last, owned by "
               "hacluster:haclient, mode 0600",
        verify=(
            Check(text="one file, -rw-------", command=f"ls -l {CIB_DIRECTORY}", run_on=first,
                  look_for=("cib.xml", "hacluster", "haclient")),
            Check(text="no cib.xml, no .sig, no .last", command=f"ls {CIB_DIRECTORY}", run_on="each other node",
                  look_for=(), must_not_show=("cib.xml",)),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text='the old files are in "$BK/crm.old"; one node gets its cib.xml back, no .sig, no '
                               '.last',
                          commands=(here.shell(old_cib_back(), CommandKind.CHANGE),),
                          proof="crm_verify -V -x says nothing", seconds=120),
        risk=Risk(level=RiskLevel.MEDIUM, text="the outage lasts until the start"),
        decision=Decision(kind=StopKind.GO, gate=gate, questions=tuple(criterion.text for criterion in criteria)),
    )  # fmt: skip


def _watch_start(exchange: Exchange) -> Step:
    here = exchange.first
    return Step(
        title="See all resources come up", where=here.run_on, tools=exchange.new_tools,
        commands=(here.wait_idle(900), here.status_by_node()),
        expect="every domU that should run does, on one node",
        verify=(Check(text="no Failed actions, nothing Stopped that should run", command="crm_mon -1 -n -r",
               must_not_show=("Failed actions",)),),
        duration=Duration(nominal=300, limit=900, hard=900, basis="all starts, with their delays"),
    )  # fmt: skip


def offline(exchange: Exchange) -> Phase:
    """The whole, on disk, with no cluster running anywhere."""
    draft = exchange.draft
    steps = [stop_everywhere(exchange, domus_stay=False), _place(exchange, "cib.full.xml", "G-DISK"),
             start_everywhere(exchange), _watch_start(exchange)]  # fmt: skip
    steps[2] = _plain_start(steps[2])
    draft.state = replace(draft.state, where=started(draft))
    return new_phase(
        draft, "P5", "Put the whole CIB back, cluster down", "an outage of everything; domUs stop with the cluster",
        steps, rollback_to="P0", rollback_seconds=600,
    )  # fmt: skip


def _plain_start(step: Step) -> Step:
    """A start that nothing holds back: the resources come with it."""
    checks = tuple(check for check in step.verify if "unmanaged" not in check.look_for)
    return replace(step, verify=checks, expect="all nodes are online, there is a DC, and the resources start")


def new_hosts(exchange: Exchange, change_id: str) -> Phase:
    """The whole on hosts with other ids, and one host from its system backup."""
    draft = exchange.draft
    admin = Console(draft.tools, "admin host")
    make = Step(
        title="Make a copy without the ids of the old hosts", where="admin host", tools=draft.tools,
        commands=(admin.shell(NO_NODES), admin.shell("diff cib.full.xml cib.no-nodes.xml"),
         admin.shell("grep -n 'attribute=\"#id\"' cib.no-nodes.xml"),
         admin.shell(f"scp -p cib.no-nodes.xml {remote(change_id)}")),
        expect="the file names nodes by uname only: new installations have new ids",
        verify=(
            Check(text="diff shows the section nodes, nothing else"),
            Check(text="grep prints nothing; a rule with #id has to be rewritten with #uname"),
            Check(text=f"the new hosts are called {', '.join(draft.survey.names)}, as uname -n prints it"),
        ),
        duration=Duration(nominal=300, limit=900, hard=900, basis="reading"),
    )  # fmt: skip
    place, start = _place(exchange, "cib.no-nodes.xml", "G-HOSTS"), _plain_start(start_everywhere(exchange))
    return new_phase(
        draft, "P6", "Put the CIB on new hosts", "one host from its image, or all of them anew",
        [_one_host(exchange), make, place, start, _watch_start(exchange)], rollback_to="P0", rollback_seconds=600,
    )  # fmt: skip


def _one_host(exchange: Exchange) -> Step:
    service = "heartbeat" if exchange.draft.tools is exchange.new_tools and not exchange.converts else "openais"
    host = Console(exchange.draft.tools, "console of the host")
    return Step(
        title="One host only: restore its system, and let it join", where="console of the host",
        tools=exchange.draft.tools,
        commands=(
            host.shell("# boot the installation medium in rescue mode, bring up the network", CommandKind.INTERACTIVE),
            host.shell("# restore the system backup: same addresses, name and uuid files", CommandKind.DESTRUCTIVE),
            host.shell(f"chkconfig {service} off", CommandKind.CHANGE),
            host.shell("# boot it; compare with nodes/HOST of the backup; then:", CommandKind.INTERACTIVE),
            host.shell(f"rc{service} start; chkconfig {service} on", CommandKind.CHANGE),
        ),
        expect="the host is a member again with the id it had; the rest of this phase is left out then",
        verify=(
            Check(text="storage, time, names and keys are right before the stack starts"),
            Check(text="the others show it online", command="crm_mon -1 -n", run_on="another node",
                  look_for=("online",)),
        ),
        duration=Duration(nominal=7200, limit=14400, hard=14400, basis="a restore from tape"),
        rollback=Rollback(way=Way.POSSIBLE, text="keep it off; the others serve",
                          commands=(host.shell(f"rc{service} stop", CommandKind.CHANGE),),
                 proof="crm_mon -1 -n shows it OFFLINE", seconds=60),
        risk=Risk(level=RiskLevel.MEDIUM, text="a host that joins with wrong storage gets domUs"),
        decision=Decision(kind=StopKind.GO, gate="",
                          questions=("the host is empty or broken, and nothing on its disks is needed: ____",)),
    )  # fmt: skip
