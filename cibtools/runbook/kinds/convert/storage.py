"""The middle of a conversion to SLE HA 11: new hosts, volume groups for EVMS containers, files in place.

Whatever is converted here does not come back by itself. Every step says what it would take, and asks first.
"""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import CIB_DIRECTORY
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.storage_map import Volume, groups
from cibtools.runbook.kinds.convert.before import NEW_CIB
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Tools, Way, Who
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Caution, Check, Decision, Duration, Risk, Rollback, Step

NEW = Tools.P10
FILTER = 'filter = [ "a|/dev/mapper/.*|", "r|.*|" ]'
_IMAGES = "the images of the nodes and the saved metadata; the vendor does not support the way back to SLES 10"


def ask_twice(draft: Draft, gate_id: str, title: str, *texts: str) -> Decision:
    """A gate of its own for what cannot be taken back, with a second pair of eyes."""
    gate = draft.gate(gate_id, title, [look(text) for text in (*texts, "a second person has read the step: ____")])
    return Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in gate.criteria))


def install(draft: Draft, change_id: str, nodes: tuple[str, ...], *, masked: bool = False) -> Phase:
    """P2: node by node, a fresh installation and the files it took away."""
    steps = [step for node in nodes for step in (_install(draft, node, masked), _put_back(draft, node, change_id))]
    return new_phase(
        draft, "P2", f"Install SLES 11 on {', '.join(nodes)}", "each node is installed anew, with the stack off",
        steps, point_of_no_return=True, entry_gates=tuple(f"G-INSTALL({node})" for node in nodes), tools=NEW,
    )  # fmt: skip


def _install(draft: Draft, node: str, masked: bool) -> Step:
    here = Console(NEW, node)
    seconds = draft.survey.parameters.install_host
    texts = [f"an image of {node} is readable, and images of this kind have been restored: date ______"]
    if masked:
        texts.append(f"{node} does not see the shared disks (zoning or masking): ____")
    decision = ask_twice(draft, f"G-INSTALL({node})", f"Install over {node}?", *texts)
    shared = (Caution("S-SWING", "the old cluster still serves: the new system must not touch the shared disks"),)
    return Step(
        "", f"Install SLES 11 and the HA extension on {node}", f"console of {node}", NEW,
        (
            here.shell("# a fresh installation; same name, same addresses, same bridges", CommandKind.DESTRUCTIVE),
            here.shell("chkconfig openais off; chkconfig o2cb off; chkconfig ocfs2 off", CommandKind.CHANGE),
            here.shell("rpm -q pacemaker openais lvm2-clvm ocfs2-tools xen kernel-xen multipath-tools"),
        ),
        f"{node} runs SLES 11 with Xen and the HA extension, and no cluster starts by itself",
        (
            Check("off at every level", "chkconfig --list openais", node, ("3:off", "5:off")),
            Check("the hypervisor runs", "xm info | grep xen_", node, ("xen_major",)),
        ),
        Duration(seconds, 2 * seconds, 2 * seconds, "assumed (install-host)"),
        Rollback(Way.IMPOSSIBLE, f"SLES 10 on {node} is gone; it comes back from its image only", (),
                 f"{node} boots SLES 10 and finds its volumes", seconds),
        Risk(RiskLevel.HIGH, f"the old system of {node} is gone"),
        decision,
        shared if masked else (),
        who=Who.SECOND,
    )  # fmt: skip


