"""The new system of a node: SLES 11 with the HA extension in place of SLES 10, and the files that it took away."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import DIRECTORY, quoted, remember
from cibtools.runbook.kinds.convert.storage import NEW, ask_twice
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way, Who
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Caution, Check, Duration, Risk, Rollback, Step


def install(draft: Draft, change_id: str, nodes: tuple[str, ...], *, masked: bool = False) -> Phase:
    """P2: node by node, a fresh installation and the files it took away."""
    each = ((_install(draft, node, masked=masked), _put_back(draft, node, change_id)) for node in nodes)
    steps = [step for both in each for step in both]
    return new_phase(
        draft, "P2", f"Install SLES 11 on {', '.join(nodes)}", "each node is installed anew, with the stack off",
        steps, point_of_no_return=True, entry_gates=tuple(f"G-INSTALL({node})" for node in nodes), tools=NEW,
    )  # fmt: skip


def _install(draft: Draft, node: str, *, masked: bool) -> Step:
    here = Console(NEW, node)
    seconds = draft.survey.parameters.install_host
    texts = [f"an image of {node} is readable, and images of this kind have been restored: date ______"]
    if masked:
        texts.append(f"{node} does not see the shared disks (zoning or masking): ____")
    decision = ask_twice(draft, f"G-INSTALL({node})", f"Install over {node}?", *texts)
    shared = (
        Caution(rule="S-SWING", text="the old cluster still serves: the new system must not touch the shared disks"),
    )
    return Step(
        title=f"Install SLES 11 and the HA extension on {node}", where=f"console of {node}", tools=NEW,
        commands=(
            here.shell("# a fresh installation; same name, same addresses, same bridges", CommandKind.DESTRUCTIVE),
            here.shell("chkconfig openais off; chkconfig o2cb off; chkconfig ocfs2 off", CommandKind.CHANGE),
            here.shell("rpm -q pacemaker openais lvm2-clvm ocfs2-tools xen kernel-xen multipath-tools"),
        ),
        expect=f"{node} runs SLES 11 with Xen and the HA extension, and no cluster starts by itself",
        verify=(
            Check(text="off at every level", command="chkconfig --list openais", run_on=node,
                  look_for=("3:off", "5:off")),
            Check(text="the hypervisor runs", command="xm info | grep xen_", run_on=node, look_for=("xen_major",)),
        ),
        duration=Duration(nominal=seconds, limit=2 * seconds, hard=2 * seconds, basis="assumed (install-host)"),
        rollback=Rollback(way=Way.IMPOSSIBLE, text=f"SLES 10 on {node} is gone; it comes back from its image only",
                          commands=(),
                 proof=f"{node} boots SLES 10 and finds its volumes", seconds=seconds),
        risk=Risk(level=RiskLevel.HIGH, text=f"the old system of {node} is gone"),
        decision=decision,
        warnings=shared if masked else (),
        who=Who.SECOND,
    )  # fmt: skip


def _put_back(draft: Draft, node: str, change_id: str) -> Step:
    here = Console(NEW, node)
    directory = quoted(f"{DIRECTORY}/{change_id}")
    others = [name for name in draft.survey.names if name != node]
    answers = "; ".join(f"ssh -n {quoted(name)} true && echo {quoted(f'{name} ok')}" for name in others)
    back = (
        f'umask 077; BK={directory}; export BK; mkdir -p "$BK"; cd "$BK" || echo "stop here: no $BK"\n'
        'scp -p -r "${BACKUP_HOST:?host of the backups}:$(basename "$BK")/." "$BK/"\n'
        f"mkdir -p old && tar -xzf {quoted(f'{node}.files.tgz')} -C old\n"
        f"{remember(change_id)}"
    )
    return Step(
        title=f"Put the files of {node} back", where=node, tools=NEW,
        commands=(
            here.shell(back, CommandKind.CHANGE),
            here.shell("cp -p old/etc/hosts /etc/hosts; cp -p old/etc/multipath.conf /etc/multipath.conf\n"
                       "cp -a old/root/.ssh /root/; cp -p old/etc/ssh/ssh_host_* /etc/ssh/", CommandKind.CHANGE),
            here.shell("diff old/etc/ntp.conf /etc/ntp.conf; diff old/etc/xen/xend-config.sxp "
                       "/etc/xen/xend-config.sxp", CommandKind.INTERACTIVE),
        ),
        expect="names, keys, multipath, time and Xen are as they were; nothing of heartbeat is there",
        verify=(
            Check(text="every name answers", command=answers, run_on=node),
            Check(text="one * in ntpq", command="ntpq -pn", run_on=node),
            Check(text="relocation is allowed as before", command="grep relocation /etc/xen/xend-config.sxp",
                  run_on=node),
            Check(text="two active paths for each map", command="multipath -ll", run_on=node),
        ),
        duration=Duration(nominal=900, limit=3600, hard=3600, basis="comparing files by eye"),
        rollback=Rollback(way=Way.POSSIBLE,
                          text="the installation's own files are in the packages; install the image otherwise",
                          commands=(),
                 proof="rpm -V on the package shows the file unchanged", seconds=900),
        risk=Risk(level=RiskLevel.LOW, text="nothing runs there"),
    )  # fmt: skip
