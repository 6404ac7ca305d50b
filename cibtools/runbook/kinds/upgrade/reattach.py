"""Upgrade by detaching: the cluster lets go of its resources, is exchanged, and takes them back while they run.

From the moment it lets go until it has taken them back nothing is recovered: a domU that crashes stays down, and nobody
keeps a person from starting one twice.
"""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks.closing import closing
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.hold import hold, hold_old, manage, own_managed, release, simulate_release
from cibtools.runbook.blocks.nothing_runs import same_as_before
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.placing import place_cib
from cibtools.runbook.blocks.whole_cluster import Exchange, has_evms, install_everywhere
from cibtools.runbook.blocks.whole_stack import start_everywhere, stop_everywhere
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.services import running_now, uses_xen
from cibtools.runbook.facts.version import Target
from cibtools.runbook.kinds.upgrade.shutdown import preparation
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Caution, Check, Decision, Duration, Risk, Rollback, Soak, Step

_DEVICES = "find /dev/evms | sort"


def reattach_phases(draft: Draft, target: Target, change_id: str) -> tuple[Phase, ...]:
    """All phases of an upgrade by detaching and reattaching."""
    exchange = Exchange(draft, target)
    wait = draft.survey.parameters.soak_all
    return (
        preparation(exchange, change_id, _freeze(exchange)),
        _detach(exchange),
        _stop(exchange),
        _exchange(exchange),
        _start(exchange),
        _simulate(exchange),
        _manage(exchange),
        replace(
            closing(draft, "P7", exchange.new_tools, exchange.converted, change_id),
            soak=Soak(min=wait, recommended=wait),
        ),
    )


def _freeze(exchange: Exchange) -> Step:
    """Copy the domU files where no cluster is needed, and record what runs."""
    draft = exchange.draft
    each = Console(draft.tools, "each node")
    mounts = [one.mount for one in draft.features.ocfs2]
    copies = tuple(
        each.shell(f"cp -a {quoted(mount)}/. {quoted(mount + '.local')}/", CommandKind.READ) for mount in mounts
    )
    made = tuple(each.shell(f"mkdir -p {quoted(mount + '.local')}", CommandKind.READ) for mount in mounts)
    evms = (each.shell(f"{_DEVICES} > evms.before"),) if has_evms(exchange) else ()
    return Step(
        title="Freeze: copy domU files to local disk, record what runs",
        where="each node",
        tools=draft.tools,
        commands=(*made, *copies, each.shell(f"{running_now(draft.survey)} > running.before"), *evms),
        expect="nobody touches a domU until the end, no job takes snapshots, and the files are there without OCFS2",
        verify=(
            *(
                (Check(text="equal sums on all nodes", command="md5sum /etc/xen/vm/*", run_on="each node"),)
                if uses_xen(draft.survey)
                else ()
            ),
            Check(text="no backup job is due before the end"),
        ),
        duration=Duration(nominal=300, limit=900, hard=900, basis="copying"),
    )


def _detach(exchange: Exchange) -> Phase:
    draft = exchange.draft
    console = draft.console()
    own = own_managed(exchange)
    words = ", ".join(f"{resource.id}={value}" for resource, value in own)
    values = f"; values of their own now: {words}" if own else ""
    step = Step(
        title="Let go of every resource",
        where=console.run_on,
        tools=draft.tools,
        commands=(*hold_old(exchange, console), console.wait_idle(120), console.status()),
        expect=f"every resource is unmanaged{values}",
        verify=(Check(text='every line says "(unmanaged)"', command="crm_mon -1 -r", look_for=("(unmanaged)",)),),
        duration=Duration(nominal=60, limit=180, hard=180, basis="a change of the configuration"),
        rollback=_undo(exchange, console),
        risk=Risk(level=RiskLevel.HIGH,
                  text="from here to the end of P6 nothing is recovered: a crashed domU stays down, those of a "
             "dead node stay down, and nothing prevents a human from starting one twice"),
        warnings=(Caution(rule="S-REATTACH", text="no recovery from here on"),),
    )  # fmt: skip
    return new_phase(
        draft, "P1", "Detach", "the cluster stops to act on its resources", [step], entry_gates=("G-START",),
        rollback_to="P0", rollback_seconds=60,
    )  # fmt: skip


def _undo(exchange: Exchange, console: Console) -> Rollback:
    return Rollback(
        way=Way.POSSIBLE, text="the values of before are back and the cluster acts again",
        commands=manage(exchange, console),
        proof="crm_mon -1 -r shows no (unmanaged)", seconds=60,
    )  # fmt: skip


def _stop(exchange: Exchange) -> Phase:
    return new_phase(
        exchange.draft, "P2", "Stop the cluster, leave the domUs", "the domUs run on, unattended",
        [stop_everywhere(exchange, domus_stay=True)], rollback_to="P0", rollback_seconds=180,
    )  # fmt: skip


