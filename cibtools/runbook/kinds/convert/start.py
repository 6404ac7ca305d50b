"""The end of a conversion to SLE HA 11: OCFS2 learns its new stack, the nodes join, the domUs start, canary first."""

from __future__ import annotations

from dataclasses import replace

from cibtools.cluster.derived.option import cluster_option
from cibtools.runbook.blocks.batch import together
from cibtools.runbook.blocks.controlled_stop import started
from cibtools.runbook.blocks.domu_lifecycle import starting
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import decide, new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted, wait_until
from cibtools.runbook.estimate.order import Canary
from cibtools.runbook.estimate.timing import as_words
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.facts.storage_map import Volume
from cibtools.runbook.kinds.convert.hb2openais_gaps import notified
from cibtools.runbook.kinds.convert.storage import NEW, ask_twice, interim
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way, Who
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Command, Decision, Duration, Risk, Rollback, Step


def for_all(resources: tuple[str, ...], one: Command) -> Command:
    """The same command for several resources, in a loop; it is written for the resource `$r`."""
    if len(resources) == 1:
        return replace(one, text=one.text.replace("'$r'", quoted(resources[0])))
    line = one.text.replace("'$r'", '"$r"')
    return replace(one, text=f"for r in {quoted(*resources)}; do\n  {line}\ndone")


def _running(draft: Draft) -> tuple[Guest, ...]:
    """The domUs that are to run, least important first."""
    guests = (draft.survey.guest(name) for name in draft.importance)
    return tuple(guest for guest in guests if not guest.stopped)


def _pools(draft: Draft, made: Conversion) -> tuple[str, ...]:
    """The clones of the OCFS2 volumes, as the converted CIB calls them."""
    cluster = draft.survey.cluster
    found = (cluster.resource(name) for name, _ in draft.features.ocfs2)
    return tuple(dict.fromkeys(made.name(cluster.top(one).id) for one in found if one))


def ocfs2(draft: Draft, made: Conversion, found: tuple[Volume, ...]) -> Phase:
    """P5: on one node, with the lock manager running and the volume mounted nowhere."""
    node = draft.nodes[0]
    pools = _pools(draft, made)
    steps = [_first_start(node), _base(draft, made, node, pools)]
    if pools:
        steps += [_new_stack(draft, node, found), _mount(draft, node, pools)]
    steps.append(_xm_files(draft, node, found))
    return new_phase(
        draft, "P5", "Tell OCFS2 of its new stack", f"{node} alone runs what lies below the domUs, and no domU",
        steps, point_of_no_return=bool(pools), tools=NEW,
    )  # fmt: skip


def _first_start(node: str) -> Step:
    here = Console(NEW, node)
    ask = 'crm_mon -1 2>&1 | grep -q "^Current DC: [^N]"'
    return Step(
        "", f"Start openais on {node} alone", node, NEW,
        (
            here.stack("start", openais=True),
            here.shell(wait_until(ask, 120, "crm_mon -1 -r -f"), CommandKind.WAIT),
            here.verify_live(),
        ),
        f"{node} is online and DC, and touches nothing: every resource is unmanaged",
        (
            Check("nothing is printed", "crm_verify -L -V"),
            Check(f"{node} online, every resource unmanaged", "crm_mon -1 -r -f", look_for=("unmanaged",)),
            Check("no other node was reset"),
        ),
        Duration(60, 120, 120, "one node alone waits for its election"),
        Rollback(Way.POSSIBLE, "stop it again", (here.stack("stop", openais=True),), "rcopenais status", 60),
        Risk(RiskLevel.MEDIUM, "a wrong ring shows here first"),
    )  # fmt: skip


def _base(draft: Draft, made: Conversion, node: str, pools: tuple[str, ...]) -> Step:
    here = Console(NEW, node)
    names = (*pools, *(made.name(guest.id) for guest in _running(draft)))
    noisy = tuple(made.name(name) for name in notified(draft))
    base = ", ".join(made.created) or "lock manager, clvmd, volume groups"
    return Step(
        "", "Start what lies below the domUs, and nothing else", node, NEW,
        (
            *((for_all(names, here.stop("$r")),) if names else ()),
            *((for_all(noisy, here.delete_meta("$r", "notify")),) if noisy else ()),
            here.simulate_live(),
            here.delete_option("maintenance-mode"),
            here.wait_idle(300),
            here.status(),
        ),
        f"{base} run on {node}; domUs and OCFS2 are stopped",
        (
            Check(f"{base} are started on {node}", "crm_mon -1 -r -f", look_for=("Started",),
                  must_not_show=("Failed actions",)),
            Check("only Domain-0", "xm list", node, ("Domain-0",)),
            Check("every volume is active", "lvs", node),
        ),
        Duration(60, 300, 300, "a handful of starts"),
        Rollback(Way.POSSIBLE, "hold everything again", (here.set_option("maintenance-mode", "true"),),
                 "crm_mon -1 -r shows unmanaged", 60),
        Risk(RiskLevel.MEDIUM, "no domU is touched"),
    )  # fmt: skip


