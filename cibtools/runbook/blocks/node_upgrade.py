"""Steps on a node that is empty: look, stop its stack, install, reboot, look again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.evacuation import order_restart
from cibtools.runbook.blocks.standby import returns
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.survey import clones_of
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.step import (
    Check,
    Decision,
    Duration,
    Risk,
    Rollback,
    Soak,
    Step,
)

_RPMS = "rpm -qa --qf '%{NAME} %{VERSION}-%{RELEASE}.%{ARCH}\\n' | sort"


def is_empty(draft: Draft, node: str) -> Step:
    """See with the hypervisor's eyes that a node is empty: what the cluster does not know of would die with it."""
    here = Console(draft.tools, node)
    gate = draft.gate(
        f"G-EMPTY({node})",
        f"Is {node} really empty?",
        (
            look(f"crm_mon shows {node} in standby and no resource under it"),
            look("xm list shows Domain-0 only"),
            look("no OCFS2 volume is mounted"),
        ),
    )
    return Step(
        "",
        f"Is {node} really empty?",
        node,
        draft.tools,
        (here.status_by_node(), here.shell("xm list"), here.shell("mount -t ocfs2")),
        "nothing runs there that the work would take down",
        (
            Check("only Domain-0", "xm list", node, ("Domain-0",)),
            Check("no mount is printed", "mount -t ocfs2", node),
        ),
        Duration(60, 600, 600, "a look"),
        decision=Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in gate.criteria)),
    )


def stop_stack(draft: Draft, node: str) -> Step:
    """Let an empty node leave the cluster in order."""
    here, peer = Console(draft.tools, node), draft.console(node).run_on
    return Step(
        "",
        f"Stop the cluster stack on {node}",
        node,
        draft.tools,
        (here.stack("stop", openais=draft.survey.openais),),
        f"{node} has left the cluster in order and was not fenced",
        (
            Check(f"{node} is OFFLINE and all domUs still run", "crm_mon -1", peer, (node, "OFFLINE"),
                  ("Failed actions",)),
            Check("no line about stonith", f"tail -n 50 {draft.survey.log}", peer, (), ("stonith",)),
        ),
        Duration(10, 60, 60, "an empty node has nothing to stop"),
        Rollback(Way.POSSIBLE, f"{node} joins again, still in standby. If it does not stop in a minute: look, do not "
                 "kill.", (here.stack("start", openais=draft.survey.openais),),
                 f"crm_mon -1 shows {node} in standby", 60),
        Risk(RiskLevel.LOW, "nothing runs there"),
    )  # fmt: skip


def install(draft: Draft, node: str, *, what: str = "") -> Step:
    """Install the patches, with a list of packages before and after."""
    here = Console(draft.tools, node)
    parameters = draft.survey.parameters
    own = "yast2 online_update" if here.old else "zypper patch"
    command = what or parameters.patch_command or own
    before, after = quoted(f"{node}.rpms.before"), quoted(f"{node}.rpms.after")
    return Step(
        "",
        f"Install the patches on {node}",
        node,
        draft.tools,
        (
            here.shell(f"{_RPMS} > {before}"),
            here.shell(command, CommandKind.CHANGE),
            here.shell(f"{_RPMS} > {after}; diff {before} {after}"),
        ),
        "the packages of the patch list are installed, and no others",
        (
            Check("only the expected packages have changed", run_on=node),
            Check("initrd built anew with multipath, if device-mapper, multipath or the HBA driver changed: "
                  "mkinitrd -f mpath", run_on=node),
        ),
        Duration(parameters.patch_host, 2 * parameters.patch_host, 2 * parameters.patch_host, "assumed (patch-host)"),
        Rollback(Way.POSSIBLE, f"install the versions that {node}.rpms.before names; the node stays out until then",
                 (), f"diff {node}.rpms.before with the list of now shows nothing", parameters.patch_host),
        Risk(RiskLevel.LOW, "no service here"),
    )  # fmt: skip