def _put_back(draft: Draft, node: str, change_id: str) -> Step:
    here = Console(NEW, node)
    directory = quoted(f"/root/cibtools/{change_id}")
    others = [name for name in draft.survey.names if name != node]
    answers = "; ".join(f"ssh -n {quoted(name)} true && echo {quoted(f'{name} ok')}" for name in others)
    back = (
        f'umask 077; BK={directory}; export BK; mkdir -p "$BK"; cd "$BK" || echo "stop here: no $BK"\n'
        'scp -p -r "${BACKUP_HOST:?host of the backups}:$(basename "$BK")/." "$BK/"\n'
        f"mkdir -p old && tar -xzf {quoted(f'{node}.files.tgz')} -C old"
    )
    return Step(
        "", f"Put the files of {node} back", node, NEW,
        (
            here.shell(back, CommandKind.CHANGE),
            here.shell("cp -p old/etc/hosts /etc/hosts; cp -p old/etc/multipath.conf /etc/multipath.conf\n"
                       "cp -a old/root/.ssh /root/; cp -p old/etc/ssh/ssh_host_* /etc/ssh/", CommandKind.CHANGE),
            here.shell("diff old/etc/ntp.conf /etc/ntp.conf; diff old/etc/xen/xend-config.sxp "
                       "/etc/xen/xend-config.sxp", CommandKind.INTERACTIVE),
        ),
        "names, keys, multipath, time and Xen are as they were; nothing of heartbeat is there",
        (
            Check("every name answers", answers, node),
            Check("one * in ntpq", "ntpq -pn", node),
            Check("relocation is allowed as before", "grep relocation /etc/xen/xend-config.sxp", node),
            Check("two active paths for each map", "multipath -ll", node),
        ),
        Duration(900, 3600, 3600, "comparing files by eye"),
        Rollback(Way.POSSIBLE, "the installation's own files are in the packages; install the image otherwise", (),
                 "rpm -V on the package shows the file unchanged", 900),
        Risk(RiskLevel.LOW, "nothing runs there"),
    )  # fmt: skip


def storage(draft: Draft, found: tuple[Volume, ...]) -> Phase:
    """P3: on one node, with everything else down."""
    node = draft.nodes[0]
    steps = [_alone(node), _filter(node), *_convert(draft, node, found), _locking(node)]
    return new_phase(
        draft, "P3", "Convert the storage", f"EVMS containers become volume groups, on {node} alone", steps,
        entry_gates=("G-STORAGE",) if found else (), point_of_no_return=True, tools=NEW,
    )  # fmt: skip


def _alone(node: str) -> Step:
    here = Console(NEW, node)
    return Step(
        "", f"Nothing runs but {node}", node, NEW,
        (here.shell("rcopenais status; xm list; mount -t ocfs2"),),
        "no stack runs anywhere, no domU runs, no other node looks at the disks",
        (
            Check("openais is stopped on every node", "rcopenais status", "each node", ("unused",)),
            Check("only Domain-0", "xm list", "each node", ("Domain-0",)),
        ),
        Duration(120, 600, 600, "a look"),
    )  # fmt: skip


def _filter(node: str) -> Step:
    each = Console(NEW, "each node")
    return Step(
        "", "Let LVM see the multipath devices", "all nodes", NEW,
        (
            each.shell("cp -p /etc/lvm/lvm.conf /etc/lvm/lvm.conf.before", CommandKind.CHANGE),
            each.shell("vi /etc/lvm/lvm.conf", CommandKind.INTERACTIVE),
            each.shell("grep -nE '^[[:space:]]*(filter|locking_type)' /etc/lvm/lvm.conf"),
        ),
        f"LVM looks at the multipath devices and at nothing else: {FILTER}, or what fits the names of this house",
        (Check("every LUN once, by its multipath name", "pvscan", node),),
        Duration(300, 900, 900, "typing"),
        Rollback(Way.POSSIBLE, "the old file is beside it",
                 (each.shell("cp -p /etc/lvm/lvm.conf.before /etc/lvm/lvm.conf", CommandKind.CHANGE),),
                 "diff of both shows nothing", 60),
        Risk(RiskLevel.LOW, "nothing uses LVM yet"),
    )  # fmt: skip


