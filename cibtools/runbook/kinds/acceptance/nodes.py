"""Tests of configuration, nodes, links and storage."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.network import network_attributes
from cibtools.runbook.facts.survey import clones_of
from cibtools.runbook.kinds.acceptance.case import Recipe, TestCase, case, if_empty, on, seen, stack, waited
from cibtools.runbook.kinds.acceptance.emptied import evacuation
from cibtools.runbook.kinds.acceptance.network import lan_loss, links, one_link
from cibtools.runbook.plan.enums import CommandKind, RiskLevel
from cibtools.runbook.plan.step import Caution, Command, Duration

_LOOK = Duration(nominal=120, limit=600, hard=600, basis="reading")


def quiet_tests(draft: Draft) -> Iterator[TestCase]:
    """T-01, T-02, T-18: looking only."""
    console, each = draft.console(), on(draft, "each node")
    yield case(draft, "T-01", "the configuration is valid", "crm_verify is silent", "verify.txt", Recipe(
        console.run_on, (console.verify_live(), console.shell("crm_verify -L -V > verify.txt 2>&1")),
        "nothing is printed",
        _LOOK, level=RiskLevel.NONE,
    ))  # fmt: skip
    asked = prepare.ask_fencing(draft)
    if asked:
        listing = tuple(Command(run_on=one.run_on, kind=one.kind, text=one.text.replace(" -S", " -l"), tools=one.tools)
                        for one in asked.commands)  # fmt: skip
        yield case(draft, "T-02", "every fencing device answers, and names its node",
                   "exit status 0 each time, and the node is listed. This is no proof: the plugin of 2.1.3 never reads "
                   "the device's reply", "session.log", Recipe(
            asked.where, (*asked.commands, *listing), "status 0, and the node's name", asked.duration,
            level=RiskLevel.NONE, cautions=(*_ilo(draft), *draft.cautions(*topic.FENCING)),
        ))  # fmt: skip
    yield case(draft, "T-18", "versions, clocks and logs agree", "rpm lines and times are equal, remote logs arrive",
               "session.log", Recipe(
        "all nodes", (
            each.shell("rpm -q heartbeat pacemaker openais xen kernel-xen multipath-tools ocfs2-tools evms"),
            each.shell("ntpq -pn; date"), each.shell("logger -t cibtools test of the remote log"),
        ), "equal lines; one * in ntpq; the line of logger is on the log host", _LOOK, level=RiskLevel.NONE,
    ))  # fmt: skip


def _ilo(draft: Draft) -> Iterator[Caution]:
    for found in draft.survey.cluster.primitives:
        pair = found.parameter("ilo_can_reset") if found.is_stonith else None
        if pair:
            yield Caution(
                rule="ILO-RESET",
                text=f"{found.id} has ilo_can_reset={pair.value}: the plugin of 2.1.3 takes any value for true, "
                "later ones "
                "all but 0. Where the device cannot reset, say 0 and use a plugin from September 2008 or later",
            )


def node_tests(draft: Draft) -> Iterator[TestCase]:
    """T-05, T-12, T-08, T-09, T-11, T-14: one node, one link, one path."""
    for node in draft.nodes:
        yield _standby(draft, node)
    for node in draft.nodes:
        yield _reboot(draft, node)
    if network_attributes(draft.survey):
        yield lan_loss(draft)
    if len(links(draft)) > 1:
        yield one_link(draft)
    yield _dc(draft)
    yield _multipath(draft)


def _standby(draft: Draft, node: str) -> TestCase:
    commands, duration, ask = evacuation(draft, node)
    console = draft.console(node)
    return case(draft, f"T-05 {node}", f"{node} can be emptied and comes back",
                "all domUs ran elsewhere without a restart (uptime inside), nothing returned when it came back",
                f"crm_mon before, during, after; uptime of each domU of {node}", Recipe(
        console.run_on,
        (console.shell(f"crm_mon -1 -n -r > {quoted(f'T-05.{node}.before')}"), *commands, console.online(node),
         console.wait_idle(300), console.status_by_node()),
        f"the domUs of {node} run elsewhere, with their uptime; nothing moves when {node} is active again",
        duration + Duration(nominal=60, limit=300, hard=300), (console.online(node),), f"{node} is active",
        "a domU restarts",
        RiskLevel.MEDIUM, ask.questions, gate=ask.gate,
    ))  # fmt: skip


def _reboot(draft: Draft, node: str) -> TestCase:
    commands, duration, _ = evacuation(draft, node)
    console, here = draft.console(node), on(draft, node)
    reboot = draft.survey.parameters.reboot
    evms = any(True for _ in clones_of(draft.survey, "EvmsSCC"))
    back = "storage is back by itself" + (", evmsd runs" if evms else "")
    return case(draft, f"T-12 {node}", f"{node} comes back from a reboot", f"{back}; nothing was done by hand",
                "the time it took; multipath -ll, mount", Recipe(
        f"{console.run_on}, console of {node}",
        (*commands, if_empty(here.shell("reboot", CommandKind.CHANGE)),
         seen(draft, node, "OFFLINE", reboot), seen(draft, node, "standby", 2 * reboot),
         here.shell("multipath -ll; mount -t ocfs2; ps -C evmsd -o pid,args"), console.online(node),
         console.wait_idle(300), console.status_by_node()),
        f"{node} is in standby after the reboot, then active, with its storage",
        duration + Duration(nominal=reboot, limit=2 * reboot, hard=2 * reboot) + Duration(nominal=60, limit=300,
                                                                                          hard=300),
                                                                                          (console.online(node),),
        f"{node} is active", "nothing runs there when it reboots", RiskLevel.MEDIUM,
        (f"xm list on {node} shows only Domain-0",),
    ))  # fmt: skip


def _dc(draft: Draft) -> TestCase:
    dc = draft.survey.dc or draft.nodes[-1]
    commands, duration, _ = evacuation(draft, dc)
    console = draft.console(dc)
    return case(draft, "T-11", "another node takes over the cluster's lead", "a new DC, and no resource acts",
                "crmadmin -D before and after", Recipe(
        f"{console.run_on}, {dc}",
        (console.shell("crmadmin -D"), *commands, if_empty(stack(draft, dc, "stop")), *waited(draft, dc),
         console.shell("crmadmin -D"), stack(draft, dc, "start"), *waited(draft, dc), console.online(dc),
         *waited(draft, dc)),
        f"{dc} leaves in order, another node is DC, nothing is fenced",
        duration + Duration(nominal=120, limit=600, hard=600), (stack(draft, dc, "start"), console.online(dc)),
        f"{dc} is active again",
        "one node less for a while", RiskLevel.MEDIUM, (f"crmadmin -D says {dc}; if not, take the node it says",),
    ))  # fmt: skip


def _multipath(draft: Draft) -> TestCase:
    node = draft.nodes[0]
    here = on(draft, node)
    path = "DISK=${DISK:?one path of a LUN, such as sdc}"
    return case(draft, f"T-14 {node}", "a path to the disks is lost", "input and output go on; the map shows failed, "
                "then active again. Losing all paths is not watched by the CIB: write down what happens, pass or fail "
                "do not apply", "multipath -ll before, during, after", Recipe(
        node,
        (here.shell("multipath -ll"), here.shell(f'{path}; echo offline > "/sys/block/$DISK/device/state"',
                                                 CommandKind.CHANGE),
         here.shell("sleep 30; multipath -ll; tail -n 20 /var/log/messages"),
         here.shell('echo running > "/sys/block/$DISK/device/state"', CommandKind.CHANGE),
         here.shell("sleep 30; multipath -ll")),
        "one path failed, the others carry the load",
        Duration(nominal=180, limit=600, hard=600, basis="two looks for each LUN"),
        (here.shell('echo running > "/sys/block/$DISK/device/state"', CommandKind.CHANGE),), "all paths are active",
        "a LUN with one path only is lost", RiskLevel.MEDIUM, ("every map has two active paths",),
    ))  # fmt: skip