def _exchange(exchange: Exchange) -> Phase:
    draft = exchange.draft
    each = Console(draft.tools, "each node")
    steps = [install_everywhere(exchange, reboots=False)]
    if has_evms(exchange):
        steps.append(
            Step(
                title="Are the devices of the domUs still there?",
                where="each node",
                tools=draft.tools,
                commands=(
                    each.shell(f"{_DEVICES} | diff evms.before -"),
                    each.shell(same_as_before(draft.survey).command),
                ),
                expect="evmsd ended with the old stack; its device nodes are assumed to stay, and have to be seen",
                verify=(
                    Check(text="no line is printed", command=f"{_DEVICES} | diff evms.before -", run_on="each node"),
                ),
                duration=Duration(nominal=60, limit=600, hard=600, basis="a look"),
                decision=Decision(
                    kind=StopKind.GO, questions=("Are all devices there? If not: stop here, start the old stack.",)
                ),
            )
        )
    return new_phase(
        draft, "P3", f"Exchange the software for {exchange.target.version}",
        "no reboot: the domUs would not outlive it",
        steps, rollback_to="P0", rollback_seconds=draft.survey.parameters.patch_host * len(draft.survey.names),
    )  # fmt: skip


def _start(exchange: Exchange) -> Phase:
    draft = exchange.draft
    here = exchange.first
    evms = " EvmsSCC is found not running, since its monitor cannot tell." if has_evms(exchange) else ""
    found = Step(
        title="Does the cluster find every domU where it is?",
        where=here.run_on,
        tools=exchange.new_tools,
        commands=(here.status_by_node("placement.found"), here.shell("diff placement.before placement.found")),
        expect=f"every domU is found on its node.{evms}",
        verify=(
            Check(text="no domU is shown Stopped that runs on a host: then agent and file disagree about its name",
                  command="crm_mon -1 -n -r", run_on=here.run_on),
            same_as_before(exchange.draft.survey),
        ),
        duration=Duration(nominal=60, limit=600, hard=600, basis="a look"),
        decision=Decision(kind=StopKind.GO, questions=("Is every domU found where it runs? If not: no go.",)),
    )  # fmt: skip
    # Without a new syntax the CIB on disk is the one that lets go already.
    placed = [place_cib(exchange)] if exchange.converts else []
    return new_phase(
        draft, "P4", "Start the new cluster, hands off", "it looks and does not act",
        [*placed, start_everywhere(exchange), found], rollback_to="P0",
        rollback_seconds=draft.survey.parameters.patch_host * len(draft.survey.names) + 240, tools=exchange.new_tools,
    )  # fmt: skip


def _simulate(exchange: Exchange) -> Phase:
    draft = exchange.draft
    here = exchange.first
    criteria = (
        look("the simulation shows starts of EvmsSCC instances at most"
             if has_evms(exchange) else "the simulation shows no action"),
        look("no restart, stop or move of a domU"),
        look("all nodes are online"),
    )  # fmt: skip
    gate = draft.gate("G-MANAGE", "May the cluster act again?", criteria)
    step = Step(
        title="What will it do once it may?",
        where=here.run_on,
        tools=exchange.new_tools,
        commands=simulate_release(exchange, here),
        expect="nothing but starts that are expected",
        verify=(
            Check(
                text="no line says Stop, Restart, Move or Migrate of a domU",
                command=here.simulate_file("cib.released.xml").text,
            ),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="a copy that may act"),
        decision=Decision(kind=StopKind.GO, gate=gate.id, questions=tuple(criterion.text for criterion in criteria)),
    )
    return new_phase(
        draft, "P5", "Simulate", "the scheduler says what it would do", [step], exit_gates=(gate.id,),
        rollback_to="P0", rollback_seconds=draft.survey.parameters.patch_host * len(draft.survey.names) + 240,
        tools=exchange.new_tools,
    )  # fmt: skip


def _manage(exchange: Exchange) -> Phase:
    draft = exchange.draft
    here = exchange.first
    step = Step(
        title="Take every resource back",
        where=here.run_on,
        tools=exchange.new_tools,
        commands=(*release(exchange, here), here.wait_idle(300), here.status_by_node(),
         Console(exchange.new_tools, "each node").shell(f"chkconfig {draft.survey.service} on", CommandKind.CHANGE)),
        expect="every resource is managed; no domU was restarted: ids and times have gone on",
        verify=(
            Check(text="no (unmanaged)", command="crm_mon -1 -r", must_not_show=("(unmanaged)", "Failed actions")),
            same_as_before(draft.survey),
        ),
        duration=Duration(nominal=60, limit=300, hard=300, basis="a change of the configuration"),
        rollback=Rollback(way=Way.POSSIBLE, text="let go again", commands=hold(exchange, here),
                          proof="crm_mon -1 -r says unmanaged", seconds=60),
        risk=Risk(level=RiskLevel.HIGH, text="whatever the simulation did not show"),
    )  # fmt: skip
    return new_phase(
        draft, "P6", "Reattach", "the cluster acts again", [step], entry_gates=("G-MANAGE",), rollback_to="P4",
        rollback_seconds=60, tools=exchange.new_tools,
    )  # fmt: skip
