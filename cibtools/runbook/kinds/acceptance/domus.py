"""Tests of the domUs: stop and start through the cluster, death, and data while one moves."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from cibtools.cluster.derived.option import cluster_option
from cibtools.runbook.blocks import domu_lifecycle as domu
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.estimate.order import canary, importance
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.kinds.acceptance.case import Recipe, TestCase, case, on, waited
from cibtools.runbook.plan.enums import CommandKind, RiskLevel
from cibtools.runbook.plan.step import Command, Duration, as_words


def domu_tests(draft: Draft) -> Iterator[TestCase]:
    """T-06 for every domU, T-07 for one, T-15 for one that can move."""
    guests = [draft.survey.guest(name) for name in draft.importance]
    running = [guest for guest in guests if not guest.stopped and guest.managed]
    for guest in running:
        yield restart(draft, guest)
    first = chosen(draft)
    if first:
        yield killed(draft, first)
        if first.live and len(draft.nodes) > 1:
            yield _data(draft, first)


def chosen(draft: Draft) -> Guest | None:
    """The domU that tests are tried on: the canary, or the least important one."""
    found = canary(draft.survey, importance(draft.survey))
    names = [found.domu] if found else list(draft.importance[:1])
    return draft.survey.guest(names[0]) if names else None


def restart(draft: Draft, guest: Guest) -> TestCase:
    """T-06."""
    console, place = draft.console(), domu.role_place(draft, guest)
    down, up = domu.stopping(draft, guest), domu.starting(draft, guest)
    return case(draft, f"T-06 {guest.id}", f"{guest.id} stops and starts through the cluster",
                "it runs again, and its application answers", "the times", Recipe(
        console.run_on,
        (console.stop(guest.id, place), console.wait_stopped(guest.id, down.hard),
         console.start(guest.id, place), console.wait_running(guest.id, "", up.hard)),
        f"{guest.id} is gone from xm list everywhere, then runs on one node", down + up,
        (console.start(guest.id, place),), f"{guest.id} runs", f"{guest.id} is down for "
        f"{as_words(down.nominal + up.nominal)}; a stop that fails gets its node fenced", RiskLevel.MEDIUM,
        cautions=draft.cautions(*topic.TIMEOUTS, subjects=[guest.id]),
    ))  # fmt: skip


def _detection(guest: Guest) -> int:
    """Seconds until a monitor notices, at the latest."""
    return _interval(guest) + guest.op("monitor").timeout


def _interval(guest: Guest) -> int:
    op = next((op for op in guest.resource.operations if op.name == "monitor"), None)
    return (op.interval or 0) // 1000 if op else 0


def _title(guest: Guest) -> str:
    """What xm calls it."""
    return guest.domu.title if guest.domu else guest.id


def killed(draft: Draft, guest: Guest) -> TestCase:
    """T-07."""
    console, up, found = draft.console(), domu.starting(draft, guest), _detection(guest)
    # The tests before this one have moved it.
    node = f"the node that runs {guest.id}"
    here = on(draft, node)
    forget = tuple(console.forget_failures(guest.id, name) for name in draft.survey.names)
    return case(draft, f"T-07 {guest.id}", f"{guest.id} dies", f"it runs again within {as_words(found + up.limit)}",
                "the failed monitor and the start in the log", Recipe(
        f"{console.run_on}, then {node}",
        (console.where(guest.id), here.shell(f"xm destroy {quoted(_title(guest))}", CommandKind.DESTRUCTIVE),
         console.shell(f"sleep {_interval(guest) + 1}"),
         console.wait_running(guest.id, "", found + up.hard), *waited(draft), *forget),
        f"the monitor fails, and {guest.id} is recovered in place",
        Duration(nominal=found // 2 + 1 + up.nominal, limit=found + up.limit, hard=found + up.hard,
                 basis="interval, timeout, start"),
        forget, f"the failure is forgotten, and the cluster tries {guest.id} again",
        "the file systems inside see a power failure", RiskLevel.MEDIUM,
        (f"{guest.id} is a test machine, or its owner agrees: ____",),
    ))  # fmt: skip


def _data(draft: Draft, guest: Guest) -> TestCase:
    # The tests before this one have moved it, so that the operator asks where it is.
    console = draft.console()
    where = console.shell(
        f"NODE=$({console.where_text(guest.id)} 2>&1 | awk '/is running on/ {{print $NF}}'); echo \"$NODE\""
    )
    named = '"${NODE:?the node it runs on}"'
    leave, back = _there(console.standby("NODE"), named), _there(console.online("NODE"), named)
    limit = guest.op("migrate_to").timeout + guest.op("migrate_to").delay + guest.op("migrate_from").timeout
    client = on(draft, "a client")
    target = '"${SERVICE:?where the file goes}"'
    return case(draft, f"T-15 {guest.id}", f"no data is lost while {guest.id} moves", "both sums are equal",
                "the sums", Recipe(
        f"a client, then {console.run_on}",
        (client.shell("dd if=/dev/urandom of=big bs=1M count=1024; md5sum big"),
         # Slowed down, or it has arrived before anything moves.
         client.shell(f"scp -l 40000 big {target} &"), where, leave, *waited(draft),
         client.shell("# when the copy has ended: md5sum of the file inside the domU, then remove it there and here",
                      CommandKind.INTERACTIVE),
         back, *waited(draft)),
        "the copy goes on while the domU moves, with a pause of a second or so",
        Duration(nominal=limit, limit=3 * limit, hard=3 * limit,
                 basis="one live migration, and the others of the node"),
        (back,), "the node is active", "the others of the node move as well", RiskLevel.MEDIUM,
    ))  # fmt: skip


def _there(command: Command, named: str) -> Command:
    """The command about the node that a variable of the shell names."""
    return replace(command, text=command.text.replace("NODE", named))


def stonith_timeout(draft: Draft) -> int:
    """Seconds a fencing operation may take."""
    found = cluster_option(draft.survey.cluster, "stonith-timeout")
    digits = "".join(char for char in found.value if char.isdigit()) if found else ""
    return max(60, int(digits or 0))
