"""Putting a whole CIB back: into a cluster that runs, on disk while none runs, and on hosts that are new."""

from __future__ import annotations

from dataclasses import replace

from cibtools.cluster.derived.option import cluster_option
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import (
    CIB_DIRECTORY,
    Exchange,
    hold,
    own_managed,
    release,
    start_everywhere,
    stop_everywhere,
)
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Tools, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Command, Decision, Duration, Risk, Rollback, Step

_SWITCH = {Tools.HB21: ("is-managed-default", "false"), Tools.P10: ("maintenance-mode", "true")}
_INTO = {
    Tools.HB21: "/<crm_config>/,/<attributes>/s/<attributes>/<attributes>{}/",
    Tools.P10: "/<crm_config>/,/<cluster_property_set/s/\\(<cluster_property_set[^>]*\\)>/\\1>{}/",
}


def _hold_edits(draft: Draft) -> tuple[str, ...]:
    """What makes a CIB keep the cluster's hands off, as edits of its text."""
    name, value = _SWITCH[draft.tools]
    if cluster_option(draft.survey.cluster, name):
        return _switched(name, value)
    return (_INTO[draft.tools].format(f'<nvpair id="cibtools-hold" name="{name}" value="{value}"\\/>'),)


def _switched(name: str, value: str) -> tuple[str, str]:
    """Give an option another value, whichever of its attributes comes first."""
    return (
        f's/\\(name="{name}"[^>]* value=\\)"[^"]*"/\\1"{value}"/',
        f's/value="[^"]*"\\([^>]* name="{name}"\\)/value="{value}"\\1/',
    )


def released(draft: Draft) -> str:
    """Make a copy of the CIB in force without the hold: as long as that is on, the scheduler plans nothing at all."""
    name, _ = _SWITCH[draft.tools]
    before = cluster_option(draft.survey.cluster, name) if draft.tools is Tools.HB21 else None
    value = before.value if before else "true" if draft.tools is Tools.HB21 else "false"
    edits = " ".join(f"-e '{edit}'" for edit in _switched(name, value))
    return (
        f"cibadmin -Q > cib.held.xml; sed {edits} \\\n"
        "  cib.held.xml > cib.released.xml; diff cib.held.xml cib.released.xml"
    )


def newer(file: str, draft: Draft) -> str:
    """Make a copy that the cluster takes for newer than its own, without status, and that holds everything.

    It relies on one tag a line, as cibadmin prints them; the diff that follows in the plan shows what it did.
    """
    edits = (
        's/\\(<cib[^>]* \\)epoch="[0-9]*"/\\1epoch="0"/',
        's/\\(<cib[^>]* \\)num_updates="[0-9]*"/\\1num_updates="0"/',
        *_hold_edits(draft),
        "/<status>/,/<\\/status>/d", "/<status\\/>/d",
    )  # fmt: skip
    return "\n".join((
        "NOW=$(cibadmin -Q | sed -n 's/.*<cib[^>]* admin_epoch=\"\\([0-9]*\\)\".*/\\1/p' | head -n 1)",
        "sed -e \"s/\\(<cib[^>]* \\)admin_epoch=\\\"[0-9]*\\\"/\\1admin_epoch=\\\"$((NOW + 1))\\\"/\" \\",
        *(f"  -e '{edit}' \\" for edit in edits),
        f"  {file} > cib.newer.xml",
    ))  # fmt: skip


NO_NODES = "sed -e '/<nodes>/,/<\\/nodes>/d' cib.full.xml > cib.no-nodes.xml"
"""Makes a copy without the ids of the old installations; rules name nodes by #uname and go on working."""


def _text(commands: tuple[Command, ...]) -> str:
    return "\n".join(command.text for command in commands)


def let_go(exchange: Exchange) -> Step:
    """Give the cluster its work back, once it is known what it will do."""
    draft = exchange.draft
    console = draft.console()
    again = Rollback(
        Way.POSSIBLE, "hold everything again, and think", hold(exchange, console), "crm_mon -1 -r shows unmanaged", 60
    )
    return Step(
        "", "Look at what the cluster would do, then let it", console.run_on, draft.tools,
        (
            console.shell(released(draft)),
            console.simulate_file("cib.released.xml"),
            Command(console.run_on, CommandKind.INTERACTIVE, "# go on only if what it plans is wanted"),
            Command(console.run_on, CommandKind.CHANGE, _text(release(exchange, console)), draft.tools),
            console.wait_idle(300), console.status_by_node(),
        ),
        "nothing restarted or moved that was not meant to",
        (
            Check("diff shows the hold going, and nothing else: ptest -L would plan nothing while it is on"),
            *_own(exchange),
            Check("no Failed actions", "crm_mon -1 -n -r", must_not_show=("Failed actions",)),
        ),
        Duration(120, 600, 600, "reading"),
        again,
        Risk(RiskLevel.HIGH, "every resource whose definition differs restarts"),
        Decision(StopKind.GO, "", ("ptest plans no restart and no stop of a domU, or each is accepted: ____",)),
    )  # fmt: skip


