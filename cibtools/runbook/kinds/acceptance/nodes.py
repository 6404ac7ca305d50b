"""Tests of configuration, nodes, links and storage."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.backup.heartbeat.ha_cf import HaCf
from cibtools.runbook.blocks import preparation as prepare
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.blocks.standby import empty_node, online
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted, wait_until
from cibtools.runbook.estimate.timing import as_words
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.network import network_attributes, pinged
from cibtools.runbook.facts.survey import clones_of, seconds, timers
from cibtools.runbook.kinds.acceptance.case import Recipe, TestCase, case, if_empty, on, seen, stack, waited
from cibtools.runbook.plan.enums import CommandKind, RiskLevel
from cibtools.runbook.plan.step import Caution, Command, Decision, Duration

_LOOK = Duration(120, 600, 600, "reading")


def ha_cf(draft: Draft) -> HaCf | None:
    """The first ha.cf of the backup."""
    return next((found for _, found in draft.survey.cluster.ha_cfs), None)


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
        listing = tuple(Command(one.run_on, one.kind, one.text.replace(" -S", " -l"), one.tools)
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
                "ILO-RESET",
                f"{found.id} has ilo_can_reset={pair.value}: the plugin of 2.1.3 takes any value for true, later ones "
                "all but 0. Where the device cannot reset, say 0 and use a plugin from September 2008 or later",
            )


def node_tests(draft: Draft) -> Iterator[TestCase]:
    """T-05, T-12, T-08, T-09, T-11, T-14: one node, one link, one path."""
    for node in draft.nodes:
        yield _standby(draft, node)
    for node in draft.nodes:
        yield _reboot(draft, node)
    if network_attributes(draft.survey):
        yield _lan_loss(draft)
    if len(_links(draft)) > 1:
        yield _one_link(draft)
    yield _dc(draft)
    yield _multipath(draft)


def _evacuation(draft: Draft, node: str) -> tuple[tuple[Command, ...], Duration, Decision]:
    """The commands and the time that emptying a node takes, and the question before it; then the node serves again.

    What has left does not come back by itself, so that the next node has more to give away. The question about a node
    is asked once: T-05 is the first to empty it.
    """
    known = {gate.id for gate in draft.gates}
    ask, step = empty_node(draft, node)
    online(draft, node)
    if ask.decision.gate in known:
        draft.gates.pop()
    return step.commands, step.duration, ask.decision


def _standby(draft: Draft, node: str) -> TestCase:
    commands, duration, ask = _evacuation(draft, node)
    console = draft.console(node)
    return case(draft, f"T-05 {node}", f"{node} can be emptied and comes back",
                "all domUs ran elsewhere without a restart (uptime inside), nothing returned when it came back",
                f"crm_mon before, during, after; uptime of each domU of {node}", Recipe(
        console.run_on,
        (console.shell(f"crm_mon -1 -n -r > {quoted(f'T-05.{node}.before')}"), *commands, console.online(node),
         console.wait_idle(300), console.status_by_node()),
        f"the domUs of {node} run elsewhere, with their uptime; nothing moves when {node} is active again",
        duration + Duration(60, 300, 300), (console.online(node),), f"{node} is active", "a domU restarts",
        RiskLevel.MEDIUM, ask.questions, gate=ask.gate,
    ))  # fmt: skip


def _reboot(draft: Draft, node: str) -> TestCase:
    commands, duration, _ = _evacuation(draft, node)
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
        duration + Duration(reboot, 2 * reboot, 2 * reboot) + Duration(60, 300, 300), (console.online(node),),
        f"{node} is active", "nothing runs there when it reboots", RiskLevel.MEDIUM,
        (f"xm list on {node} shows only Domain-0",),
    ))  # fmt: skip


def _links(draft: Draft) -> tuple[str, ...]:
    found = ha_cf(draft)
    return tuple(dict.fromkeys(medium.interface for medium in found.media)) if found else ()


def _answers(console: Console, draft: Draft, action: str) -> Command:
    """Drop what the pinged hosts answer, or let it through again; all of them, as one is enough to stay connected."""
    hosts = [quoted(name) for name in pinged(draft.survey)] or ['"${GATEWAY:?the host that is pinged}"']
    lines = [f"iptables {action} INPUT -p icmp -s {name} -j DROP" for name in hosts]
    return console.shell("\n".join(lines), CommandKind.CHANGE)


def _lan_loss(draft: Draft) -> TestCase:
    node = draft.nodes[0]
    here = on(draft, node)
    known = timers(draft.survey.cluster)
    dampen = 5
    away = seconds(known, "deadping", 30) + dampen
    _, duration, _ = _evacuation(draft, node)
    limit = Duration(away, away + 20, away + 60, f"deadping, then {dampen}s dampen") + duration
    return case(draft, f"T-08 {node}", f"{node} loses the network of its users",
                f"after {as_words(away)} the domUs leave {node}; {node} is not fenced; nothing returns afterwards",
                "times from the log", Recipe(
        node,
        (_answers(here, draft, "-I"), _gone(draft, node, away + 60), *waited(draft, node),
         _answers(here, draft, "-D"), *waited(draft, node)),
        f"the attribute goes to 0, the domUs move away, {node} stays a member",
        limit, (_answers(here, draft, "-D"),), "the rule is gone", "domUs move",
        RiskLevel.MEDIUM,
    ))  # fmt: skip


def _gone(draft: Draft, node: str, limit: int) -> Command:
    """Wait until the network attribute of a node is 0 or gone."""
    console = draft.console(node)
    name = network_attributes(draft.survey)[0].name
    ask = f"{console.node_attribute(node, name).text} 2>&1 | grep -qE 'value=0|value=$|not'"
    return console.shell(wait_until(ask, limit, console.node_attribute(node, name).text), CommandKind.WAIT)


def _one_link(draft: Draft) -> TestCase:
    node, link = draft.nodes[0], _links(draft)[-1]
    here, port = on(draft, node), _port(draft)
    rules = tuple(f"{chain} {way} {quoted(link)} -p udp --dport {port} -j DROP"
                  for chain, way in (("INPUT", "-i"), ("OUTPUT", "-o")))  # fmt: skip
    deadtime = seconds(timers(draft.survey.cluster), "deadtime", 30)
    return case(draft, f"T-09 {node}", f"{node} loses one of its heartbeat links", "only messages about the link",
                "the lines of the log", Recipe(
        node,
        (*(here.shell(f"iptables -I {rule}", CommandKind.CHANGE) for rule in rules),
         here.shell(f"sleep {deadtime + 10}; tail -n 30 /var/log/ha-log"),
         *(here.shell(f"iptables -D {rule}", CommandKind.CHANGE) for rule in rules)),
        f"{link} is reported dead, every node stays online, no resource moves",
        Duration(deadtime + 30, deadtime + 60, deadtime + 60, "deadtime"),
        tuple(here.shell(f"iptables -D {rule}", CommandKind.CHANGE) for rule in rules), "the rules are gone",
        "the other link has to carry everything", RiskLevel.MEDIUM, ("the other links are up (crm_mon, log)",),
    ))  # fmt: skip


def _port(draft: Draft) -> int:
    found = ha_cf(draft)
    option = found.last("udpport") if found else None
    return int(option.text) if option and option.text.isdecimal() else 694


def _dc(draft: Draft) -> TestCase:
    dc = draft.survey.dc or draft.nodes[-1]
    commands, duration, _ = _evacuation(draft, dc)
    console = draft.console(dc)
    return case(draft, "T-11", "another node takes over the cluster's lead", "a new DC, and no resource acts",
                "crmadmin -D before and after", Recipe(
        f"{console.run_on}, {dc}",
        (console.shell("crmadmin -D"), *commands, if_empty(stack(draft, dc, "stop")), *waited(draft, dc),
         console.shell("crmadmin -D"), stack(draft, dc, "start"), *waited(draft, dc), console.online(dc),
         *waited(draft, dc)),
        f"{dc} leaves in order, another node is DC, nothing is fenced",
        duration + Duration(120, 600, 600), (stack(draft, dc, "start"), console.online(dc)), f"{dc} is active again",
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
        Duration(180, 600, 600, "two looks for each LUN"),
        (here.shell('echo running > "/sys/block/$DISK/device/state"', CommandKind.CHANGE),), "all paths are active",
        "a LUN with one path only is lost", RiskLevel.MEDIUM, ("every map has two active paths",),
    ))  # fmt: skip


def last_tests(draft: Draft) -> Iterator[TestCase]:
    """T-13, T-16, T-17: the whole cluster, at the end."""
    yield _drill(draft)
    if network_attributes(draft.survey):
        yield _gateway(draft)
    yield _cold_start(draft)


def _drill(draft: Draft) -> TestCase:
    console = on(draft, "a test cluster")
    return case(draft, "T-16", "a backup can be put back", "cibtools diff finds no difference",
                "the output of cibtools diff", Recipe(
        "a test cluster, or a shadow of the CIB",
        (on(draft, "admin host").shell("cibtools runbook restore ."), console.save_cib("cib.restored.xml"),
         on(draft, "admin host").shell("cibtools diff cib.full.xml cib.restored.xml")),
        "the runbook restore has been followed once, away from production", Duration(3600, 7200, 7200, "a drill"),
        level=RiskLevel.NONE,
    ))  # fmt: skip


def _gateway(draft: Draft) -> TestCase:
    each = on(draft, "each node")
    away = seconds(timers(draft.survey.cluster), "deadping", 30) + 5
    return case(draft, "T-17", "the host that all nodes ping is down for maintenance",
                "all domUs stop, and return by themselves: that is what the rules say, and the owners know it",
                "times from the log; the owners' word", Recipe(
        "all nodes",
        (_answers(each, draft, "-I"), _gone(draft, draft.nodes[0], away + 60),
         *waited(draft),
         _answers(each, draft, "-D"), *waited(draft)),
        "no node satisfies the rule: every domU stops, and starts again when the rule is gone",
        Duration(away + 600, away + 1800, away + 1800, "deadping, stops, starts with their delays"),
        (_answers(each, draft, "-D"),), "the rules are gone", "outage of all domUs",
        RiskLevel.HIGH, ("an outage of all domUs is announced: ____",), second=True,
    ))  # fmt: skip


def _cold_start(draft: Draft) -> TestCase:
    known = timers(draft.survey.cluster)
    initdead = seconds(known, "initdead", 60)
    delays = [guest.op("start").delay for guest in draft.survey.guests if not guest.stopped]
    last = initdead + 10 + max(delays, default=0) + draft.survey.parameters.start_domu
    nodes = draft.nodes
    return case(draft, "T-13", "the whole cluster starts from nothing", "no node is fenced, all domUs run, in order "
                f"of their delays; the last after about {as_words(last)}", "the times of the starts", Recipe(
        f"all nodes in order {', '.join(nodes)}",
        (*(stack(draft, node, "stop") for node in reversed(nodes)),
         on(draft, "each node").shell("xm list; mount -t ocfs2"),
         *(stack(draft, node, "start") for node in nodes),
         *(seen(draft, node, "online", 2 * initdead + 60) for node in nodes), *waited(draft)),
        f"all nodes are started within {as_words(initdead)} of each other, and nobody is fenced",
        Duration(last + 300, last + 1800, last + 1800, "initdead, election, starts with their delays"),
        tuple(stack(draft, node, "start") for node in nodes), "the stack runs on every node",
        "outage of all domUs", RiskLevel.HIGH, ("an outage of all domUs is announced: ____",), second=True,
    ))  # fmt: skip
