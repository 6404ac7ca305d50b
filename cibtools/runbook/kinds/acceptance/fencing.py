"""Tests of fencing: by hand, by the cluster, and when all links are gone."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.derived.device import Device, devices
from cibtools.cluster.derived.fencing import fencing_coverage
from cibtools.cluster.derived.option import parameters
from cibtools.cluster.vocabulary.plugin import Quality
from cibtools.runbook.blocks.draft import Course
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.estimate.timing import as_words
from cibtools.runbook.facts.meta_place import MetaPlace
from cibtools.runbook.facts.survey import seconds, timers
from cibtools.runbook.kinds.acceptance.case import Recipe, TestCase, case, if_empty, on, seen, stack, waited
from cibtools.runbook.kinds.acceptance.domus import chosen, stonith_timeout
from cibtools.runbook.kinds.acceptance.nodes import ha_cf
from cibtools.runbook.plan.enums import CommandKind, RiskLevel
from cibtools.runbook.plan.step import Caution, Duration


def fence_tests(course: Course) -> Iterator[TestCase]:
    """T-03 for every node with a real device, then T-04, then T-10; none without a device that counts."""
    found = {node: _device(course, node) for node in course.nodes}
    armed = {node: device for node, device in found.items() if device}
    for node, device in armed.items():
        yield _by_hand(course, node, device)
    if len(armed) == len(course.nodes) > 1:
        yield _by_cluster(course, course.nodes[0])
        yield _split(course)


def _device(course: Course, node: str) -> Device | None:
    """A device that cuts the power of a node, and may run on another one."""
    # A device without a host list, such as SBD, asks its medium whom it can fence: the coverage knows.
    able = [one for found in fencing_coverage(course.survey.cluster).nodes if found.node.uname == node
            for one in found.by]  # fmt: skip
    for found in able:
        elsewhere = [name for name in found.executors if name != node]
        if found.plugin.quality is not Quality.TEST and elsewhere:
            return found
    return None


def _by_hand(course: Course, node: str, device: Device) -> TestCase:
    executor = next(name for name in device.executors if name != node)
    console, here = on(course, executor), on(course, node)
    type_ = device.resource.agent.type if device.resource.agent else ""
    pairs = tuple((pair.name, pair.value) for pair in parameters(device.resource))
    reboot = course.survey.parameters.reboot
    return case(course, f"T-03 {node}", f"{device.resource.id} cuts the power of {node}",
                f"{node} really loses its power (somebody watches its console)", "a photo of the console, or its log",
                Recipe(
        f"{executor}, console of {node}",
        (console.standby(node), *waited(course, node), if_empty(stack(course, node, "stop")),
         console.stonith_reset(type_, pairs, node), seen(course, node, "standby", 2 * reboot), here.shell("uptime"),
         console.online(node), *waited(course, node)),
        f"{node} goes dark and boots; nobody is harmed, since it was empty and had left",
        Duration(300 + reboot, 900 + 2 * reboot, 900 + 2 * reboot, "emptying, reset, boot"),
        (console.online(node),), f"{node} is active", "the power of a host is cut", RiskLevel.HIGH,
        (f"{node} is in standby, xm list shows only Domain-0, its stack is stopped",
         f"somebody watches the console of {node}: ____"),
        second=True,
    ))  # fmt: skip


def _by_cluster(course: Course, node: str) -> TestCase:
    console, here = course.console(node), on(course, node)
    tried = chosen(course)
    deadtime = seconds(timers(course.survey.cluster), "deadtime", 30)
    start = tried.op("start").delay + tried.op("start").timeout if tried else 0
    limit = deadtime + stonith_timeout(course) + start
    weak = [course.survey.cluster.top(found.resource).id for found in devices(course.survey.cluster)
            if found.plugin.quality is Quality.TEST and not found.inactive]  # fmt: skip
    off = tuple(console.stop(name, MetaPlace()) for name in weak)
    on_again = tuple(console.start(name, MetaPlace()) for name in weak)
    alone = () if tried is None else (console.move(tried.id, node), *waited(course, node))
    moved = () if tried is None else (console.unmove(tried.id),)
    empty = (console.standby(node), *waited(course, node), console.online(node), *waited(course, node))
    name = tried.id if tried else "nothing"
    return case(course, f"T-04 {node}", f"the cluster fences {node} when it dies",
                f"within {as_words(limit)} {node} is reset once, and {name} runs on another node",
                "the log of the DC from the death to the start", Recipe(
        f"{console.run_on}, {node}",
        (*off, *empty, *alone,
         here.shell("killall -9 heartbeat ccm cib crmd lrmd" if here.old else "killall -9 corosync aisexec",
                    CommandKind.DESTRUCTIVE),
         seen(course, node, "OFFLINE|UNCLEAN", 2 * deadtime + 60), *waited(course, node), *moved, *on_again,
         seen(course, node, "online", 2 * course.survey.parameters.reboot)),
        f"{node} is seen dead, reset, and joins again after its boot; exactly one reset",
        Duration(deadtime + 10 + start, limit + 2 * course.survey.parameters.reboot, limit + 2 *
                 course.survey.parameters.reboot, "deadtime, fencing, start, and the boot"),
        (*moved, *on_again), "devices for tests are on again, no pin is left", f"{name} dies with its node",
        RiskLevel.HIGH, (f"T-03 is passed for {node}", f"{node} carries {name} and nothing else",
                         "an outage of it is announced: ____"),
        (Caution("TERM", "pkill heartbeat sends TERM, which is the orderly way out: it does not lead to fencing"),),
        second=True,
    ))  # fmt: skip


def _split(course: Course) -> TestCase:
    node = course.nodes[0]
    here, found = on(course, node), ha_cf(course)
    links = tuple(dict.fromkeys(medium.interface for medium in found.media)) if found else ()
    rules = tuple(f"{chain} {way} {quoted(link)} -p udp -j DROP" for link in links
                  for chain, way in (("INPUT", "-i"), ("OUTPUT", "-o")))  # fmt: skip
    cut = tuple(here.shell(f"iptables -I {rule}", CommandKind.CHANGE) for rule in rules) or (
        here.shell("# pull the cables of all links", CommandKind.DESTRUCTIVE),)  # fmt: skip
    back = tuple(here.shell(f"iptables -D {rule}", CommandKind.CHANGE) for rule in rules)
    deadtime = seconds(timers(course.survey.cluster), "deadtime", 30)
    limit = deadtime + stonith_timeout(course) + 600
    return case(course, "T-10", "all links are lost at once", "exactly one side survives with all domUs; never two",
                "both logs; xm list of both sides", Recipe(
        f"{node}, consoles of all nodes",
        (*cut, seen(course, node, "OFFLINE|UNCLEAN", 2 * deadtime + 60), *waited(course, node),
         on(course, "each node").shell("xm list"), *back),
        "one side fences the other and takes everything over",
        Duration(deadtime + 300, limit + 2 * course.survey.parameters.reboot, limit + 2 *
                 course.survey.parameters.reboot, "deadtime, fencing, starts"),
        back, "the rules are gone (a reset has removed them as well)", "every domU of one side restarts",
        RiskLevel.HIGH,
        ("T-03 and T-04 are passed", "an outage of all domUs is announced: ____"), second=True,
    ))  # fmt: skip
