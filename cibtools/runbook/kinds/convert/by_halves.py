"""The conversion to SLE HA 11 by halves: one half is installed anew while the other serves with the old cluster.

It is no mixed cluster: two clusters, one of them without services and without sight of the shared disks. The old half
is stopped before the new one may look at them, and at no time do both provide a service.
"""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks.controlled_stop import stop_phase
from cibtools.runbook.blocks.draft import Draft, look, numbered
from cibtools.runbook.blocks.node_upgrade import is_empty, stop_stack
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.standby import empty_node
from cibtools.runbook.blocks.whole_cluster import Exchange
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.estimate.order import Canary
from cibtools.runbook.estimate.placement import settle
from cibtools.runbook.facts.storage_map import volumes
from cibtools.runbook.facts.version import Target
from cibtools.runbook.kinds.convert.after import accept
from cibtools.runbook.kinds.convert.before import NEW_CIB, preparation
from cibtools.runbook.kinds.convert.configuration import files
from cibtools.runbook.kinds.convert.installation import install
from cibtools.runbook.kinds.convert.new_stack import ocfs2
from cibtools.runbook.kinds.convert.start import quorum_again, start
from cibtools.runbook.kinds.convert.storage import NEW, ask_twice, storage
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way, Who
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Step


def swing_phases(
    draft: Draft, target: Target, change_id: str, canary: Canary | None, made: Conversion
) -> tuple[Phase, ...]:
    """All phases, in the numbers of this method."""
    whole = draft.nodes
    half, rest = whole[: max(1, len(whole) // 2)], whole[max(1, len(whole) // 2) :]
    found = volumes(draft.survey)
    phases = [preparation(draft, made, found, change_id), _take_out(draft, half)]
    phases.append(install(draft, change_id, half, masked=True))
    old = Exchange(draft, target, rest)
    stopped = stop_phase(
        old, look("the old half is down for good: chkconfig heartbeat off on each of its nodes"),
        look("the old system of every node has an image; the vendor supports no way back: ____"),
    )  # fmt: skip
    phases.append(replace(stopped, title=f"Stop the old half: {', '.join(rest)}"))
    draft.nodes = half
    phases += [_show_disks(draft, half, rest), storage(draft, found), files(draft, made), ocfs2(draft, made, found)]
    phases.append(replace(start(draft, made, canary), title=f"Start on {', '.join(half)}"))
    phases.append(install(draft, change_id, rest))
    draft.nodes = whole
    draft.state = settle(draft.survey, draft.state, replace(draft.state, down=frozenset())).state
    phases += [_join_rest(draft, half[0], rest), *accept(draft, NEW_CIB, change_id)]
    return renumbered(tuple(phases))


def renumbered(phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
    """Phases numbered in their order; where a way back leads to follows the phase that was meant."""
    found: list[Phase] = []
    latest: dict[str, str] = {}
    for number, phase in enumerate(phases):
        name = f"P{number}"
        back = latest.get(phase.rollback_to, "P0") if phase.rollback_to else ""
        latest[phase.id] = name
        found.append(replace(phase, id=name, steps=numbered(name, phase.steps), rollback_to=back))
    return tuple(found)


def _take_out(draft: Draft, half: tuple[str, ...]) -> Phase:
    """Empty one half, let it leave the old cluster, and hide the disks from it."""
    steps: list[Step] = []
    for node in half:
        steps += [*empty_node(draft, node), is_empty(draft, node), stop_stack(draft, node)]
        draft.state = replace(draft.state, down=draft.state.down | {node})
    steps.append(_hide(draft, half))
    return new_phase(
        draft, "P1", f"Take {', '.join(half)} out of the old cluster", "the other half serves on, without redundancy",
        steps, entry_gates=("G-START",), rollback_to="P0", rollback_seconds=120,
    )  # fmt: skip


def _hide(draft: Draft, half: tuple[str, ...]) -> Step:
    each = Console(draft.tools, "each of these nodes")
    names = ", ".join(half)
    back = tuple(Console(draft.tools, node).stack("start") for node in half)
    return Step(
        title=f"Hide the shared disks from {names}", where=f"the storage, then {names}", tools=draft.tools,
        commands=(
            each.shell("chkconfig heartbeat off", CommandKind.CHANGE),
            each.shell("# zoning or masking: these nodes lose the LUNs of the cluster", CommandKind.INTERACTIVE),
            each.shell("multipath -F; multipath -ll"),
        ),
        expect=f"{names} cannot write to any disk that the old cluster uses, whatever is installed there",
        verify=(
            Check(text="no LUN of the cluster is listed", command="multipath -ll", run_on="each of these nodes"),
            Check(text="where masking is impossible: no multipath, and filter = [ \"r|.*|\" ] in lvm.conf, from the "
                  "first boot of the new system on"),
        ),
        duration=Duration(nominal=900, limit=3600, hard=3600, basis="a call to the storage team"),
        rollback=Rollback(way=Way.POSSIBLE, text="show the disks again, and let the nodes join the old cluster",
                          commands=back,
                 proof="crm_mon -1 shows them in standby", seconds=900),
        risk=Risk(level=RiskLevel.HIGH, text="two clusters on one disk destroy it"),
        decision=ask_twice(draft, "G-SWING", "Is one half cut off from the disks?",
                  f"{names} sees no shared disk: seen by ____",
                  "the network of the new cluster is not that of the old one, or the old one ignores it"),
        who=Who.SECOND,
    )  # fmt: skip


def _show_disks(draft: Draft, half: tuple[str, ...], rest: tuple[str, ...]) -> Phase:
    """Hand the disks over, once the old half is seen to be down."""
    each, old = Console(NEW, "each of the new nodes"), Console(draft.tools, "each of the old nodes")
    step = Step(
        title="Hand the shared disks to the new half", where=f"the storage, then {', '.join((*rest, *half))}",
        tools=NEW,
        commands=(
            old.shell("ps -C heartbeat,crmd -o pid=,args=; xm list; mount -t ocfs2"),
            old.shell("chkconfig heartbeat off", CommandKind.CHANGE),
            each.shell("# zoning or masking: these nodes get the LUNs of the cluster", CommandKind.INTERACTIVE),
            each.shell("rescan-scsi-bus.sh; multipath; multipath -ll", CommandKind.CHANGE),
        ),
        expect="the old half runs nothing and starts nothing; the new half sees every disk",
        verify=(
            Check(text="no process, only Domain-0, no mount", command="xm list", run_on="each of the old nodes",
                  look_for=("Domain-0",)),
            Check(text="every LUN with all its paths", command="multipath -ll", run_on="each of the new nodes"),
        ),
        duration=Duration(nominal=900, limit=3600, hard=3600, basis="a call to the storage team"),
        rollback=Rollback(way=Way.POSSIBLE, text="hide the disks again; the old half starts as it was",
                 commands=(old.shell("rcheartbeat start", CommandKind.CHANGE),), proof="crm_mon -1 -n -r as before",
                 seconds=900),
        risk=Risk(level=RiskLevel.HIGH, text="two clusters on one disk destroy it"),
        decision=ask_twice(draft, "G-HANDED", "Is the old half down?",
                  "no domU of the old half runs, none can start by itself"),
        who=Who.SECOND,
    )  # fmt: skip
    return new_phase(
        draft, "P2", "Hand the disks over", "from here on the old half is the way back, and nothing else", [step],
        rollback_to="P1", rollback_seconds=900, tools=NEW,
    )  # fmt: skip


def _join_rest(draft: Draft, first: str, rest: tuple[str, ...]) -> Phase:
    """The old half joins the new cluster, and the interim options go."""
    here = Console(NEW, first)
    copies = "\n".join(
        f"scp -p /etc/ais/openais.conf /etc/ais/authkey {quoted(node)}:/etc/ais/\n"
        f"scp -p /etc/lvm/lvm.conf {quoted(node)}:/etc/lvm/lvm.conf"
        for node in rest
    )
    whole = len(draft.survey.names)
    ask = f"crm_mon -1 -n | grep -c ': online' | grep -qx {whole}"
    criteria = (
        "the new nodes have the same openais.conf, key and lvm.conf (md5sum)",
        "the canary and the others are well",
    )
    step = Step(
        title=f"Let {', '.join(rest)} join", where=f"all nodes in order {', '.join((first, *rest))}", tools=NEW,
        commands=(
            here.shell(copies, CommandKind.CHANGE),
            *(Console(NEW, node).stack("start", openais=True) for node in rest),
            here.wait(ask, 300, "crm_mon -1 -n"),
            here.delete_option("startup-fencing"), *quorum_again(draft, here),
            here.wait_idle(300), here.status(),
        ),
        expect="the cluster is whole; what lies below the domUs runs on every node, and no domU restarted",
        verify=(Check(text=f"{whole} nodes online, no Failed actions", command="crm_mon -1 -r -f", run_on=first,
               must_not_show=("Failed actions", "OFFLINE")),
         Check(text="no domU restarted: uptime inside")),
        duration=Duration(nominal=180, limit=600, hard=600, basis="nodes join, clones start"),
        rollback=Rollback(way=Way.POSSIBLE, text="stop the stack there again",
                 commands=tuple(Console(NEW, node).stack("stop", openais=True) for node in rest),
                 proof="crm_mon -1 -n", seconds=120),
        risk=Risk(level=RiskLevel.MEDIUM, text="a node that does not answer is fenced"),
        decision=ask_twice(draft, "G-WHOLE", "May the rest join?", *criteria),
        who=Who.SECOND,
    )  # fmt: skip
    return new_phase(
        draft, "P7", f"Let {', '.join(rest)} join", "redundancy comes back", [step], rollback_to="P6",
        rollback_seconds=120, tools=NEW,
    )  # fmt: skip