def reboot(draft: Draft, node: str) -> Step:
    """Reboot an empty node; standby outlasts it."""
    parameters = draft.survey.parameters
    here = Console(draft.tools, node)
    return Step(
        "",
        f"Reboot {node}, watching its console",
        f"console of {node}",
        draft.tools,
        (here.shell("reboot", CommandKind.CHANGE),),
        f"{node} is up again and has joined the cluster in standby",
        (Check(f"{node} answers, and crm_mon -1 elsewhere shows it in standby"),),
        Duration(parameters.reboot, 2 * parameters.reboot, 2 * parameters.reboot, "assumed (reboot)"),
        Rollback(
            Way.POSSIBLE,
            "boot the previous kernel from the boot menu",
            (),
            "uname -r shows the previous kernel",
            parameters.reboot,
        ),
        Risk(RiskLevel.LOW, "no service here"),
    )


def start_stack(draft: Draft, node: str) -> Step:
    """Start the stack where no reboot does it."""
    here = Console(draft.tools, node)
    return Step(
        "",
        f"Start the cluster stack on {node}",
        node,
        draft.tools,
        (here.stack("start", openais=draft.survey.openais),),
        f"{node} is back in the cluster, in standby",
        (Check(f"{node} is shown in standby, not OFFLINE", "crm_mon -1 -n", look_for=("standby",), retry_every=5,
               give_up_after=180),),
        Duration(20, 180, 180, "a node joins a running cluster"),
        Rollback(Way.POSSIBLE, "stop it again", (here.stack("stop", openais=draft.survey.openais),), "", 60),
        Risk(RiskLevel.LOW, "no service here"),
    )  # fmt: skip


def healthy(draft: Draft, node: str) -> Step:
    """Look at a node before it may take anything."""
    here = Console(draft.tools, node)
    evms = any(True for _ in clones_of(draft.survey, "EvmsSCC"))
    lines = [
        "uname -r; xm info | grep xen_; multipath -ll",
        f"{here.stack('status', openais=draft.survey.openais).text}; ntpq -pn",
    ]
    if evms:
        lines.append("ps -C evmsd -o pid,args")
    gate = draft.gate(
        f"G-BACK({node})",
        f"May {node} become active?",
        (
            look("packages, kernel and hypervisor as intended"),
            look("two active paths to every LUN"),
            *((look("evmsd runs"),) if evms else ()),
            look(f"the others see {node} in standby, not OFFLINE"),
            order_restart(draft, node)[0],
            returns(draft, node)[0],
        ),
    )
    return Step(
        "",
        f"Is {node} healthy?",
        node,
        draft.tools,
        tuple(here.shell(line) for line in lines),
        f"{node} is as intended and in standby",
        (
            Check("new kernel and hypervisor", "uname -r; xm info | grep xen_", node),
            Check("two active paths for each map", "multipath -ll", node, ("[active][ready]",), ("[failed]",)),
            Check(f"{node} is shown in standby, not OFFLINE", "crm_mon -1", draft.console(node).run_on, ("standby",)),
        ),
        Duration(120, 600, 600, "a look"),
        decision=Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in gate.criteria)),
    )


def watch(draft: Draft, node: str) -> Step:
    """Let the new software show what it does before anything depends on it."""
    wait = draft.survey.parameters.soak_node
    here = Console(draft.tools, node)
    return Step(
        "",
        f"Watch {node}",
        node,
        draft.tools,
        (here.status(), here.shell(f"tail -f {draft.survey.log}", CommandKind.INTERACTIVE)),
        "it is quiet",
        (
            Check("no ERROR from lrmd, crmd, evms, ocfs2"),
            Check("nothing failed", "crm_mon -1 -r", node, (), ("Failed actions",)),
        ),
        soak=Soak(wait, wait),
    )  # fmt: skip


def exchange(draft: Draft, node: str) -> Iterator[Step]:
    """From an empty node to a healthy one on new software, still in standby."""
    parameters = draft.survey.parameters
    yield is_empty(draft, node)
    if parameters.needs_stack_stop or parameters.needs_reboot:
        yield stop_stack(draft, node)
    draft.state = replace(draft.state, down=draft.state.down | {node})
    yield install(draft, node)
    if parameters.needs_reboot:
        yield reboot(draft, node)
    elif parameters.needs_stack_stop:
        yield start_stack(draft, node)
    draft.state = replace(draft.state, down=draft.state.down - {node})
    yield healthy(draft, node)
    draft.patched.add(node)
