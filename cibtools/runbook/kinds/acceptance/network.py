"""Tests that take a network away from nodes, and give it back."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import quoted
from cibtools.runbook.facts.network import network_attributes, pinged
from cibtools.runbook.facts.survey import seconds, timers
from cibtools.runbook.kinds.acceptance.case import Recipe, TestCase, case, on, waited
from cibtools.runbook.kinds.acceptance.emptied import evacuation, ha_cf
from cibtools.runbook.plan.enums import CommandKind, RiskLevel
from cibtools.runbook.plan.step import Command, Duration, as_words


def links(draft: Draft) -> tuple[str, ...]:
    """Return the interfaces of the heartbeat links that ha.cf names."""
    found = ha_cf(draft)
    return tuple(dict.fromkeys(medium.interface for medium in found.media)) if found else ()


def answers(console: Console, draft: Draft, action: str) -> Command:
    """Drop what the pinged hosts answer, or let it through again; all of them, as one is enough to stay connected."""
    hosts = [quoted(name) for name in pinged(draft.survey)] or ['"${GATEWAY:?the host that is pinged}"']
    lines = [f"iptables {action} INPUT -p icmp -s {name} -j DROP" for name in hosts]
    return console.shell("\n".join(lines), CommandKind.CHANGE)


def taken_out(rule: str) -> str:
    """Take a rule out of the packet filter, if it is there: a reset has removed it, and so may the step itself have."""
    return f"iptables -D {rule} || echo 'it is gone already'"


def heard_again(console: Console, draft: Draft) -> Command:
    """Let the pinged hosts be heard again, whatever is left of the rules."""
    found = answers(console, draft, "-D")
    return console.shell("\n".join(f"{line} || echo 'it is gone already'" for line in found.text.splitlines()),
                         CommandKind.CHANGE)  # fmt: skip


def lan_loss(draft: Draft) -> TestCase:
    """Test T-08: a node loses the network of its users."""
    node = draft.nodes[0]
    here = on(draft, node)
    known = timers(draft.survey.cluster)
    dampen = 5
    away = seconds(known, "deadping", 30) + dampen
    _, duration, _ = evacuation(draft, node)
    limit = Duration(nominal=away, limit=away + 20, hard=away + 60, basis=f"deadping, then {dampen}s dampen") + duration
    return case(draft, f"T-08 {node}", f"{node} loses the network of its users",
                f"after {as_words(away)} the domUs leave {node}; {node} is not fenced; nothing returns afterwards",
                "times from the log", Recipe(
        node,
        (answers(here, draft, "-I"), gone(draft, node, away + 60), *waited(draft, node),
         answers(here, draft, "-D"), *waited(draft, node)),
        f"the attribute goes to 0, the domUs move away, {node} stays a member",
        limit, (heard_again(here, draft),), "the rule is gone", "domUs move",
        RiskLevel.MEDIUM,
    ))  # fmt: skip


def gone(draft: Draft, node: str, limit: int) -> Command:
    """Wait until the network attribute of a node is 0 or gone."""
    console = draft.console(node)
    name = network_attributes(draft.survey)[0].name
    ask = f"{console.node_attribute(node, name).text} 2>&1 | grep -qE 'value=0|value=$|not'"
    return console.wait(ask, limit, console.node_attribute(node, name).text)


def one_link(draft: Draft) -> TestCase:
    """Test T-09: a node loses one of its heartbeat links."""
    node, link = draft.nodes[0], links(draft)[-1]
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
        Duration(nominal=deadtime + 30, limit=deadtime + 60, hard=deadtime + 60, basis="deadtime"),
        tuple(here.shell(taken_out(rule), CommandKind.CHANGE) for rule in rules), "the rules are gone",
        "the other link has to carry everything", RiskLevel.MEDIUM, ("the other links are up (crm_mon, log)",),
    ))  # fmt: skip


def _port(draft: Draft) -> int:
    found = ha_cf(draft)
    option = found.last("udpport") if found else None
    return int(option.text) if option and option.text.isdecimal() else 694
