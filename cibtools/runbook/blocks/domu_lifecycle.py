"""Steps on one domU: patch it inside, stop it, start it, and pin it to a node for one start."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.estimate.timing import hard_limit
from cibtools.runbook.facts.guest import Guest, OpTimes
from cibtools.runbook.facts.meta_place import MetaPlace, meta_place
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way
from cibtools.runbook.plan.step import Caution, Check, Command, Duration, Risk, Rollback, Soak, Step, as_words

_SETTLE = Duration(nominal=25, limit=60, hard=60, basis="a change of the configuration, and the cluster idle again")


def role_place(draft: Draft, guest: Guest) -> MetaPlace:
    """Where the target role of a domU stands."""
    return meta_place(draft.survey.cluster, guest.resource, "target-role")


def operation(draft: Draft, op: OpTimes, nominal: int, what: str) -> Duration:
    """How long one operation of one domU takes, its delay included."""
    basis = f"{as_words(op.delay)} start_delay, then {what}" if op.delay else what
    return Duration(
        nominal=op.delay + nominal,
        limit=max(op.delay + op.timeout, op.delay + nominal),
        hard=max(hard_limit([(op.timeout, op.delay)], draft.survey.cluster_delay), op.delay + nominal),
        basis=basis,
    )


def stopping(draft: Draft, guest: Guest) -> Duration:
    """How long a stop takes."""
    return operation(draft, guest.op("stop"), draft.survey.parameters.stop_domu, "the stop")


def starting(draft: Draft, guest: Guest) -> Duration:
    """How long a start takes."""
    return operation(draft, guest.op("start"), draft.survey.parameters.start_domu, "the start")


def delay_cost(guest: Guest) -> int:
    """Seconds of a single restart that are delays, which bring nothing when one domU restarts at a time."""
    return guest.op("stop").delay + guest.op("start").delay


def patch_inside(draft: Draft, guest: Guest) -> Step:
    """Install the guest's own patches."""
    seconds = draft.survey.parameters.patch_domu
    return Step(
        title=f"Patch inside {guest.id}",
        where=f"inside domU {guest.id}",
        tools=draft.tools,
        commands=(_inside(guest),),
        expect="patched, not rebooted: the cluster restarts it",
        verify=(Check(text="patched, not rebooted"),),
        duration=Duration(nominal=seconds, limit=2 * seconds, hard=2 * seconds, basis="assumed (patch-domu)"),
        rollback=Rollback(
            way=Way.POSSIBLE,
            text=f"the backup of {guest.id} itself, or its previous kernel",
            commands=(),
            proof="the application answers",
        ),
        risk=Risk(level=RiskLevel.LOW, text=f"{guest.id} only"),
    )


def _inside(guest: Guest) -> Command:
    text = "# install the patches with the guest's own tool; do not reboot"
    return Command(run_on=f"inside domU {guest.id}", kind=CommandKind.INTERACTIVE, text=text)


def stop(draft: Draft, guest: Guest, node: str) -> Step:
    """Stop a domU through the cluster and see that it is gone."""
    console, place = draft.console(), role_place(draft, guest)
    duration = stopping(draft, guest)
    return Step(
        title=f"Stop {guest.id} through the cluster",
        where=console.run_on,
        tools=draft.tools,
        commands=(console.stop(guest.id, place), console.wait_stopped(guest.id, duration.hard)),
        expect=f"{guest.id} runs nowhere",
        verify=(
            Check(
                text=f"{guest.id} is NOT running",
                command=console.where_text(guest.id),
                look_for=("NOT running",),
                retry_every=5,
                give_up_after=duration.hard,
            ),
            Check(
                text=f"xm list does not show {guest.id}, on any host",
                command="xm list",
                run_on="each node",
                must_not_show=(guest.id,),
            ),
        ),
        duration=duration,
        rollback=Rollback(
            way=Way.POSSIBLE,
            text=f"{guest.id} starts again on {node}",
            commands=(console.start(guest.id, place),),
            proof=f"crm_resource -W -r {guest.id} names {node}",
            seconds=starting(draft, guest).nominal,
        ),
        risk=Risk(
            level=RiskLevel.MEDIUM,
            text=f"{guest.id} is down until it is started; a stop that fails gets its node fenced",
        ),
        warnings=_slow(guest),
        stops=(guest.id,),
    )


def _slow(guest: Guest) -> tuple[Caution, ...]:
    cost = delay_cost(guest)
    if cost < 60:
        return ()
    words = f"start_delay makes a restart of {guest.id} {as_words(cost)} longer, which brings nothing when it is alone"
    return (Caution(rule="START-DELAY", text=words),)


