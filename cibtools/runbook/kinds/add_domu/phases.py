"""Adding a domU without endangering the others: unmanaged first, started by hand, watched, and only then handed over.

A domU whose first start fails is harmless; one whose stop fails gets its node fenced, with all the others on it.
"""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.phase import decide, new_phase
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted, remote
from cibtools.runbook.kinds.add_domu import objects
from cibtools.runbook.kinds.add_domu.handover import after, handover, take_away
from cibtools.runbook.kinds.add_domu.request import NewDomu, criteria, new_domu
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, StopKind, Way
from cibtools.runbook.plan.runbook import Phase, Table
from cibtools.runbook.plan.step import Check, Command, Decision, Duration, Risk, Rollback, Soak, Step


def add_domu_phases(draft: Draft, change_id: str) -> tuple[Phase, ...]:
    """From the file to a domU like all others."""
    new = new_domu(draft)
    before = (_prepare(draft, new, change_id), _files(draft, new, change_id), _dry_run(draft, new), _load(draft, new))
    moved, *tested = after(draft, new)
    runs = (_start(draft, new), _soak(draft, new), handover(draft, new), moved)
    # Where a restart puts it is not foretold.
    return (*before, *(_with(phase, new, draft.nodes[0]) for phase in runs), *tested)


def _with(phase: Phase, new: NewDomu, node: str) -> Phase:
    """Return a phase after which the new domU runs on a node."""
    loads = (replace(load, domus=(*load.domus, new.id)) if load.node == node else load for load in phase.state_after)
    return replace(phase, state_after=tuple(loads))


def _prepare(draft: Draft, new: NewDomu, change_id: str) -> Phase:
    found = (*criteria(draft, new), *draft.check("P-01", "P-02", "P-05", "P-07", "P-13"),
             look("the owner of the new domU, and its place in the order of importance, are known: ____"))  # fmt: skip
    draft.gate("G-START", "May it be added?", found)
    memory = "not known" if new.memory is None else f"{new.memory} MiB"
    rows = (
        ("id and name", new.id), ("memory", memory), ("disks", ", ".join(new.disks) or "not known"),
        ("bridges", ", ".join(new.bridges) or ("the default one" if new.domu else "not known")), ("xm file", new.file),
        ("start_delay", f"{new.start_delay}s, the next slot" if new.start_delay else "none"),
        ("timeout of migrate_to", f"{new.migrate_timeout}s"),
        ("constraints", ", ".join(name for name, _ in objects.constraints_xml(draft, new)) or "none"),
    )  # fmt: skip
    steps = [prepare.working_directory(draft, change_id), prepare.save_configuration(draft), _devices(draft, new)]
    return new_phase(
        draft, "P0", "Before anything is touched", "what the files and the hosts say about the new domU", steps,
        exit_gates=("G-START",), tables=(Table("The new domU:", ("", ""), rows),),
    )  # fmt: skip


def _devices(draft: Draft, new: NewDomu) -> Step:
    each = Console(draft.tools, "each node")
    disks = quoted(*new.disks) if new.disks else '"${DISK:?its block device}"'
    bridges = "|".join(new.bridges)
    return Step(
        title="Are its disks and bridges on every node?", where=f"all nodes in order {', '.join(draft.survey.names)}",
        tools=draft.tools,
        commands=(
            each.shell("\n".join(f'test -b {name} || echo "MISSING "{name}' for name in disks.split(" "))
                       if new.disks else f"test -b {disks} || echo MISSING"),
            each.shell(f"brctl show | grep -E {quoted(bridges)}" if bridges else "brctl show"),
            each.shell("xm info | grep free_memory"),
            each.shell("grep -lF " + " ".join(f"-e {name}" for name in disks.split(" ")) + " /etc/xen/vm/*"),
        ),
        expect="it can run on every node, and its disks belong to nobody else",
        verify=(
            Check(text="nothing is MISSING", run_on="each node"),
            Check(text="every bridge is shown", run_on="each node"),
            Check(text="no other xm file names its disks"),
        ),
        duration=Duration(nominal=120, limit=600, hard=600, basis="a look"),
    )  # fmt: skip


