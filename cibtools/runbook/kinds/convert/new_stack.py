"""The first start of openais on one node: OCFS2 gets its new stack, the pools are mounted, domU files follow."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME, quoted
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.storage_map import Volume
from cibtools.runbook.kinds.convert.below import converted_pools, hold_above, start_below
from cibtools.runbook.kinds.convert.storage import NEW, ask_twice
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way, Who
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Step


def ocfs2(draft: Draft, made: Conversion, found: tuple[Volume, ...]) -> Phase:
    """P5: on one node, with the lock manager running and the volume mounted nowhere."""
    node = draft.nodes[0]
    pools = converted_pools(draft, made)
    steps = [_first_start(node), hold_above(draft, made, node, pools), start_below(made, node)]
    if pools:
        steps += [_new_stack(draft, node, found), _mount(draft, node, pools)]
    steps.append(_xm_files(draft, made, node, found))
    return new_phase(
        draft, "P5", "Tell OCFS2 of its new stack", f"{node} alone runs what lies below the domUs, and no domU",
        steps, point_of_no_return=bool(pools), tools=NEW,
    )  # fmt: skip


def _first_start(node: str) -> Step:
    here = Console(NEW, node)
    ask = 'crm_mon -1 2>&1 | grep -q "^Current DC: [^N]"'
    return Step(
        title=f"Start openais on {node} alone", where=node, tools=NEW,
        commands=(
            here.stack("start", openais=True),
            here.wait(ask, 120, "crm_mon -1 -r -f"),
            here.verify_live(),
        ),
        expect=f"{node} is online and DC, and touches nothing: every resource is unmanaged",
        verify=(
            Check(text="nothing is printed", command="crm_verify -L -V"),
            Check(text=f"{node} online, every resource unmanaged", command="crm_mon -1 -r -f", look_for=("unmanaged",)),
            Check(text="no other node was reset"),
        ),
        duration=Duration(nominal=60, limit=120, hard=120, basis="one node alone waits for its election"),
        rollback=Rollback(way=Way.POSSIBLE, text="stop it again", commands=(here.stack("stop", openais=True),),
                          proof="rcopenais status", seconds=60),
        risk=Risk(level=RiskLevel.MEDIUM, text="a wrong ring shows here first"),
    )  # fmt: skip


def _new_stack(draft: Draft, node: str, found: tuple[Volume, ...]) -> Step:
    here = Console(NEW, node)
    owners = {one.resource for one in draft.features.ocfs2}
    devices = tuple(volume.new or volume.path for volume in found if owners & set(volume.resources))
    named = devices or tuple(
        pair.value for name in owners for one in draft.survey.cluster.primitives if one.id == name
        and (pair := one.parameter("device"))
    )  # fmt: skip
    return Step(
        title="Write the new cluster stack into the OCFS2 volumes", where=node, tools=NEW,
        commands=(
            here.shell("\n".join(f"mounted.ocfs2 -f {quoted(name)}" for name in named)),
            here.shell("\n".join(f"tunefs.ocfs2 --update-cluster-stack -y {quoted(name)}" for name in named),
                       CommandKind.DESTRUCTIVE),
        ),
        expect="the volume belongs to the stack that is running; the old one cannot mount it any more",
        verify=(
            Check(text="mounted nowhere, before it is changed", command=f"mounted.ocfs2 -f {quoted(*named[:1])}",
                  run_on=node,
                  look_for=("Not mounted",)),
            Check(text="no error", run_on=node),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="one block is rewritten"),
        rollback=Rollback(way=Way.IMPOSSIBLE,
                          text="SLES 10 cannot mount it any more; the xm files are in vm.local of the backup",
                          commands=(),
                 proof="", seconds=1800),
        risk=Risk(level=RiskLevel.HIGH, text="a volume that is mounted somewhere is damaged"),
        decision=ask_twice(draft, "G-OCFS2", "Change the OCFS2 volume?", "lock manager and o2cb run on this node",
                  "the volume is mounted on no node, old or new"),
        who=Who.SECOND,
    )  # fmt: skip


def _mount(draft: Draft, node: str, pools: tuple[str, ...]) -> Step:
    here = Console(NEW, node)
    mounts = [one.mount for one in draft.features.ocfs2]
    return Step(
        title="Let the cluster mount the OCFS2 volumes", where=node, tools=NEW,
        commands=(*map(here.start, pools), here.wait_idle(180), here.status(), here.shell("mount -t ocfs2")),
        expect=f"{', '.join(mounts)} is mounted on {node}",
        verify=tuple(Check(text=f"{mount} is mounted", command="mount -t ocfs2", run_on=node,
                           look_for=(mount,)) for mount in mounts),
        duration=Duration(nominal=30, limit=180, hard=180, basis="one start"),
        rollback=Rollback(way=Way.POSSIBLE, text="unmounted again", commands=tuple(here.stop(name) for name in pools),
                          proof="mount -t ocfs2 prints nothing",
                 seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="no domU runs"),
    )  # fmt: skip


def _xm_files(draft: Draft, made: Conversion, node: str, found: tuple[Volume, ...]) -> Step:
    here = Console(NEW, node)
    new = quoted(*(volume.new for volume in found if volume.domus and volume.new))
    written = sorted({file.name.rpartition("/")[0] for file in made.files if file.name.startswith("xm/")})
    if not made.files:
        written = ["xm/etc/xen/vm"]  # the migration was not asked
    return Step(
        title="Put the xm files with the new device names in place", where=node, tools=NEW,
        commands=(
            here.shell(RESUME),
            here.shell('diff -r /etc/xen/vm "$BK/vm.local"'),
            *(here.shell(f"cp -p converted/{folder}/* /{folder.removeprefix('xm/')}/", CommandKind.CHANGE)
              for folder in written),
            here.shell("grep -n /dev/evms/ /etc/xen/vm/*"),
            *((here.shell(f'for d in {new}; do\n  test -b "$d" || echo "MISSING $d"\ndone'),) if new else ()),
        ),
        expect="every xm file names devices that are there",
        verify=(
            Check(text="before the copy, diff shows nothing but what was changed on SLES 10 after it was made"),
            Check(text="grep prints nothing", command="grep -n /dev/evms/ /etc/xen/vm/*", run_on=node),
            Check(text="nothing is MISSING", run_on=node),
        ),
        duration=Duration(nominal=300, limit=900, hard=900, basis="reading"),
        rollback=Rollback(way=Way.POSSIBLE, text="the files as they were",
                 commands=(here.shell(f'{RESUME}\ncp -a "$BK/vm.local/." /etc/xen/vm/', CommandKind.CHANGE),),
                 proof="diff -r prints nothing", seconds=60),
        risk=Risk(level=RiskLevel.MEDIUM, text="a wrong path makes two domUs write to one volume"),
        warnings=draft.cautions(*topic.FILES, subjects=[guest.id for guest in draft.survey.guests]),
    )  # fmt: skip
