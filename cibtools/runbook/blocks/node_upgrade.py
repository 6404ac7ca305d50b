"""Steps on a node that is empty: look, stop its stack, install, reboot, look again."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.evacuation import order_restart
from cibtools.runbook.blocks.nothing_runs import look_commands, nothing_runs
from cibtools.runbook.blocks.standby import returns
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.services import looks, uses_xen
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
    here, shared = Console(draft.tools, node), bool(draft.features.ocfs2)
    mounted = (here.shell("mount -t ocfs2"),) if shared else ()
    gate = draft.gate(
        f"G-EMPTY({node})",
        f"Is {node} really empty?",
        (
            look(f"crm_mon shows {node} in standby and no resource under it"),
            *(look(f"{one.command}: {one.idle}") for one in looks(draft.survey)),
            *((look("no OCFS2 volume is mounted"),) if shared else ()),
        ),
    )
    return Step(
        title=f"Is {node} really empty?",
        where=node,
        tools=draft.tools,
        commands=(here.status_by_node(), *look_commands(draft.survey, here), *mounted),
        expect="nothing runs there that the work would take down",
        verify=(
            *nothing_runs(draft.survey, node),
            *((Check(text="no mount is printed", command="mount -t ocfs2", run_on=node),) if shared else ()),
        ),
        duration=Duration(nominal=60, limit=600, hard=600, basis="a look"),
        decision=Decision(
            kind=StopKind.GO, gate=gate.id, questions=tuple(criterion.text for criterion in gate.criteria)
        ),
    )


def stop_stack(draft: Draft, node: str) -> Step:
    """Let an empty node leave the cluster in order."""
    here, peer = Console(draft.tools, node), draft.console(node).run_on
    return Step(
        title=f"Stop the cluster stack on {node}",
        where=node,
        tools=draft.tools,
        commands=(here.stack("stop", openais=draft.survey.openais),),
        expect=f"{node} has left the cluster in order and was not fenced",
        verify=(
            Check(text=f"{node} is OFFLINE and all domUs still run", command="crm_mon -1", run_on=peer,
                  look_for=(node, "OFFLINE"),
                  must_not_show=("Failed actions",)),
            Check(text="no line about stonith", command=f"tail -n 50 {draft.survey.log}", run_on=peer, look_for=(),
                  must_not_show=("stonith",)),
        ),
        duration=Duration(nominal=10, limit=60, hard=60, basis="an empty node has nothing to stop"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text=f"{node} joins again, still in standby. If it does not stop in a minute: look, do not "
                 "kill.", commands=(here.stack("start", openais=draft.survey.openais),),
                 proof=f"crm_mon -1 shows {node} in standby", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="nothing runs there"),
    )  # fmt: skip


def install(draft: Draft, node: str, *, what: str = "") -> Step:
    """Install the patches, with a list of packages before and after."""
    here = Console(draft.tools, node)
    parameters = draft.survey.parameters
    own = "yast2 online_update" if here.old else "zypper patch"
    command = what or parameters.patch_command or own
    before, after = quoted(f"{node}.rpms.before"), quoted(f"{node}.rpms.after")
    return Step(
        title=f"Install the patches on {node}",
        where=node,
        tools=draft.tools,
        commands=(
            here.shell(f"{_RPMS} > {before}"),
            here.shell(command, CommandKind.CHANGE),
            here.shell(f"{_RPMS} > {after}; diff {before} {after}"),
        ),
        expect="the packages of the patch list are installed, and no others",
        verify=(
            Check(text="only the expected packages have changed", run_on=node),
            Check(text="initrd built anew with multipath, if device-mapper, multipath or the HBA driver changed: "
                  "mkinitrd -f mpath", run_on=node),
        ),
        duration=Duration(nominal=parameters.patch_host, limit=2 * parameters.patch_host,
                          hard=2 * parameters.patch_host, basis="assumed (patch-host)"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text=f"install the versions that {node}.rpms.before names; the node stays out until then",
                 commands=(), proof=f"diff {node}.rpms.before with the list of now shows nothing",
                 seconds=parameters.patch_host),
        risk=Risk(level=RiskLevel.LOW, text="no service here"),
    )  # fmt: skip


def reboot(draft: Draft, node: str) -> Step:
    """Reboot an empty node; standby outlasts it."""
    parameters = draft.survey.parameters
    here = Console(draft.tools, node)
    return Step(
        title=f"Reboot {node}, watching its console",
        where=f"console of {node}",
        tools=draft.tools,
        commands=(here.shell("reboot", CommandKind.CHANGE),),
        expect=f"{node} is up again and has joined the cluster in standby",
        verify=(Check(text=f"{node} answers, and crm_mon -1 elsewhere shows it in standby"),),
        duration=Duration(
            nominal=parameters.reboot, limit=2 * parameters.reboot, hard=2 * parameters.reboot, basis="assumed (reboot)"
        ),
        rollback=Rollback(
            way=Way.POSSIBLE,
            text="boot the previous kernel from the boot menu",
            commands=(),
            proof="uname -r shows the previous kernel",
            seconds=parameters.reboot,
        ),
        risk=Risk(level=RiskLevel.LOW, text="no service here"),
    )


def start_stack(draft: Draft, node: str) -> Step:
    """Start the stack where no reboot does it."""
    here = Console(draft.tools, node)
    return Step(
        title=f"Start the cluster stack on {node}",
        where=node,
        tools=draft.tools,
        commands=(here.stack("start", openais=draft.survey.openais),),
        expect=f"{node} is back in the cluster, in standby",
        verify=(Check(text=f"{node} is shown in standby, not OFFLINE", command="crm_mon -1 -n", look_for=("standby",),
                      retry_every=5,
               give_up_after=180),),
        duration=Duration(nominal=20, limit=180, hard=180, basis="a node joins a running cluster"),
        rollback=Rollback(way=Way.POSSIBLE, text="stop it again",
                          commands=(here.stack("stop", openais=draft.survey.openais),), proof="", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="no service here"),
    )  # fmt: skip


def healthy(draft: Draft, node: str) -> Step:
    """Look at a node before it may take anything."""
    here = Console(draft.tools, node)
    evms = any(True for _ in clones_of(draft.survey, "EvmsSCC"))
    xen = uses_xen(draft.survey)
    version = "uname -r; xm info | grep xen_" if xen else "uname -r"
    lines = [
        f"{version}; multipath -ll",
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
        title=f"Is {node} healthy?",
        where=node,
        tools=draft.tools,
        commands=tuple(here.shell(line) for line in lines),
        expect=f"{node} is as intended and in standby",
        verify=(
            Check(text=f"new kernel{' and hypervisor' if xen else ''}", command=version, run_on=node),
            Check(text="two active paths for each map", command="multipath -ll", run_on=node,
                  look_for=("[active][ready]",), must_not_show=("[failed]",)),
            Check(text=f"{node} is shown in standby, not OFFLINE", command="crm_mon -1",
                  run_on=draft.console(node).run_on, look_for=("standby",)),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="a look"),
        decision=Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(one.text for one in gate.criteria)),
    )  # fmt: skip


def watch(draft: Draft, node: str) -> Step:
    """Let the new software show what it does before anything depends on it."""
    wait = draft.survey.parameters.soak_node
    here = Console(draft.tools, node)
    return Step(
        title=f"Watch {node}",
        where=node,
        tools=draft.tools,
        commands=(here.status(), here.shell(f"tail -f {draft.survey.log}", CommandKind.INTERACTIVE)),
        expect="it is quiet",
        verify=(
            Check(text="no ERROR from lrmd, crmd, evms, ocfs2"),
            Check(text="nothing failed", command="crm_mon -1 -r", run_on=node, look_for=(),
                  must_not_show=("Failed actions",)),
        ),
        soak=Soak(min=wait, recommended=wait),
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