def _new_stack(draft: Draft, node: str, found: tuple[Volume, ...]) -> Step:
    here = Console(NEW, node)
    owners = {name for name, _ in draft.features.ocfs2}
    devices = tuple(volume.new or volume.path for volume in found if owners & set(volume.resources))
    named = devices or tuple(
        pair.value for name in owners for one in draft.survey.cluster.primitives if one.id == name
        and (pair := one.parameter("device"))
    )  # fmt: skip
    return Step(
        "", "Write the new cluster stack into the OCFS2 volumes", node, NEW,
        (
            here.shell("\n".join(f"mounted.ocfs2 -f {quoted(name)}" for name in named)),
            here.shell("\n".join(f"tunefs.ocfs2 --update-cluster-stack -y {quoted(name)}" for name in named),
                       CommandKind.DESTRUCTIVE),
        ),
        "the volume belongs to the stack that is running; the old one cannot mount it any more",
        (
            Check("mounted nowhere, before it is changed", f"mounted.ocfs2 -f {quoted(*named[:1])}", node,
                  ("Not mounted",)),
            Check("no error", run_on=node),
        ),
        Duration(120, 600, 600, "one block is rewritten"),
        Rollback(Way.IMPOSSIBLE, "SLES 10 cannot mount it any more; the xm files are in vm.local of the backup", (),
                 "", 1800),
        Risk(RiskLevel.HIGH, "a volume that is mounted somewhere is damaged"),
        ask_twice(draft, "G-OCFS2", "Change the OCFS2 volume?", "lock manager and o2cb run on this node",
                  "the volume is mounted on no node, old or new"),
        who=Who.SECOND,
    )  # fmt: skip


def _mount(draft: Draft, node: str, pools: tuple[str, ...]) -> Step:
    here = Console(NEW, node)
    mounts = [mount for _, mount in draft.features.ocfs2]
    return Step(
        "", "Let the cluster mount the OCFS2 volumes", node, NEW,
        (for_all(pools, here.start("$r")), here.wait_idle(180), here.status(), here.shell("mount -t ocfs2")),
        f"{', '.join(mounts)} is mounted on {node}",
        tuple(Check(f"{mount} is mounted", "mount -t ocfs2", node, (mount,)) for mount in mounts),
        Duration(30, 180, 180, "one start"),
        Rollback(Way.POSSIBLE, "unmounted again", (for_all(pools, here.stop("$r")),), "mount -t ocfs2 prints nothing",
                 60),
        Risk(RiskLevel.LOW, "no domU runs"),
    )  # fmt: skip


def _xm_files(draft: Draft, node: str, found: tuple[Volume, ...]) -> Step:
    here = Console(NEW, node)
    new = quoted(*(volume.new for volume in found if volume.domus and volume.new))
    return Step(
        "", "Put the xm files with the new device names in place", node, NEW,
        (
            here.shell('diff -r /etc/xen/vm "$BK/vm.local"'),
            here.shell("cp -p converted/xm/etc/xen/vm/* /etc/xen/vm/", CommandKind.CHANGE),
            here.shell("grep -n /dev/evms/ /etc/xen/vm/*"),
            *((here.shell(f'for d in {new}; do\n  test -b "$d" || echo "MISSING $d"\ndone'),) if new else ()),
        ),
        "every xm file names devices that are there",
        (
            Check("before the copy, diff shows nothing but what was changed on SLES 10 after it was made"),
            Check("grep prints nothing", "grep -n /dev/evms/ /etc/xen/vm/*", node),
            Check("nothing is MISSING", run_on=node),
        ),
        Duration(300, 900, 900, "reading"),
        Rollback(Way.POSSIBLE, "the files as they were",
                 (here.shell('cp -a "$BK/vm.local/." /etc/xen/vm/', CommandKind.CHANGE),),
                 "diff -r prints nothing", 60),
        Risk(RiskLevel.MEDIUM, "a wrong path makes two domUs write to one volume"),
        warnings=draft.cautions(*topic.FILES, subjects=[guest.id for guest in draft.survey.guests]),
    )  # fmt: skip


