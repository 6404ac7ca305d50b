"""Steps on one domU: patch it inside, stop it, start it, and pin it to a node for one start."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.estimate.timing import as_words, hard_limit
from cibtools.runbook.facts.guest import Guest, OpTimes
from cibtools.runbook.facts.meta_place import MetaPlace, meta_place
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way
from cibtools.runbook.plan.step import Caution, Check, Command, Duration, Risk, Rollback, Soak, Step

_SETTLE = Duration(25, 60, 60, "a change of the configuration, and the cluster idle again")


def role_place(draft: Draft, guest: Guest) -> MetaPlace:
    """Where the target role of a domU stands."""
    return meta_place(draft.survey.cluster, guest.resource, "target-role")


def operation(draft: Draft, op: OpTimes, nominal: int, what: str) -> Duration:
    """How long one operation of one domU takes, its delay included."""
    basis = f"{as_words(op.delay)} start_delay, then {what}" if op.delay else what
    return Duration(
        op.delay + nominal,
        max(op.delay + op.timeout, op.delay + nominal),
        max(hard_limit([(op.timeout, op.delay)], draft.survey.cluster_delay), op.delay + nominal),
        basis,
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
        "",
        f"Patch inside {guest.id}",
        f"inside domU {guest.id}",
        draft.tools,
        (_inside(guest),),
        "patched, not rebooted: the cluster restarts it",
        (Check("patched, not rebooted"),),
        Duration(seconds, 2 * seconds, 2 * seconds, "assumed (patch-domu)"),
        Rollback(
            Way.POSSIBLE, f"the backup of {guest.id} itself, or its previous kernel", (), "the application answers"
        ),
        Risk(RiskLevel.LOW, f"{guest.id} only"),
    )


def _inside(guest: Guest) -> Command:
    text = "# install the patches with the guest's own tool; do not reboot"
    return Command(f"inside domU {guest.id}", CommandKind.INTERACTIVE, text)


def stop(draft: Draft, guest: Guest, node: str) -> Step:
    """Stop a domU through the cluster and see that it is gone."""
    console, place = draft.console(), role_place(draft, guest)
    duration = stopping(draft, guest)
    return Step(
        "",
        f"Stop {guest.id} through the cluster",
        console.run_on,
        draft.tools,
        (console.stop(guest.id, place), console.wait_stopped(guest.id, duration.hard)),
        f"{guest.id} runs nowhere",
        (
            Check(
                f"{guest.id} is NOT running",
                console.where_text(guest.id),
                look_for=("NOT running",),
                retry_every=5,
                give_up_after=duration.hard,
            ),
            Check(f"xm list does not show {guest.id}, on any host", "xm list", "each node", (), (guest.id,)),
        ),
        duration,
        Rollback(
            Way.POSSIBLE,
            f"{guest.id} starts again on {node}",
            (console.start(guest.id, place),),
            f"crm_resource -W -r {guest.id} names {node}",
            starting(draft, guest).nominal,
        ),
        Risk(RiskLevel.MEDIUM, f"{guest.id} is down until it is started; a stop that fails gets its node fenced"),
        warnings=_slow(guest),
    )


def _slow(guest: Guest) -> tuple[Caution, ...]:
    cost = delay_cost(guest)
    if cost < 60:
        return ()
    words = f"start_delay makes a restart of {guest.id} {as_words(cost)} longer, which brings nothing when it is alone"
    return (Caution("START-DELAY", words),)


def pin(draft: Draft, guest: Guest, node: str) -> Step:
    """Pin a stopped domU to a node; a running one would be migrated instead of restarted."""
    console = draft.console()
    return Step(
        "",
        f"Pin {guest.id} to {node} while it is stopped",
        console.run_on,
        draft.tools,
        (console.move(guest.id, node),),
        f"a constraint prefers {node}, and {guest.id} is still stopped",
        (Check(f"{guest.id} is NOT running", console.where_text(guest.id), look_for=("NOT running",)),),
        _SETTLE,
        Rollback(
            Way.POSSIBLE,
            "the constraint is removed",
            (console.unmove(guest.id),),
            f"{_no_pin(guest)} prints nothing",
            25,
        ),
        Risk(RiskLevel.LOW, f"{guest.id} only"),
    )


def start(draft: Draft, guest: Guest, node: str) -> Step:
    """Let a domU run again and see where."""
    console, place = draft.console(), role_place(draft, guest)
    duration = starting(draft, guest)
    return Step(
        "",
        f"Start {guest.id}",
        console.run_on,
        draft.tools,
        (console.start(guest.id, place), console.wait_running(guest.id, node, duration.hard)),
        f"{guest.id} runs on {node or 'one node'}",
        (
            Check(
                f"{guest.id} runs on {node or 'one node'}",
                console.where_text(guest.id),
                look_for=(f"is running on: {node}".rstrip(),),
                retry_every=5,
                give_up_after=duration.hard,
            ),
            Check("guest up, new kernel, the application answers"),
        ),
        duration,
        Rollback(
            Way.POSSIBLE,
            f"{guest.id} is stopped again",
            (console.stop(guest.id, place),),
            console.where_text(guest.id),
            30,
        ),
        Risk(RiskLevel.MEDIUM, f"{guest.id} stays down if it does not start; the others are not touched"),
    )


def unpin(draft: Draft, guest: Guest, node: str) -> Step:
    """Remove the pin; with enough stickiness the domU stays."""
    console = draft.console()
    return Step(
        "",
        f"Remove the pin of {guest.id}",
        console.run_on,
        draft.tools,
        (console.unmove(guest.id), console.section("constraints")),
        f"no constraint of the move is left, and {guest.id} stays on {node}",
        (
            Check("nothing is printed", _no_pin(guest)),
            Check(f"{guest.id} still runs on {node}", console.where_text(guest.id), look_for=(node,)),
        ),
        _SETTLE,
        Rollback(Way.POSSIBLE, "pin it again", (console.move(guest.id, node),), "", 25),
        Risk(RiskLevel.LOW, f"{guest.id} only"),
    )


def restart_patched(draft: Draft, guest: Guest, node: str) -> Step:
    """Patch a domU and restart it where it is, as one step of a series; `node` is empty if several could take it."""
    console, place = draft.console(), role_place(draft, guest)
    parameters = draft.survey.parameters
    down, up = stopping(draft, guest), starting(draft, guest)
    inside = Duration(parameters.patch_domu, 2 * parameters.patch_domu, 2 * parameters.patch_domu)
    whole = inside + down + up
    basis = f"{as_words(parameters.patch_domu)} inside, {as_words(delay_cost(guest))} of delays, then stop and start"
    return Step(
        "",
        f"Patch and restart {guest.id}",
        f"inside domU {guest.id}, then {console.run_on}",
        draft.tools,
        (
            _inside(guest),
            console.stop(guest.id, place),
            console.wait_stopped(guest.id, down.hard),
            console.start(guest.id, place),
            console.wait_running(guest.id, node, up.hard),
        ),
        f"{guest.id} runs{f' on {node}' if node else ''} with its new kernel",
        (
            Check(f"{guest.id} runs{f' on {node}' if node else ''}", console.where_text(guest.id),
                  look_for=("is running on:",), retry_every=5, give_up_after=up.hard),
            Check("new kernel, the application answers"),
        ),
        Duration(whole.nominal, whole.limit, whole.hard, basis),
        Rollback(Way.POSSIBLE, "read its console; boot the previous kernel or restore its own backup; the others are "
                 "not affected. Stop the series if two in a row fail.", (console.start(guest.id, place),),
                 f"crm_resource -W -r {guest.id} names a node", up.nominal),
        Risk(RiskLevel.MEDIUM, f"{guest.id} is down for {as_words(down.nominal + up.nominal)}"),
        soak=Soak(parameters.soak_domu, parameters.soak_domu),
    )  # fmt: skip


def _no_pin(guest: Guest) -> str:
    return f"cibadmin -Q -o constraints | grep {quoted(f'cli-prefer-{guest.id}')}"
