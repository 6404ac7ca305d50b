"""A new domU becomes one like all others: managed, moved, stopped, killed once; and how it is taken away again."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.closing import closing
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME, quoted
from cibtools.runbook.facts.meta_place import MetaPlace
from cibtools.runbook.kinds.add_domu import objects
from cibtools.runbook.kinds.add_domu.request import NewDomu
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Command, Decision, Duration, Risk, Rollback, Step


def take_away(draft: Draft, new: NewDomu) -> Rollback:
    """Remove its objects; a domU that runs would be stopped as an orphan, so it is shut down first."""
    console = draft.console()
    if console.old:
        lines = [console.delete("resources", f"{new.id}.primitive.xml")]
        lines += [console.delete("constraints", f"{new.id}.{name}") for name, _ in objects.constraints_xml(draft, new)]
    else:
        names = [new.id]
        if objects.pool(draft):
            names.insert(0, f"{new.id}_depends_{objects.pool(draft)}")
        lines = [console.shell(f"crm configure delete {quoted(*names)}", CommandKind.DESTRUCTIVE)]
    text = (
        f"{new.id} is shut down first (xm shutdown -w), then its objects go: the cluster would stop an orphan that runs"
    )
    return Rollback(
        way=Way.POSSIBLE,
        text=text,
        commands=(console.shell(RESUME), *lines),
        proof=f"crm_mon -1 -r does not show {new.id}",
        seconds=60,
    )


def handover(draft: Draft, new: NewDomu) -> Phase:
    """P6: the cluster takes it over; nothing may move."""
    console = draft.console()
    held, managed = MetaPlace(), "is-managed"
    step = Step(
        title="Let the cluster have it", where=console.run_on, tools=draft.tools,
        commands=(console.delete_meta(new.id, managed, held), console.wait_idle(180), console.where(new.id),
         console.status_by_node()),
        expect=f"{new.id} is managed, and runs where it ran: neither moved nor restarted",
        verify=(
            Check(text=f"the same domain id of {new.id} as before", command=f"xm list {quoted(new.id)}",
                  run_on=draft.nodes[0]),
            Check(text="no Failed actions", command="crm_mon -1 -n -r", must_not_show=("Failed actions",)),
        ),
        duration=Duration(nominal=60, limit=180, hard=180, basis="one monitor"),
        rollback=Rollback(way=Way.POSSIBLE, text="take it out of the cluster's hands again",
                 commands=(console.set_meta(new.id, managed, "false", held),), proof="crm_mon -1 -r shows unmanaged",
                 seconds=60),
        risk=Risk(level=RiskLevel.HIGH, text="from now on a stop of it that fails gets its node fenced"),
        decision=Decision(kind=StopKind.GO, gate="", questions=("a second person has read the primitive: ____",)),
    )  # fmt: skip
    return new_phase(
        draft, "P6", "Hand it over", "from now on it is the cluster's", [step], point_of_no_return=True,
        rollback_to="P5", rollback_seconds=60,
    )  # fmt: skip


def after(draft: Draft, new: NewDomu) -> tuple[Phase, ...]:
    """P7 to P9: it moves, stops, starts and dies once; then the papers are put in order."""
    move = new_phase(
        draft, "P7", "Move it live, and back", "what an evacuation will do with it", _moves(draft, new),
        rollback_to="P6", rollback_seconds=60,
    )  # fmt: skip
    tests = new_phase(
        draft, "P8", "Stop it, start it, kill it once", "T-06 and T-07 of the test plan, for this one",
        [_restart(draft, new), _kill(draft, new)], rollback_to="P6", rollback_seconds=60,
    )  # fmt: skip
    end = closing(draft, "P9")
    console = draft.console()
    # Beside the backup of P0, not over it: the last step compares with that one.
    beside = console.shell(f'{RESUME}\nmkdir -p "$BK/after" && cd "$BK/after" || echo "stop here"')
    compare = replace(
        end.steps[0],
        expect=f"the pre-flight checks are green again, and {new.id} is all that has changed",
    )
    papers = Step(
        title="Back up the new state, and write it down", where=draft.console().run_on, tools=draft.tools,
        commands=(beside, *prepare.save_configuration(draft).commands),
        expect="the backup knows the new domU, and so do the people",
        verify=(
            Check(text="the backup of P0 is still there beside it",
                  command='ls "$BK/cib.full.xml" "$BK/after/cib.full.xml"'),
            Check(text="documentation, monitoring and the list of importance name it"),
            Check(text="its own backup runs, and has been restored once"),
        ),
        duration=Duration(nominal=300, limit=900, hard=900, basis="writing"),
    )  # fmt: skip
    return move, tests, new_phase(
        draft, "P9", "Close", "nothing of the work is left behind", [papers, compare, *end.steps[1:]],
        exit_gates=end.exit_gates
    )  # fmt: skip


def _moves(draft: Draft, new: NewDomu) -> list[Step]:
    """There and back; with one node there is nowhere to go."""
    found = []
    for node in (*draft.nodes[1:2], draft.nodes[0]) if len(draft.nodes) > 1 else ():
        console = draft.console()
        limit = 2 * new.migrate_timeout + draft.survey.cluster_delay
        found.append(Step(
            title=f"Move it live to {node}", where=console.run_on, tools=draft.tools,
            commands=(console.send(new.id, node), console.wait_running(new.id, node, limit), console.unmove(new.id),
             console.wait_idle(120), console.where(new.id)),
            expect=f"{new.id} runs on {node} with its uptime, and no constraint is left",
            verify=(
                Check(text="uptime inside goes on", run_on=f"inside domU {new.id}"),
                Check(text="no Failed actions", command="crm_mon -1 -n -r", must_not_show=("Failed actions",)),
                Check(text="nothing is printed",
                      command=f"cibadmin -Q -o constraints | grep {quoted(f'cli-prefer-{new.id}')}"),
            ),
            duration=Duration(nominal=60, limit=new.migrate_timeout + 60, hard=limit + 120, basis="one live migration"),
            rollback=Rollback(way=Way.POSSIBLE, text="the pin goes, it stays where it is",
                              commands=(console.unmove(new.id),),
                     proof="no cli-prefer is left", seconds=25),
            risk=Risk(level=RiskLevel.MEDIUM,
                      text=f"{new.id} only; if it was restarted, allow_migrate or its disks are wrong"),
        ))  # fmt: skip
    return found


def _restart(draft: Draft, new: NewDomu) -> Step:
    console, place = draft.console(), MetaPlace()
    limit = 2 * (90 + new.start_delay) + draft.survey.cluster_delay
    return Step(
        title="T-06: stop and start it through the cluster", where=console.run_on, tools=draft.tools,
        commands=(console.stop(new.id, place), console.wait_stopped(new.id, limit),
         console.start(new.id, place), console.wait_running(new.id, "", limit)),
        expect=f"{new.id} is gone from every host, then runs on one", verify=(Check(text="the application answers"),),
        duration=Duration(nominal=45 + 2 * new.start_delay, limit=150 + 2 * new.start_delay,
                          hard=max(2 * limit, 150 + 2 * new.start_delay),
                 basis="stop and start, with their delays"),
        rollback=Rollback(way=Way.POSSIBLE, text="it starts again", commands=(console.start(new.id, place),),
                          proof=console.where_text(new.id), seconds=60),
        risk=Risk(level=RiskLevel.HIGH, text="a stop that fails gets the node fenced, with every domU on it"),
        decision=Decision(kind=StopKind.GO, gate="", questions=("the owners of the domUs on its node know: ____",)),
    )  # fmt: skip


def _kill(draft: Draft, new: NewDomu) -> Step:
    console = draft.console()
    here = Console(draft.tools, f"the node that runs {new.id}")
    limit = 2 * (60 + new.start_delay) + draft.survey.cluster_delay + 70
    return Step(
        title="T-07: kill it once", where=here.run_on, tools=draft.tools,
        commands=(Command(run_on=here.run_on, kind=CommandKind.DESTRUCTIVE, text=f"xm destroy {quoted(new.id)}"),
         console.wait_running(new.id, "", limit), console.status(),
         # Stopped and started before, it may be on any node.
         *(console.forget_failures(new.id, node) for node in draft.survey.names)),
        expect=f"the monitor fails, {new.id} is started again in place",
        verify=(Check(text="the application answers"),),
        duration=Duration(nominal=90 + new.start_delay, limit=limit, hard=limit, basis="a monitor, then a start"),
        rollback=Rollback(way=Way.POSSIBLE, text="start it", commands=(console.start(new.id, MetaPlace()),),
                          proof=console.where_text(new.id), seconds=60),
        risk=Risk(level=RiskLevel.MEDIUM, text="its file systems see a power failure"),
        decision=Decision(kind=StopKind.GO, gate="", questions=(f"nothing on {new.id} is worth keeping yet: ____",)),
    )  # fmt: skip
