"""The middle of a conversion to SLE HA 11: volume groups for EVMS containers.

Whatever is converted here does not come back by itself. Every step says what it would take, and asks first.
"""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME, as_before, quoted
from cibtools.runbook.facts.storage_map import Volume, groups
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Tools, Way, Who
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Decision, Duration, Risk, Rollback, Step

NEW = Tools.P10
FILTER = 'filter = [ "a|/dev/mapper/.*|", "r|.*|" ]'
_IMAGES = "the images of the nodes and the saved metadata; the vendor does not support the way back to SLES 10"


def ask_twice(draft: Draft, gate_id: str, title: str, *texts: str) -> Decision:
    """A gate of its own for what cannot be taken back, with a second pair of eyes."""
    gate = draft.gate(gate_id, title, [look(text) for text in (*texts, "a second person has read the step: ____")])
    return Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(criterion.text for criterion in gate.criteria))


def every(draft: Draft) -> Console:
    """Return the console of each node that has the new system: by halves, the others are worked on later."""
    return Console(NEW, "each node" if len(draft.nodes) == len(draft.survey.names) else "each of the new nodes")


def storage(draft: Draft, found: tuple[Volume, ...]) -> Phase:
    """P3: on one node, with everything else down."""
    node = draft.nodes[0]
    steps = [_alone(draft, node), _filter(draft, node), *_convert(draft, node, found), _locking(draft)]
    return new_phase(
        draft, "P3", "Convert the storage", f"EVMS containers become volume groups, on {node} alone", steps,
        entry_gates=("G-STORAGE",) if found else (), point_of_no_return=True, tools=NEW,
    )  # fmt: skip


def _alone(draft: Draft, node: str) -> Step:
    here, each = Console(NEW, node), every(draft)
    return Step(
        title=f"Nothing runs but {node}", where=node, tools=NEW,
        commands=(here.shell("rcopenais status; xm list; mount -t ocfs2"),),
        expect="no stack runs anywhere, no domU runs, no other node looks at the disks",
        verify=(
            Check(text="openais is stopped on every node", command="rcopenais status", run_on=each.run_on,
                  look_for=("unused",)),
            Check(text="only Domain-0", command="xm list", run_on="each node", look_for=("Domain-0",)),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="a look"),
    )  # fmt: skip


def _filter(draft: Draft, node: str) -> Step:
    each = every(draft)
    return Step(
        title="Let LVM see the multipath devices", where="all nodes", tools=NEW,
        commands=(
            each.shell("cp -p /etc/lvm/lvm.conf /etc/lvm/lvm.conf.before", CommandKind.CHANGE),
            each.shell("vi /etc/lvm/lvm.conf", CommandKind.INTERACTIVE),
            each.shell("grep -nE '^[[:space:]]*(filter|locking_type)' /etc/lvm/lvm.conf"),
        ),
        expect=f"LVM looks at the multipath devices and at nothing else: {FILTER}, or what fits the names of "
               "this house",
        verify=(Check(text="every LUN once, by its multipath name", command="pvscan", run_on=node),),
        duration=Duration(nominal=300, limit=900, hard=900, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE, text="the old file is beside it",
                 commands=(each.shell(as_before("/etc/lvm/lvm.conf"), CommandKind.CHANGE),),
                 proof="diff of both shows nothing", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="nothing uses LVM yet"),
    )  # fmt: skip


def _convert(draft: Draft, node: str, found: tuple[Volume, ...]) -> Iterator[Step]:
    if not found:
        return
    here, named = Console(NEW, node), groups(found)
    texts = ("head and tail of every LUN, or a snapshot of the array, are readable",
             "every node but this one is down, or does not see the disks")  # fmt: skip
    yield Step(
        title="Turn the containers into volume groups", where=node, tools=NEW,
        commands=(here.shell("csm-converter --scan", CommandKind.DESTRUCTIVE),),
        expect=f"the containers are volume groups of LVM: {', '.join(named) or 'see the storage map'}",
        verify=(Check(text="no error", run_on=node),
                Check(text="every container is a volume group", command="vgs", run_on=node, look_for=named)),
        duration=Duration(nominal=600, limit=3600, hard=3600, basis="no figures are known"),
        rollback=Rollback(way=Way.IMPOSSIBLE, text=f"the metadata of EVMS is rewritten; what is left: {_IMAGES}",
                          commands=(),
                 proof="evms of SLES 10 shows the containers", seconds=7200),
        risk=Risk(level=RiskLevel.HIGH, text="all volumes of all domUs"),
        decision=ask_twice(draft, "G-STORAGE", "Rewrite the metadata of the shared disks?", *texts),
        who=Who.SECOND,
    )  # fmt: skip
    yield _find_volumes(node, found)
    yield _mark(node, named)