def start(draft: Draft, made: Conversion, canary: Canary | None) -> Phase:
    """P6: all nodes, then one domU, then the rest."""
    steps = [_join(draft)]
    guests = list(_running(draft))
    wait = draft.survey.parameters.soak_canary
    tried = next((guest for guest in guests if canary and guest.id == canary.domu), None)
    if tried:
        steps.append(_start_some(draft, made, (tried,), f"Start {tried.id} first"))
        gate = draft.gate("G-CANARY", f"May the others follow {tried.id}?", (
            look(f"{tried.id} ran {as_words(wait)}, or as long as the outage allows: ____"),
            look(f"{tried.id} has been moved live and back: crm_resource -M, -U"),
            look(f"the owner of {tried.id} says yes: ____"),
        ))  # fmt: skip
        steps.append(replace(decide(draft, gate.id, "Decide whether the others follow"), tools=NEW,
                             where=draft.nodes[0]))  # fmt: skip
        guests.remove(tried)
    guests.reverse()
    size = max(1, draft.survey.parameters.wave)
    for number in range(0, len(guests), size):
        some = tuple(guests[number : number + size])
        names = ", ".join(guest.id for guest in some)
        steps.append(_start_some(draft, made, some, f"Start wave {number // size + 1}: {names}"[:72]))
    draft.state = replace(draft.state, down=frozenset(), where=started(draft))
    return new_phase(
        draft, "P6", "Start", "all nodes join, the least important domU starts, then the most important ones",
        steps, entry_gates=("G-JOIN",), rollback_to="P5", rollback_seconds=600, tools=NEW,
    )  # fmt: skip


def _join(draft: Draft) -> Step:
    first, others = draft.nodes[0], draft.nodes[1:]
    here = Console(NEW, first)
    attributes = [one.name for one in network_attributes(draft.survey)]
    asked = [here.node_attribute(name, attribute) for attribute in attributes for name in draft.nodes]
    criteria = [
        look("every node is online, and every clone runs on every node"),
        *(look(f"{name} is defined and above 0 on every node: without it no domU may run") for name in attributes),
        look("every fencing device is started, and has cut the power of its node in a test: date ______"),
    ]
    gate = draft.gate("G-JOIN", "May domUs start?", criteria)
    ask = f"crm_mon -1 -n | grep -c ': online' | grep -qx {len(draft.nodes)}"
    # By halves, the others come later, and must not be fenced until then.
    whole = len(draft.nodes) == len(draft.survey.names)
    return Step(
        "", "Start openais on the other nodes" if others else "Is the cluster ready for domUs?",
        f"all nodes in order {', '.join(others) or first}", NEW,
        (
            *(Console(NEW, name).stack("start", openais=True) for name in others),
            here.shell(wait_until(ask, 300, "crm_mon -1 -n"), CommandKind.WAIT),
            *((here.delete_option("startup-fencing"), *quorum_again(draft, here)) if whole else ()),
            here.wait_idle(300), here.status(), *asked,
        ),
        "all nodes are online, everything below the domUs runs on all of them, and fencing works",
        (
            Check(f"{len(draft.nodes)} nodes online, no Failed actions", "crm_mon -1 -r -f",
                  must_not_show=("Failed actions", "OFFLINE", "UNCLEAN")),
            *(Check(f"{name} above 0 on every node", look_for=("value=",)) for name in attributes),
        ),
        Duration(120, 600, 600, "nodes join, clones start"),
        Rollback(Way.POSSIBLE, "stop the stack on the nodes that joined",
                 tuple(Console(NEW, name).stack("stop", openais=True) for name in others), "crm_mon -1 -n", 120),
        Risk(RiskLevel.MEDIUM, "a node that does not answer is fenced"),
        Decision(StopKind.GO, gate.id, tuple(criterion.text for criterion in criteria)),
        draft.cautions(*topic.FENCING),
    )  # fmt: skip


def quorum_again(draft: Draft, here: Console) -> tuple[Command, ...]:
    """Give no-quorum-policy back its value, where the first node had to act without quorum."""
    if ("no-quorum-policy", "ignore") not in interim(draft):
        return ()
    before = cluster_option(draft.survey.cluster, "no-quorum-policy")
    return (here.set_option("no-quorum-policy", before.value if before else "stop"),)


def _start_some(draft: Draft, made: Conversion, guests: tuple[Guest, ...], title: str) -> Step:
    here = Console(NEW, draft.nodes[0])
    names = tuple(made.name(guest.id) for guest in guests)
    duration = starting(draft, guests[0]) if len(guests) == 1 else together(
        draft.survey, guests, "start", draft.survey.parameters.start_domu)  # fmt: skip
    shown = ", ".join(names)
    return Step(
        "", title, here.run_on, NEW,
        (for_all(names, here.start("$r")), *(here.wait_running(name, "", duration.hard) for name in names)),
        f"{shown} run, each on one node" if len(names) > 1 else f"{shown} runs",
        (
            Check(f"{shown}: running, no Failed actions", "crm_mon -1 -r -f", must_not_show=("Failed actions",)),
            Check("the services answer, and the disks are the right ones"),
        ),
        duration,
        Rollback(Way.POSSIBLE, "stopped again", (for_all(names, here.stop("$r")),), "crm_mon -1 -r -f", 60),
        Risk(RiskLevel.HIGH, "the first start on the converted volumes"),
        warnings=draft.cautions(*topic.TIMEOUTS, subjects=[guest.id for guest in guests]),
    )  # fmt: skip