def _convert(draft: Draft, node: str, found: tuple[Volume, ...]) -> Iterator[Step]:
    if not found:
        return
    here, named = Console(NEW, node), groups(found)
    texts = ("head and tail of every LUN, or a snapshot of the array, are readable",
             "every node but this one is down, or does not see the disks")  # fmt: skip
    yield Step(
        "", "Turn the containers into volume groups", node, NEW,
        (here.shell("csm-converter --scan", CommandKind.DESTRUCTIVE),),
        f"the containers are volume groups of LVM: {', '.join(named) or 'see the storage map'}",
        (Check("no error", run_on=node), Check("every container is a volume group", "vgs", node, named)),
        Duration(600, 3600, 3600, "no figures are known"),
        Rollback(Way.IMPOSSIBLE, f"the metadata of EVMS is rewritten; what is left: {_IMAGES}", (),
                 "evms of SLES 10 shows the containers", 7200),
        Risk(RiskLevel.HIGH, "all volumes of all domUs"),
        ask_twice(draft, "G-STORAGE", "Rewrite the metadata of the shared disks?", *texts),
        who=Who.SECOND,
    )  # fmt: skip
    lines = "\n".join(f"vgchange -c y {quoted(name)}; vgchange -a y {quoted(name)}" for name in named)
    new = quoted(*(volume.new for volume in found if volume.new))
    yield Step(
        "", "Mark the groups as clustered, and find every volume", node, NEW,
        (
            here.shell(lines or "vgs", CommandKind.CHANGE if lines else CommandKind.READ),
            here.shell("vgs; lvs"),
            *((here.shell(f'for d in {new}; do\n  test -b "$d" || echo "MISSING $d"\ndone'),) if new else ()),
        ),
        "every volume of the storage map is there, with the size it had",
        (
            Check("nothing is MISSING", run_on=node),
            Check("sizes as in the storage map", 'lvs --units b; cat "$BK/volumes"', node),
            Check("fdisk -l on the volume of one domU shows its partitions", run_on=node),
        ),
        Duration(300, 1200, 1200, "reading"),
        Rollback(Way.POSSIBLE, "local again",
                 tuple(here.shell(f"vgchange -c n {quoted(name)}", CommandKind.CHANGE) for name in named),
                 "vgs shows no c among the attributes", 60),
        Risk(RiskLevel.MEDIUM, "a group that is not found is not lost, but nobody starts its domUs"),
    )  # fmt: skip


def _locking(node: str) -> Step:
    each = Console(NEW, "each node")
    change = "sed -i 's/^\\([[:space:]]*locking_type\\) *=.*/\\1 = 3/' /etc/lvm/lvm.conf"
    return Step(
        "", "Let LVM lock through the cluster", "all nodes", NEW,
        (
            Console(NEW, node).shell("vgchange -a n", CommandKind.CHANGE),
            each.shell(change, CommandKind.CHANGE),
            each.shell("grep -nE '^[[:space:]]*locking_type' /etc/lvm/lvm.conf"),
        ),
        "no volume is active, and no command of LVM works any more until clvmd runs",
        (Check("one line, = 3", "grep locking_type /etc/lvm/lvm.conf", "each node", ("locking_type = 3",)),),
        Duration(120, 600, 600, "typing"),
        Rollback(Way.POSSIBLE, "locking for one host",
                 (each.shell(change.replace("= 3", "= 1"), CommandKind.CHANGE),), "vgs answers", 60),
        Risk(RiskLevel.LOW, "nothing uses LVM yet"),
    )  # fmt: skip


def files(draft: Draft) -> Phase:
    """P4: the configuration of the new stack and the CIB, with the cluster down."""
    return new_phase(
        draft, "P4", "Put the configuration in place", "ring, key and CIB, before anything starts",
        [_ring(), _key(draft), _cib(draft)], tools=NEW, rollback_to="P3", rollback_seconds=120,
    )  # fmt: skip