def _find_volumes(node: str, found: tuple[Volume, ...]) -> Step:
    """Compare every volume while LVM locks for one host: a clustered group would be skipped then."""
    here, named = Console(NEW, node), groups(found)
    on = "\n".join(f"vgchange -a y {quoted(name)}" for name in named)
    off = "\n".join(f"vgchange -a n {quoted(name)}" for name in named)
    new = quoted(*(volume.new for volume in found if volume.new))
    return Step(
        title="Find every volume, and let go of it again", where=node, tools=NEW,
        commands=(
            here.shell(RESUME),
            *((here.shell(on, CommandKind.CHANGE),) if on else ()),
            here.shell("vgs; lvs --units b; cat \"$BK/volumes\""),
            *((here.shell(f'for d in {new}; do\n  test -b "$d" || echo "MISSING $d"\ndone'),) if new else ()),
            here.shell("# look at the partitions: fdisk -l on the volume of one domU", CommandKind.INTERACTIVE),
            *((here.shell(off, CommandKind.CHANGE),) if off else ()),
        ),
        expect="every volume of the storage map is there, with the size it had, and none is active any more",
        verify=(
            Check(text="nothing is MISSING", run_on=node),
            Check(text="sizes as in the storage map", command='lvs --units b; cat "$BK/volumes"', run_on=node),
            Check(text="fdisk -l on the volume of one domU shows its partitions", run_on=node),
        ),
        duration=Duration(nominal=300, limit=1200, hard=1200, basis="reading"),
        rollback=Rollback(way=Way.POSSIBLE, text="no volume stays active",
                          commands=(here.shell("vgchange -a n", CommandKind.CHANGE),),
                          proof="lvs shows no a among the attributes", seconds=60),
        risk=Risk(level=RiskLevel.MEDIUM, text="a group that is not found is not lost, but nobody starts its domUs"),
    )  # fmt: skip


def _mark(node: str, named: tuple[str, ...]) -> Step:
    """Mark the groups as clustered, as the last thing that is done while LVM locks for one host."""
    here = Console(NEW, node)
    lines = "\n".join(f"vgchange -c y {quoted(name)}" for name in named)
    # Without locking LVM takes a clustered group all the same (lib/locking/no_locking.c sets LCK_CLUSTERED); with the
    # locking of one host it skips the group.
    back = tuple(
        here.shell(f"vgchange -c n --config 'global {{ locking_type = 0 }}' {quoted(name)}", CommandKind.CHANGE)
        for name in named
    )
    return Step(
        title="Mark the groups as clustered", where=node, tools=NEW,
        commands=(here.shell(lines or "vgs", CommandKind.CHANGE if lines else CommandKind.READ),),
        expect="the groups are clustered: LVM skips them until clvmd runs",
        verify=(Check(text="a c among the attributes of every group", run_on=node,
                      command="vgs --config 'global { locking_type = 0 }'", look_for=named),),
        duration=Duration(nominal=60, limit=300, hard=300, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE, text="the groups belong to one host again", commands=back,
                          proof="vgs shows no c among the attributes", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="no volume is active"),
    )  # fmt: skip


def _locking(draft: Draft) -> Step:
    each = every(draft)
    change = "sed -i 's/^\\([[:space:]]*locking_type\\) *=.*/\\1 = 3/' /etc/lvm/lvm.conf"
    return Step(
        title="Let LVM lock through the cluster", where="all nodes", tools=NEW,
        commands=(
            each.shell(change, CommandKind.CHANGE),
            each.shell("grep -nE '^[[:space:]]*locking_type' /etc/lvm/lvm.conf"),
        ),
        expect="no command of LVM works any more until clvmd runs",
        verify=(Check(text="one line, = 3", command="grep locking_type /etc/lvm/lvm.conf", run_on=each.run_on,
                      look_for=("locking_type = 3",)),),
        duration=Duration(nominal=120, limit=600, hard=600, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE, text="locking for one host",
                 commands=(each.shell(change.replace("= 3", "= 1"), CommandKind.CHANGE),), proof="vgs answers",
                 seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="nothing uses LVM yet"),
    )  # fmt: skip