def _files(draft: Draft, new: NewDomu, change_id: str) -> Phase:
    shared = any(one.mount and new.file.startswith(one.mount.rstrip("/") + "/") for one in draft.features.ocfs2)
    first = draft.console()
    local = quoted(f"{new.id}.xm")
    put = f"install -m 644 {local} {quoted(new.file)}"
    fetch = Console(draft.tools, "admin host").shell(f"scp -p {local} {remote(change_id)}")
    commands = [first.shell(put, CommandKind.CHANGE)] if shared else [
        first.shell(f"scp -p {local} {quoted(name)}:{quoted(new.file)}", CommandKind.CHANGE)
        for name in draft.survey.names
    ]  # fmt: skip
    each = Console(draft.tools, "each node")
    step = Step(
        title="Put its file in place", where=first.run_on, tools=draft.tools,
        commands=(fetch, *commands, each.shell(f"md5sum {quoted(new.file)}")),
        expect="every node reads the same file",
        verify=(Check(text="the same sum on every node", command=f"md5sum {quoted(new.file)}", run_on="each node"),),
        duration=Duration(nominal=60, limit=300, hard=300, basis="copying"),
        rollback=Rollback(way=Way.POSSIBLE, text="remove it again",
                          commands=(each.shell(f"rm -f {quoted(new.file)}", CommandKind.CHANGE),),
                 proof="the file is gone on every node", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="nothing reads it yet"),
    )  # fmt: skip
    return new_phase(
        draft, "P1", "Put its file in place", "on the shared directory, or on every node", [step], rollback_to="P0",
        rollback_seconds=60, entry_gates=("G-START",),
    )  # fmt: skip


def _dry_run(draft: Draft, new: NewDomu) -> Phase:
    console = draft.console()
    step = Step(
        title="Let xm read the file, and create nothing", where=console.run_on, tools=draft.tools,
        commands=(console.shell(f"xm create -n {quoted(new.file)}"),
         console.shell(f"grep -E '^[[:space:]]*name' {quoted(new.file)}")),
        expect="xm prints what it would create, with the disks and interfaces that are meant",
        verify=(
            Check(text=f"the output contains (name {new.id})",
                  command=f"xm create -n {quoted(new.file)}", look_for=(new.id,)),
            Check(text="one line with name, without blanks or variables in it: the agent reads it with shell tools"),
        ),
        duration=Duration(nominal=60, limit=300, hard=300, basis="reading"),
    )  # fmt: skip
    return new_phase(draft, "P2", "Dry run", "the file is read as the agent will read it", [step])


def _load(draft: Draft, new: NewDomu) -> Phase:
    """Load everything while the cluster may not touch it."""
    console = draft.console()
    if console.old:
        parts = [*objects.constraints_xml(draft, new)]
        write = [console.shell(objects.here_document(f"{new.id}.{name}", text)) for name, text in parts]
        write.append(console.shell(objects.here_document(f"{new.id}.primitive.xml", objects.primitive_xml(new))))
        load: list[Command] = [console.create("constraints", f"{new.id}.{name}") for name, _ in parts]
        load.append(console.create("resources", f"{new.id}.primitive.xml"))
        why = "constraints first: heartbeat 2.1 only warns about them, and there is no moment without them"
    else:
        write = [console.shell(objects.here_document(f"{new.id}.crm", objects.crm_text(draft, new)))]
        load = [console.shell(f"crm configure < {quoted(f'{new.id}.crm')}", CommandKind.CHANGE)]
        why = "all in one transaction: 1.0 wants the resource before its constraints, and no moment without them"
    steps = [
        Step(
            title="Write its objects to files", where=console.run_on, tools=draft.tools, commands=tuple(write),
            expect="the primitive is unmanaged; timeouts, delay and constraints are those of the table",
            verify=(Check(text="read them once more, aloud"),),
            duration=Duration(nominal=120, limit=600, hard=600, basis="reading"),
        ),
        Step(
            title="Load it unmanaged", where=console.run_on, tools=draft.tools,
            commands=(*load, console.verify_live(), console.simulate_live(), console.wait_idle(120), console.status()),
            expect=f"{new.id} is shown, stopped and unmanaged; nothing else has moved",
            verify=(
                Check(text="no action is planned", command="ptest -L -VV"),
                Check(text="nothing is printed", command="crm_verify -L -V"),
                Check(text=f"{new.id} … unmanaged", command="crm_mon -1 -r", look_for=(new.id, "unmanaged"),
                      must_not_show=("Failed actions",)),
                Check(text=why),
            ),
            duration=Duration(nominal=60, limit=300, hard=300, basis="typing"),
            rollback=take_away(draft, new),
            risk=Risk(level=RiskLevel.MEDIUM, text="a mistake in the primitive shows when it is managed, not now"),
        ),
    ]  # fmt: skip
    told = "the cluster knows it and keeps its hands off"
    return new_phase(draft, "P3", "Load it unmanaged", told, steps, rollback_to="P1", rollback_seconds=60)