def pin(draft: Draft, guest: Guest, node: str) -> Step:
    """Pin a stopped domU to a node; a running one would be migrated instead of restarted."""
    console = draft.console()
    return Step(
        title=f"Pin {guest.id} to {node} while it is stopped",
        where=console.run_on,
        tools=draft.tools,
        commands=(console.move(guest.id, node),),
        expect=f"a constraint prefers {node}, and {guest.id} is still stopped",
        verify=(
            Check(text=f"{guest.id} is NOT running", command=console.where_text(guest.id), look_for=("NOT running",)),
        ),
        duration=_SETTLE,
        rollback=Rollback(
            way=Way.POSSIBLE,
            text="the constraint is removed",
            commands=(console.unmove(guest.id),),
            proof=f"{_no_pin(guest)} prints nothing",
            seconds=25,
        ),
        risk=Risk(level=RiskLevel.LOW, text=f"{guest.id} only"),
    )


def start(draft: Draft, guest: Guest, node: str) -> Step:
    """Let a domU run again and see where."""
    console, place = draft.console(), role_place(draft, guest)
    duration = starting(draft, guest)
    return Step(
        title=f"Start {guest.id}",
        where=console.run_on,
        tools=draft.tools,
        commands=(console.start(guest.id, place), console.wait_running(guest.id, node, duration.hard)),
        expect=f"{guest.id} runs on {node or 'one node'}",
        verify=(
            Check(
                text=f"{guest.id} runs on {node or 'one node'}",
                command=console.where_text(guest.id),
                look_for=(f"is running on: {node}".rstrip(),),
                retry_every=5,
                give_up_after=duration.hard,
            ),
            Check(text="guest up, new kernel, the application answers"),
        ),
        duration=duration,
        rollback=Rollback(
            way=Way.POSSIBLE,
            text=f"{guest.id} is stopped again",
            commands=(console.stop(guest.id, place),),
            proof=console.where_text(guest.id),
            seconds=30,
        ),
        risk=Risk(
            level=RiskLevel.MEDIUM, text=f"{guest.id} stays down if it does not start; the others are not touched"
        ),
        starts=(guest.id,),
    )


def unpin(draft: Draft, guest: Guest, node: str) -> Step:
    """Remove the pin; with enough stickiness the domU stays."""
    console = draft.console()
    return Step(
        title=f"Remove the pin of {guest.id}",
        where=console.run_on,
        tools=draft.tools,
        commands=(console.unmove(guest.id), console.section("constraints")),
        expect=f"no constraint of the move is left, and {guest.id} stays on {node}",
        verify=(
            Check(text="nothing is printed", command=_no_pin(guest)),
            Check(text=f"{guest.id} still runs on {node}", command=console.where_text(guest.id), look_for=(node,)),
        ),
        duration=_SETTLE,
        rollback=Rollback(
            way=Way.POSSIBLE,
            text=f"{guest.id} runs on {node} with the pin and without it; if it has left, it is moved there again",
            commands=(console.fetch(guest.id, node),),
            proof=console.where_text(guest.id),
            seconds=25,
        ),
        risk=Risk(level=RiskLevel.LOW, text=f"{guest.id} only"),
    )


def restart_patched(draft: Draft, guest: Guest, node: str) -> Step:
    """Patch a domU and restart it where it is, as one step of a series; `node` is empty if several could take it."""
    console, place = draft.console(), role_place(draft, guest)
    parameters = draft.survey.parameters
    down, up = stopping(draft, guest), starting(draft, guest)
    inside = Duration(nominal=parameters.patch_domu, limit=2 * parameters.patch_domu, hard=2 * parameters.patch_domu)
    whole = inside + down + up
    basis = f"{as_words(parameters.patch_domu)} inside, {as_words(delay_cost(guest))} of delays, then stop and start"
    return Step(
        title=f"Patch and restart {guest.id}",
        where=f"inside domU {guest.id}, then {console.run_on}",
        tools=draft.tools,
        commands=(
            _inside(guest),
            console.stop(guest.id, place),
            console.wait_stopped(guest.id, down.hard),
            console.start(guest.id, place),
            console.wait_running(guest.id, node, up.hard),
        ),
        expect=f"{guest.id} runs{f' on {node}' if node else ''} with its new kernel",
        verify=(
            Check(text=f"{guest.id} runs{f' on {node}' if node else ''}", command=console.where_text(guest.id),
                  look_for=("is running on:",), retry_every=5, give_up_after=up.hard),
            Check(text="new kernel, the application answers"),
        ),
        duration=Duration(nominal=whole.nominal, limit=whole.limit, hard=whole.hard, basis=basis),
        rollback=Rollback(way=Way.POSSIBLE,
                          text="read its console; boot the previous kernel or restore its own backup; the others are "
                 "not affected. Stop the series if two in a row fail.", commands=(console.start(guest.id, place),),
                 proof=f"crm_resource -W -r {guest.id} names a node", seconds=up.nominal),
        risk=Risk(level=RiskLevel.MEDIUM, text=f"{guest.id} is down for {as_words(down.nominal + up.nominal)}"),
        soak=Soak(min=parameters.soak_domu, recommended=parameters.soak_domu),
        stops=(guest.id,), starts=(guest.id,), down=down.nominal + up.nominal,
    )  # fmt: skip


def _no_pin(guest: Guest) -> str:
    return f"cibadmin -Q -o constraints | grep {quoted(f'cli-prefer-{guest.id}')}"