def _ring() -> Step:
    each = Console(NEW, "each node")
    return Step(
        "", "Put openais.conf in place", "all nodes", NEW,
        (
            each.shell("cp -p /etc/ais/openais.conf /etc/ais/openais.conf.before", CommandKind.CHANGE),
            each.shell("install -m 644 converted/openais.conf /etc/ais/openais.conf", CommandKind.CHANGE),
            each.shell("grep -nE 'ringnumber|bindnetaddr|mcastaddr|mcastport|rrp_mode' /etc/ais/openais.conf"),
            each.shell("ip -o -f inet addr"),
        ),
        "one ring, on a network that every node has, with an address and a port that are free",
        (
            Check("one ring only: the lock manager cannot work over two", "grep -c ringnumber /etc/ais/openais.conf",
                  "each node", ("1",)),
            Check("bindnetaddr is the network of the ring, as ip shows it now; eth0 may be a bridge",
                  run_on="each node"),
            Check("multicast passes between the nodes, and the firewall lets UDP mcastport and the one below through"),
        ),
        Duration(600, 1800, 1800, "reading by eye"),
        Rollback(Way.POSSIBLE, "the file of the installation is beside it",
                 (each.shell("cp -p /etc/ais/openais.conf.before /etc/ais/openais.conf", CommandKind.CHANGE),),
                 "diff of both shows nothing", 60),
        Risk(RiskLevel.LOW, "no stack runs"),
    )  # fmt: skip


def _key(draft: Draft) -> Step:
    node, others = draft.nodes[0], draft.nodes[1:]
    here = Console(NEW, node)
    copy = "\n".join(f"scp -p /etc/ais/authkey {quoted(name)}:/etc/ais/authkey" for name in others)
    return Step(
        "", "Make a key and give it to all nodes", node, NEW,
        (
            here.shell("ais-keygen && chmod 0400 /etc/ais/authkey", CommandKind.CHANGE),
            *((here.shell(copy, CommandKind.CHANGE),) if others else ()),
        ),
        "every node has the same key; that of heartbeat cannot be used",
        (Check("the same line and -r-------- on every node", "md5sum /etc/ais/authkey; ls -l /etc/ais/authkey",
               "each node"),),
        Duration(120, 600, 600, "ais-keygen waits for random numbers"),
        Rollback(Way.POSSIBLE, "remove the key; without it no node joins",
                 (Console(NEW, "each node").shell("rm /etc/ais/authkey", CommandKind.CHANGE),), "", 60),
        Risk(RiskLevel.LOW, "no stack runs"),
    )  # fmt: skip


def interim(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Options that hold until all nodes are there: the first one alone must fence nobody, and act without quorum."""
    alone = (("no-quorum-policy", "ignore"),) if len(draft.survey.names) > 2 else ()
    return (("maintenance-mode", "true"), ("startup-fencing", "false"), *alone)


def _cib(draft: Draft) -> Step:
    node = draft.nodes[0]
    here, each = Console(NEW, node), Console(NEW, "each node")
    held = "\n".join(f"CIB_file=cib-start.xml {here.set_option(name, value).text}" for name, value in interim(draft))
    install_it = f"install -o hacluster -g haclient -m 600 cib-start.xml {CIB_DIRECTORY}/cib.xml"
    return Step(
        "", f"Put the converted CIB on {node}, and none on the others", f"all nodes in order {', '.join(draft.nodes)}",
        NEW,
        (
            each.shell(f"rm -f {CIB_DIRECTORY}/cib*", CommandKind.CHANGE),
            here.shell(f"cp {NEW_CIB} cib-start.xml\n{held}", CommandKind.CHANGE),
            here.verify_file("cib-start.xml"),
            here.shell(install_it, CommandKind.CHANGE),
        ),
        f"{CIB_DIRECTORY}/cib.xml is on {node} only, and keeps the cluster from touching anything",
        (
            Check("prints nothing", "crm_verify -V -x cib-start.xml", node),
            Check("one file, -rw-------, hacluster haclient", f"ls -l {CIB_DIRECTORY}", node, ("cib.xml", "hacluster")),
            Check("the vendor's converter in its place: hb2openais.sh -u root; a second run needs -F, and it runs "
                  "csm-converter itself, which then finds nothing"),
        ),
        Duration(180, 600, 600, "typing"),
        Rollback(Way.POSSIBLE, "no CIB is a CIB without resources",
                 (here.shell(f"rm -f {CIB_DIRECTORY}/cib*", CommandKind.CHANGE),), "", 60),
        Risk(RiskLevel.LOW, "no stack runs"),
        warnings=(Caution("STARTUP-FENCING", f"the CIB holds startup-fencing=false until all nodes are there: else "
                          f"{node} would cut the power of those it has not seen yet"),),
    )  # fmt: skip
