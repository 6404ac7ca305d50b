"""What a heartbeat cluster says about the hosts it pings: directives of ha.cf, pingd's command line, ping nodes."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cibtools.backup.heartbeat.ha_cf import Respawn
from cibtools.cluster.model.cluster import Cluster

_SWITCHES = {"-m": "multiplier", "-d": "dampen", "-a": "name", "-s": "set", "-S": "section", "-p": "pidfile"}
_OTHER_WITH_VALUE = frozenset(("-i", "-n", "-N", "-U", "-u", "-w", "-t"))
"""Further switches of pingd that a value follows."""


class PingLine(Struct, frozen=True):
    """A pingd that heartbeat starts, taken apart."""

    parameters: tuple[tuple[str, str], ...]
    """What its switches are as parameters of the agent, in order, each once."""
    hosts: tuple[str, ...]
    """Those of `-h`."""


def ping_line(respawn: Respawn) -> PingLine:
    """Take a pingd command line apart as getopt does: a value may follow its switch at once or as the next word."""
    found: dict[str, str] = {}
    hosts: list[str] = []
    options: list[str] = []
    words = list(respawn.args)
    while words:
        word = words.pop(0)
        switch, joined = word[:2], word[2:]
        if switch in _SWITCHES or switch == "-h" or switch in _OTHER_WITH_VALUE:
            value = joined or (words.pop(0) if words else "")
            if switch in _SWITCHES:
                found[_SWITCHES[switch]] = value
            elif switch == "-h":
                hosts += [value] if value else []
            else:
                options.append(f"{switch} {value}".strip())
        elif word != "-D":
            options.append(word)
    if options:
        found["options"] = " ".join(options)
    return PingLine(tuple(found.items()), tuple(dict.fromkeys(hosts)))


def ping_lines(cluster: Cluster) -> tuple[PingLine, ...]:
    """Every pingd that some ha.cf starts, equal ones once."""
    lines = (
        ping_line(respawn) for _, ha_cf in cluster.ha_cfs for respawn in ha_cf.respawns if respawn.program == "pingd"
    )
    return tuple(dict.fromkeys(lines))


def ping_hosts(cluster: Cluster) -> tuple[str, ...]:
    """The hosts that heartbeat itself pings: `ping` and `ping_group` of all ha.cf, then ping nodes of the CIB."""
    return tuple(dict.fromkeys(_hosts(cluster)))


def _hosts(cluster: Cluster) -> Iterator[str]:
    for _, ha_cf in cluster.ha_cfs:
        yield from (option.text for option in ha_cf.ping_nodes)
    for node in cluster.objects("nodes"):
        if node.tag == "node" and node.get("type") == "ping" and node.get("uname"):
            yield node.get("uname", "")
