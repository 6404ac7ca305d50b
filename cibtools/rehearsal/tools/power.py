"""What starts, stops, boots and kills: init scripts of the stack, reboot, fencing devices, and the clock."""

from __future__ import annotations

from cibtools.rehearsal import membership
from cibtools.rehearsal.call import Call, Reply, Tool
from cibtools.rehearsal.fault import Fault
from cibtools.rehearsal.tools.options import UnknownOptionError

_STACK = {False: ("heartbeat", "ccm", "cib", "crmd", "lrmd"), True: ("corosync", "aisexec")}
"""The processes without which a node is lost, with heartbeat and with openais."""


def service(call: Call) -> Reply:
    """Start, stop or ask the cluster stack of a node."""
    host = call.host
    openais = call.name == "rcopenais"
    if host.renewed and not openais:
        raise UnknownOptionError(f"{call.name}: SLE HA 11 has no heartbeat")
    match call.words:
        case ("stop",):
            if call.world.fault is Fault.HANG:
                call.world.fault, call.world.stuck = None, True
            if call.world.stuck:
                return Reply("Stopping High-Availability services: still waiting\n", status=1)
            membership.leave(call.reaction, call.node)
            return Reply("Stopping High-Availability services:  done\n")
        case ("start",):
            if not host.stack and not membership.join(call.reaction, call.node):
                return Reply("Starting High-Availability services:  failed\n", status=1)
            return Reply("Starting High-Availability services:  done\n")
        case ("status",) if openais:
            return Reply(f"Checking for OpenAIS{'':40}{'running' if host.stack else 'unused'}\n",
                         status=0 if host.stack else 3)  # fmt: skip
        case ("status",):
            return Reply("heartbeat OK [pid 4711]\n") if host.stack else Reply("heartbeat is stopped\n", status=3)
        case _:
            return Reply(stderr=f"Usage: {call.name} {{start|stop|status}}\n", status=1)


def reboot(call: Call) -> Reply:
    """Boot the node: it leaves the cluster, and comes back with what is installed."""
    membership.leave(call.reaction, call.node)
    call.world.reset(call.node)
    return Reply()


def killall(call: Call) -> Reply:
    """Kill processes: without the cluster's own the node is lost to the others."""
    names = [word for word in call.words if not word.startswith("-")]
    if "-9" in call.words and set(names) & set(_STACK[call.world.openais]) and call.host.stack:
        membership.lose(call.reaction, call.node)
    return Reply()


def stonith(call: Call) -> Reply:
    """Ask a fencing device, or let it reset a node."""
    if "-T" in call.words:
        *_, action, node = call.words
        if node not in call.world.nodes or action not in ("reset", "on", "off"):
            return Reply(stderr="Missing node name\n", status=1)
        call.world.reset(node)
        call.reaction.settle()
    return Reply("stonith: external/riloe device OK.\n")


def chkconfig(call: Call) -> Reply:
    """Show or set whether a service starts at boot."""
    host = call.host
    words = [word for word in call.words if not word.startswith("-")]
    service_name = words[0] if words else ""
    stack = service_name == ("openais" if host.renewed or call.world.openais else "heartbeat")
    if "--list" in call.words or len(words) < 2:
        on = "on" if host.starts_at_boot and stack else "off"
        levels = "  ".join(f"{level}:{on if level in (3, 5) else 'off'}" for level in range(7))
        return Reply(f"{service_name:<24}  {levels}\n")
    if stack:
        host.starts_at_boot = words[1] == "on"
    return Reply()


def keygen(call: Call) -> Reply:
    """Make a key for the messages of openais."""
    call.world.disk[call.node, "/etc/ais/authkey"] = f"key of {call.node} at {call.world.clock}".encode()
    return Reply("OpenAIS Authentication key generator.\nWriting openais key to /etc/ais/authkey.\n")


def clock(call: Call) -> Reply:
    """Let time go by."""
    membership.pass_time(call.reaction, int(float(call.words[0])))
    return Reply()


TOOLS: dict[str, Tool] = {
    "rcheartbeat": service, "rcopenais": service, "reboot": reboot, "killall": killall, "stonith": stonith,
    "chkconfig": chkconfig, "ais-keygen": keygen, "rehearsal-clock": clock,
}  # fmt: skip
"""By the name that is typed."""
