"""The tools of a host: Xen, the init scripts of the stack, packages, storage, network, power."""

from __future__ import annotations

from collections.abc import Callable

from cibtools.rehearsal.call import Call, Reply, Tool

_PACKAGES = ("heartbeat", "evms", "ocfs2-tools", "xen", "kernel-xen", "multipath-tools")


def xm(call: Call) -> Reply:
    """Show the host or its domUs."""
    world, host = call.world, call.host
    here = [domu for domu in world.domus if call.node in world.where(domu)]
    match call.words:
        case ("list", *_):
            rows = [("Domain-0", 0, 1024), *((domu, world.domains.get(domu, 1), world.domus[domu]) for domu in here)]
            lines = [f"{name:<40} {number:>4} {memory:>6}     1     r-----  100.0" for name, number, memory in rows]
            return Reply(
                "\n".join(["Name                                        ID   Mem VCPUs   State   Time(s)", *lines, ""])
            )
        case ("info", *_):
            free = host.memory - sum(world.domus[domu] for domu in here)
            minor = 3 if host.booted_new else 2
            pairs = {"total_memory": host.memory + 1024, "free_memory": free, "xen_major": 3, "xen_minor": minor}
            return Reply("".join(f"{name:<23}: {value}\n" for name, value in {**pairs, "xen_extra": ".1"}.items()))
        case _:
            return Reply(stderr=f"xm: the rehearsal does not know: {' '.join(call.words)}\n", status=1)


def service(call: Call) -> Reply:
    """Start, stop or ask the cluster stack of a node."""
    host = call.host
    match call.words:
        case ("stop",):
            if call.world.stuck:
                return Reply("Stopping High-Availability services: still waiting\n", status=1)
            host.stack = False
            call.reaction.settle()
            return Reply("Stopping High-Availability services:  done\n")
        case ("start",):
            host.stack = True
            call.reaction.settle()
            return Reply("Starting High-Availability services:  done\n")
        case ("status",):
            return Reply("heartbeat OK [pid 4711]\n") if host.stack else Reply("heartbeat is stopped\n", status=3)
        case _:
            return Reply(stderr=f"Usage: {call.name} {{start|stop|status}}\n", status=1)


def reboot(call: Call) -> Reply:
    """Boot the node: it leaves the cluster, and comes back with what is installed."""
    host = call.host
    host.stack = False
    call.reaction.settle()
    host.booted_new = host.patched
    host.stack = host.starts_at_boot
    call.reaction.settle()
    return Reply()


def install(call: Call) -> Reply:
    """Install the packages that wait."""
    call.host.patched = True
    return Reply()


def rpm(call: Call) -> Reply:
    """Name the packages of a node."""
    version = "2.1.4-2" if call.host.patched else "2.1.3-1"
    names = _PACKAGES if "-qa" in call.words else [word for word in call.words if not word.startswith("-")]
    form = "{} {}.x86_64\n" if "-qa" in call.words else "{}-{}\n"
    return Reply("".join(form.format(name, version) for name in names))


def uname(call: Call) -> Reply:
    """Name the kernel, or the node."""
    if "-n" in call.words:
        return Reply(f"{call.node}\n")
    return Reply("2.6.16.60-0.34-xen\n" if call.host.booted_new else "2.6.16.46-0.12-xen\n")


def stonith(call: Call) -> Reply:
    """Ask a fencing device, or let it reset a node."""
    if "-T" in call.words:
        node = call.words[-1]
        if node not in call.world.nodes:
            return Reply(stderr="Missing node name\n", status=1)
        call.world.nodes[node].stack = False
        call.reaction.settle()
    return Reply("stonith: external/riloe device OK.\n")


def _says(text: str) -> Tool:
    """Return a tool that prints the same whatever it is asked."""
    return lambda _: Reply(text)


def _mount(call: Call) -> Reply:
    """List what the cluster has mounted."""
    mounted = [name for name in call.world.running if "pool" in name and call.node in call.world.where(name)]
    return Reply("".join("/dev/evms/san2/cfgpool on /etc/xen/vm type ocfs2 (rw,heartbeat=local)\n" for _ in mounted))


def _processes(call: Call) -> Reply:
    running = any("evms" in name and call.node in call.world.where(name) for name in call.world.running)
    return Reply("  PID COMMAND\n 4712 evmsd\n") if running else Reply("  PID COMMAND\n", status=1)


def _log(call: Call) -> Reply:
    return Reply("".join(f"{line}\n" for line in call.host.log[-50:]))


_PATHS = """mpath1 (3600508b4000156d700012000000b0000) dm-1 HP,HSV200
[size=10G][features=1 queue_if_no_path][hwhandler=0]
\\_ round-robin 0 [prio=100][active]
 \\_ 0:0:0:1 sda 8:0   [active][ready]
\\_ round-robin 0 [prio=20][enabled]
 \\_ 1:0:0:1 sdb 8:16  [active][ready]
"""
_FIXED: dict[str, str] = {
    "multipath": _PATHS,
    "ntpq": "remote refid st t when poll reach delay offset jitter\n*10.0.0.1 .GPS. 1 u 10 64 377 0.2 0.1 0.1\n",
    "brctl": "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nxenbr0\t\t8000.feffffffffff\tno\t\tpeth0\n",
    "rug": "S | Repository | Bundle | Name | Version | Arch\n",
    "script": "Script started, file is session.log\n",
    "scp": "", "chkconfig": "", "iptables": "", "sync": "", "logger": "",
}  # fmt: skip
_TOOLS: dict[str, Callable[[Call], Reply]] = {
    "xm": xm, "rcheartbeat": service, "rcopenais": service, "reboot": reboot, "yast2": install, "rpm": rpm,
    "uname": uname, "stonith": stonith, "mount": _mount, "ps": _processes, "ha-log": _log,
}  # fmt: skip
TOOLS: dict[str, Tool] = {**{name: _says(text) for name, text in _FIXED.items()}, **_TOOLS}
"""By the name that is typed."""