def _start(draft: Draft, new: NewDomu) -> Phase:
    """Start it by hand, and see whether the cluster finds it."""
    node = draft.nodes[0]
    here, console = Console(draft.tools, node), draft.console()
    name = quoted(new.id)
    start = Step(
        title=f"Start it by hand on {node}", where=node, tools=draft.tools,
        commands=(here.shell(f"xm create {quoted(new.file)}", CommandKind.CHANGE), here.shell(f"xm list {name}")),
        expect="the guest boots, its application answers, its disks are the right ones",
        verify=(
            Check(text=f"{new.id} is running", command=f"xm list {name}", run_on=node, look_for=(new.id,)),
            Check(text="the guest's own log is quiet, the network answers"),
        ),
        duration=Duration(nominal=300, limit=900, hard=900, basis="a boot, and a look inside"),
        rollback=Rollback(way=Way.POSSIBLE, text="shut it down by hand",
                          commands=(here.shell(f"xm shutdown -w {name}", CommandKind.CHANGE),),
                 proof=f"xm list does not show {new.id}", seconds=120),
        risk=Risk(level=RiskLevel.MEDIUM, text="a disk that belongs to another domU is destroyed now, not later"),
        decision=Decision(kind=StopKind.GO, gate="", questions=(f"{new.id} runs on no node (xm list on each): ____",)),
    )  # fmt: skip
    found = Step(
        title="Does the cluster find it?", where=console.run_on, tools=draft.tools,
        commands=(console.reprobe(), console.wait_idle(120), console.where(new.id)),
        expect=f"the cluster finds {new.id} running on {node}, without having started it",
        verify=(
            Check(text=f"is running on: {node}", command=console.where_text(new.id),
                  look_for=(f"is running on: {node}",),
                  retry_every=5, give_up_after=120),
            Check(text="if it says NOT running: file and agent disagree about the name; repair that now, never later"),
        ),
        duration=Duration(nominal=60, limit=300, hard=300, basis="a probe on every node"),
        rollback=_shut_and_take_away(draft, new, here),
        risk=Risk(level=RiskLevel.LOW, text="probes change nothing"),
    )  # fmt: skip
    return new_phase(
        draft, "P4", "Start it by hand", "whatever goes wrong now goes wrong without the cluster", [start, found],
        rollback_to="P3", rollback_seconds=180,
    )  # fmt: skip


def _shut_and_take_away(draft: Draft, new: NewDomu, here: Console) -> Rollback:
    gone = take_away(draft, new)
    down = here.shell(f"xm shutdown -w {quoted(new.id)}", CommandKind.CHANGE)
    return replace(gone, commands=(down, *gone.commands), seconds=gone.seconds + 120)


def _soak(draft: Draft, new: NewDomu) -> Phase:
    wait = draft.survey.parameters.soak_canary
    gate = draft.gate("G-HANDOVER", "May the cluster have it?", (
        look(f"{new.id} ran without trouble; the cluster shows it on one node, unmanaged"),
        look("its owner says yes: ____"),
        look("no Failed actions, no fail counts"),
    ))  # fmt: skip
    step = decide(draft, gate.id, "Decide whether the cluster may have it")
    return new_phase(
        draft, "P5", "Watch it", "a bad guest is found while nobody fences for it", [step],
        soak=Soak(min=wait, recommended=wait),
        rollback_to="P3", rollback_seconds=180, exit_gates=(gate.id,),
    )  # fmt: skip