def _own(exchange: Exchange) -> tuple[Check, ...]:
    """What the copy does not show: resources whose own value holds them."""
    names = ", ".join(resource.id for resource, _ in own_managed(exchange))
    if not names or exchange.new_tools is Tools.P10:
        return ()
    return (Check(f"{names} are held by a value of their own, which the copy keeps: compare their definitions by eye"),)


def online(exchange: Exchange) -> Phase:
    """The whole, with the cluster running and its hands off."""
    draft = exchange.draft
    console = draft.console()
    held = hold(exchange, console)
    make = Step(
        "", "Make a copy that counts as newer", console.run_on, draft.tools,
        (
            console.shell(newer("cib.full.xml", draft)),
            console.verify_file("cib.newer.xml"),
            console.shell("head -n 2 cib.newer.xml; diff cib.full.xml cib.newer.xml"),
        ),
        "the copy counts as newer than the cluster's own, has no status, and keeps the cluster's hands off",
        (
            Check("admin_epoch is one more than the cluster's; epoch and num_updates are 0", "head -n 2 cib.newer.xml",
                  look_for=('epoch="0"', 'num_updates="0"')),
            Check("diff shows these three numbers, the hold and the status, nothing else"),
            Check("nodes are the same installations; if not, P6 is the case"),
        ),
        Duration(120, 600, 600, "reading"),
    )  # fmt: skip
    put = Step(
        "", "Replace the whole CIB", console.run_on, draft.tools,
        (
            Command(console.run_on, CommandKind.CHANGE, _text(held), draft.tools),
            console.replace_cib("cib.newer.xml"),
            console.verify_live(), console.simulate_live(),
        ),
        "the configuration is that of the backup, and the cluster keeps its hands off",
        (
            Check("every resource is unmanaged", "crm_mon -1 -r", look_for=("unmanaged",)),
            Check("nothing is printed", "crm_verify -L -V"),
        ),
        Duration(300, 900, 900, "typing"),
        Rollback(Way.POSSIBLE, "the same with the CIB of now, which then has to count as newer in its turn",
                 (console.shell(newer("cib.full.now.xml", draft)),
                  console.replace_cib("cib.newer.xml")), "cibtools diff finds nothing", 300),
        Risk(RiskLevel.HIGH, "every resource whose definition differs restarts when the hold ends"),
    )  # fmt: skip
    return new_phase(
        draft, "P4", "Put the whole CIB back, cluster running", "the copy has to be newer than what is in force",
        [make, put, let_go(exchange)], rollback_to="P0", rollback_seconds=300,
    )  # fmt: skip


def _place(exchange: Exchange, file: str, gate: str) -> Step:
    """The file on one node, and none on the others."""
    first = exchange.first.run_on
    each, here = Console(exchange.new_tools, "each node"), exchange.first
    criteria = exchange.draft.gate(gate, "Put the CIB on disk?", (
        look("no process of the cluster runs on any node"), look(f"{file} is the one that is wanted: ____"),
    )).criteria  # fmt: skip
    return Step(
        "", f"Put the CIB on {first}, and none on the others", exchange.everywhere, exchange.new_tools,
        (
            each.shell(f'mkdir -p "$BK/crm.old"\nmv {CIB_DIRECTORY}/cib* "$BK/crm.old/"', CommandKind.CHANGE),
            here.shell(f"install -o hacluster -g haclient -m 600 {quoted(file)} {CIB_DIRECTORY}/cib.xml",
                       CommandKind.CHANGE),
            here.verify_file(f"{CIB_DIRECTORY}/cib.xml"),
        ),
        f"{CIB_DIRECTORY}/cib.xml is on {first} only, without .sig and .last, owned by hacluster:haclient, mode 0600",
        (
            Check("one file, -rw-------", f"ls -l {CIB_DIRECTORY}", first, ("cib.xml", "hacluster", "haclient")),
            Check("no cib.xml, no .sig, no .last", f"ls {CIB_DIRECTORY}", "each other node", (), ("cib.xml",)),
        ),
        Duration(120, 600, 600, "typing"),
        Rollback(Way.POSSIBLE, 'the old files are in "$BK/crm.old"; one node gets its cib.xml back, no .sig, no .last',
                 (here.shell(f'install -o hacluster -g haclient -m 600 "$BK/crm.old/cib.xml" {CIB_DIRECTORY}/cib.xml',
                             CommandKind.CHANGE),), "crm_verify -V -x says nothing", 120),
        Risk(RiskLevel.MEDIUM, "the outage lasts until the start"),
        Decision(StopKind.GO, gate, tuple(criterion.text for criterion in criteria)),
    )  # fmt: skip


