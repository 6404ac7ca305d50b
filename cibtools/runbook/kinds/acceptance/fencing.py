"""Tests of fencing: by hand, by the cluster, and when all links are gone."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.derived.device import Device, devices
from cibtools.cluster.derived.fencing import fencing_coverage
from cibtools.cluster.derived.option import parameters
from cibtools.cluster.vocabulary.plugin import Quality
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.meta_place import MetaPlace
from cibtools.runbook.facts.survey import seconds, timers
from cibtools.runbook.kinds.acceptance.case import Recipe, TestCase, case, if_empty, on, seen, stack, waited
from cibtools.runbook.kinds.acceptance.domus import chosen, stonith_timeout
from cibtools.runbook.kinds.acceptance.emptied import ha_cf
from cibtools.runbook.kinds.acceptance.network import taken_out
from cibtools.runbook.plan.enums import CommandKind, RiskLevel
from cibtools.runbook.plan.step import Caution, Duration, as_words


def fence_tests(draft: Draft) -> Iterator[TestCase]:
    """T-03 for every node with a real device, then T-04, then T-10; none without a device that counts."""
    found = {node: _device(draft, node) for node in draft.nodes}
    armed = {node: device for node, device in found.items() if device}
    for node, device in armed.items():
        yield _by_hand(draft, node, device)
    if len(armed) == len(draft.nodes) > 1:
        yield _by_cluster(draft, draft.nodes[0])
        yield _split(draft)


def _device(draft: Draft, node: str) -> Device | None:
    """A device that cuts the power of a node, and may run on another one."""
    # A device without a host list, such as SBD, asks its medium whom it can fence: the coverage knows.
    able = [one for found in fencing_coverage(draft.survey.cluster).nodes if found.node.uname == node
            for one in found.by]  # fmt: skip
    for found in able:
        elsewhere = [name for name in found.executors if name != node]
        if found.plugin.quality is not Quality.TEST and elsewhere:
            return found
    return None


def _by_hand(draft: Draft, node: str, device: Device) -> TestCase:
    executor = next(name for name in device.executors if name != node)
    console, here = on(draft, executor), on(draft, node)
    type_ = device.resource.agent.type if device.resource.agent else ""
    pairs = tuple((pair.name, pair.value) for pair in parameters(device.resource))
    reboot = draft.survey.parameters.reboot
    return case(draft, f"T-03 {node}", f"{device.resource.id} cuts the power of {node}",
                f"{node} really loses its power (somebody watches its console)", "a photo of the console, or its log",
                Recipe(
        f"{executor}, console of {node}",
        (console.standby(node), *waited(draft, node), if_empty(stack(draft, node, "stop")),
         console.stonith_reset(type_, pairs, node), seen(draft, node, "standby", 2 * reboot), here.shell("uptime"),
         console.online(node), *waited(draft, node)),
        f"{node} goes dark and boots; nobody is harmed, since it was empty and had left",
        Duration(nominal=300 + reboot, limit=900 + 2 * reboot, hard=900 + 2 * reboot, basis="emptying, reset, boot"),
        (console.online(node),), f"{node} is active", "the power of a host is cut", RiskLevel.HIGH,
        (f"{node} is in standby, xm list shows only Domain-0, its stack is stopped",
         f"somebody watches the console of {node}: ____"),
        second=True,
    ))  # fmt: skip


def _by_cluster(draft: Draft, node: str) -> TestCase:
    console, here = draft.console(node), on(draft, node)
    tried = chosen(draft)
    deadtime = seconds(timers(draft.survey.cluster), "deadtime", 30)
    start = tried.op("start").delay + tried.op("start").timeout if tried else 0
    limit = deadtime + stonith_timeout(draft) + start
    weak = [draft.survey.cluster.top(found.resource).id for found in devices(draft.survey.cluster)
            if found.plugin.quality is Quality.TEST and not found.inactive]  # fmt: skip
    off = tuple(console.stop(name, MetaPlace()) for name in weak)
    on_again = tuple(console.start(name, MetaPlace()) for name in weak)
    alone = () if tried is None else (console.send(tried.id, node), *waited(draft, node), console.unmove(tried.id))
    empty = (console.standby(node), *waited(draft, node), console.online(node), *waited(draft, node))
    name = tried.id if tried else "nothing"
    return case(draft, f"T-04 {node}", f"the cluster fences {node} when it dies",
                f"within {as_words(limit)} {node} is reset once, and {name} runs on another node",
                "the log of the DC from the death to the start", Recipe(
        f"{console.run_on}, {node}",
        (*off, *empty, *alone,
         here.shell("killall -9 heartbeat ccm cib crmd lrmd" if here.old else "killall -9 corosync aisexec",
                    CommandKind.DESTRUCTIVE),
         seen(draft, node, "OFFLINE|UNCLEAN", 2 * deadtime + 60), *waited(draft, node), *on_again,
         seen(draft, node, "online", 2 * draft.survey.parameters.reboot)),
        f"{node} is seen dead, reset, and joins again after its boot; exactly one reset",
        Duration(nominal=deadtime + 10 + start, limit=limit + 2 * draft.survey.parameters.reboot, hard=limit + 2 *
                 draft.survey.parameters.reboot, basis="deadtime, fencing, start, and the boot"),
        (console.online(node), *(() if tried is None else (console.unmove(tried.id),)), *on_again),
        f"{node} is active, devices for tests are on again, no pin is left", f"{name} dies with its node",
        RiskLevel.HIGH, (f"T-03 is passed for {node}", f"{node} carries {name} and nothing else",
                         "an outage of it is announced: ____"),
        (Caution(rule="TERM",
                 text="pkill heartbeat sends TERM, which is the orderly way out: it does not lead to fencing"),),
        second=True,
    ))  # fmt: skip


def _split(draft: Draft) -> TestCase:
    node = draft.nodes[0]
    here, found = on(draft, node), ha_cf(draft)
    links = tuple(dict.fromkeys(medium.interface for medium in found.media)) if found else ()
    rules = tuple(f"{chain} {way} {quoted(link)} -p udp -j DROP" for link in links
                  for chain, way in (("INPUT", "-i"), ("OUTPUT", "-o")))  # fmt: skip
    cut = tuple(here.shell(f"iptables -I {rule}", CommandKind.CHANGE) for rule in rules) or (
        here.shell("# pull the cables of all links", CommandKind.DESTRUCTIVE),)  # fmt: skip
    back = tuple(here.shell(taken_out(rule), CommandKind.CHANGE) for rule in rules)
    deadtime = seconds(timers(draft.survey.cluster), "deadtime", 30)
    limit = deadtime + stonith_timeout(draft) + 600
    return case(draft, "T-10", "all links are lost at once", "exactly one side survives with all domUs; never two",
                "both logs; xm list of both sides", Recipe(
        f"{node}, consoles of all nodes",
        (*cut, seen(draft, node, "OFFLINE|UNCLEAN", 2 * deadtime + 60), *waited(draft, node),
         on(draft, "each node").shell("xm list"), *back),
        "one side fences the other and takes everything over",
        Duration(nominal=deadtime + 300, limit=limit + 2 * draft.survey.parameters.reboot, hard=limit + 2 *
                 draft.survey.parameters.reboot, basis="deadtime, fencing, starts"),
        back, "the rules are gone (a reset has removed them as well)", "every domU of one side restarts",
        RiskLevel.HIGH,
        ("T-03 and T-04 are passed", "an outage of all domUs is announced: ____"), second=True,
    ))  # fmt: skip
