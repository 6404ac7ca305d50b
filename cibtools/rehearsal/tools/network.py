"""The packet filter: what is dropped decides what the cluster sees of a node."""

from __future__ import annotations

from cibtools.rehearsal import membership
from cibtools.rehearsal.call import Call, Reply, Tool


def iptables(call: Call) -> Reply:
    """Add or remove a rule; answers of ping hosts and the links of heartbeat depend on it."""
    action, *rule = call.words
    text, rules = " ".join(rule), call.host.rules
    if action == "-I":
        rules.insert(0, text)
    elif action == "-D":
        if text not in rules:
            return Reply(stderr="iptables: Bad rule (does a matching rule exist in that chain?)\n", status=1)
        rules.remove(text)
    else:
        return Reply(stderr=f"iptables: the rehearsal does not know {action}\n", status=2)
    _see(call)
    return Reply()


def _see(call: Call) -> None:
    """Let the cluster notice which answers and which links are missing now."""
    world, rules = call.world, call.host.rules
    deaf = any("-p icmp" in rule for rule in rules)
    for (node, name), value in world.pings.items():
        if node == call.node:
            world.attributes[node, name] = "0" if deaf else value
    cut = {link for link in world.links if any(f"-i {link} -p udp" in rule for rule in rules)}
    if world.links and cut == set(world.links) and call.host.member:
        membership.lose(call.reaction, call.node)
    else:
        call.reaction.settle()


def getent(call: Call) -> Reply:
    """Resolve names as the hosts file of the node has them."""
    text = call.world.disk.get((call.node, "/etc/hosts"), b"").decode("utf-8", "replace")
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    found = [line for name in call.words[1:] for line in lines if name in line[1:]]
    shown = "".join(f"{line[0]:<15} {' '.join(line[1:])}\n" for line in found)
    return Reply(shown, status=0 if found else 2)


TOOLS: dict[str, Tool] = {"iptables": iptables, "getent": getent}
"""By the name that is typed."""