def _watch_start(exchange: Exchange) -> Step:
    here = exchange.first
    return Step(
        "", "See all resources come up", here.run_on, exchange.new_tools,
        (here.wait_idle(900), here.status_by_node()),
        "every domU that should run does, on one node",
        (Check("no Failed actions, nothing Stopped that should run", "crm_mon -1 -n -r",
               must_not_show=("Failed actions",)),),
        Duration(300, 900, 900, "all starts, with their delays"),
    )  # fmt: skip


def offline(exchange: Exchange) -> Phase:
    """The whole, on disk, with no cluster running anywhere."""
    draft = exchange.draft
    steps = [stop_everywhere(exchange, domus_stay=False), _place(exchange, "cib.full.xml", "G-DISK"),
             start_everywhere(exchange), _watch_start(exchange)]  # fmt: skip
    steps[2] = _plain_start(steps[2])
    return new_phase(
        draft, "P5", "Put the whole CIB back, cluster down", "an outage of everything; domUs stop with the cluster",
        steps, rollback_to="P0", rollback_seconds=600,
    )  # fmt: skip


def _plain_start(step: Step) -> Step:
    """A start that nothing holds back: the resources come with it."""
    checks = tuple(check for check in step.verify if "unmanaged" not in check.look_for)
    return replace(step, verify=checks, expect="all nodes are online, there is a DC, and the resources start")


def new_hosts(exchange: Exchange) -> Phase:
    """The whole on hosts with other ids, and one host from its system backup."""
    draft = exchange.draft
    admin = Console(draft.tools, "admin host")
    make = Step(
        "", "Make a copy without the ids of the old hosts", "admin host", draft.tools,
        (admin.shell(NO_NODES), admin.shell("diff cib.full.xml cib.no-nodes.xml"),
         admin.shell("grep -n 'attribute=\"#id\"' cib.no-nodes.xml")),
        "the file names nodes by uname only: new installations have new ids",
        (
            Check("diff shows the section nodes, nothing else"),
            Check("grep prints nothing; a rule with #id has to be rewritten with #uname"),
            Check(f"the new hosts are called {', '.join(draft.survey.names)}, as uname -n prints it"),
        ),
        Duration(300, 900, 900, "reading"),
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
        "", "One host only: restore its system, and let it join", "console of the host", exchange.draft.tools,
        (
            host.shell("# boot the installation medium in rescue mode, bring up the network", CommandKind.INTERACTIVE),
            host.shell("# restore the system backup: same addresses, name and uuid files", CommandKind.DESTRUCTIVE),
            host.shell(f"chkconfig {service} off", CommandKind.CHANGE),
            host.shell("# boot it; compare with nodes/HOST of the backup; then:", CommandKind.INTERACTIVE),
            host.shell(f"rc{service} start; chkconfig {service} on", CommandKind.CHANGE),
        ),
        "the host is a member again with the id it had; the rest of this phase is left out then",
        (
            Check("storage, time, names and keys are right before the stack starts"),
            Check("the others show it online", "crm_mon -1 -n", "another node", ("online",)),
        ),
        Duration(7200, 14400, 14400, "a restore from tape"),
        Rollback(Way.POSSIBLE, "keep it off; the others serve", (host.shell(f"rc{service} stop", CommandKind.CHANGE),),
                 "crm_mon -1 -n shows it OFFLINE", 60),
        Risk(RiskLevel.MEDIUM, "a host that joins with wrong storage gets domUs"),
        Decision(StopKind.GO, "", ("the host is empty or broken, and nothing on its disks is needed: ____",)),
    )  # fmt: skip
