"""The tools that show a host: Xen, processes, mounts, paths, clock and bridges."""

from __future__ import annotations

import re
from collections.abc import Callable

from cibtools.rehearsal import storage
from cibtools.rehearsal.call import Call, Reply, Tool
from cibtools.rehearsal.world import World


def xm(call: Call) -> Reply:
    """Show the host or its domUs."""
    world, host = call.world, call.host
    here = [domu for domu in world.domus if call.node in world.where(domu)]
    if call.words[:1] == ("list",) and call.words[1:] and call.words[1] not in here:
        return Reply(stderr=f"Error: the domain '{call.words[1]}' does not exist.\n", status=1)
    match call.words:
        case ("list", *_):
            asked = set(call.words[1:]) or {"Domain-0", *here}
            rows = [("Domain-0", 0, 1024), *((domu, world.domains.get(domu, 1), world.domus[domu]) for domu in here)]
            lines = [
                f"{name:<40} {number:>4} {memory:>6}     1     r-----  100.0"
                for name, number, memory in rows
                if name in asked
            ]
            return Reply(
                "\n".join(["Name                                        ID   Mem VCPUs   State   Time(s)", *lines, ""])
            )
        case ("info", *_):
            free = host.memory - sum(world.domus[domu] for domu in here)
            minor = 3 if host.booted_new else 2
            pairs = {"total_memory": host.memory + 1024, "free_memory": free, "xen_major": 3, "xen_minor": minor}
            return Reply("".join(f"{name:<23}: {value}\n" for name, value in {**pairs, "xen_extra": ".1"}.items()))
        case ("destroy", domu) if domu in here:
            world.fail(call.node, domu)
            world.count_domain(domu)
            return Reply()
        case ("create", *options, file):
            return _create(call, file, dry="-n" in options)
        case ("shutdown", *_, domu) if domu in here:
            return _shut_down(call, domu)
        case _:
            return Reply(stderr=f"xm: the rehearsal does not know: {' '.join(call.words)}\n", status=1)


def _create(call: Call, file: str, *, dry: bool) -> Reply:
    """Start a domU by hand, or show what would be started; the cluster does not know of it before it looks."""
    text = call.read(file).decode("utf-8", "replace")
    name, memory = (re.search(rf"^\s*{key}\s*=\s*[\"']?([\w.-]+)", text, re.MULTILINE) for key in ("name", "memory"))
    if name is None or memory is None:
        return Reply(stderr=f"Error: {file} has no name or no memory\n", status=1)
    if dry:
        return Reply(f"(domain\n    (name {name[1]})\n    (memory {memory[1]}))\n")
    world = call.world
    if any(name[1] in names for names in world.left.values()) or world.where(name[1]):
        return Reply(stderr=f"Error: Domain '{name[1]}' already exists\n", status=1)
    world.domus[name[1]] = int(memory[1])
    world.left[call.node] = world.left.get(call.node, frozenset()) | {name[1]}
    world.running[name[1]] = frozenset({call.node})
    world.count_domain(name[1])
    return Reply(f"Started domain {name[1]}\n")


def _shut_down(call: Call, domu: str) -> Reply:
    """Shut a domU down by hand; one that the cluster manages comes back."""
    world = call.world
    if domu in world.left.get(call.node, frozenset()):
        world.left[call.node] -= {domu}
    else:
        call.reaction.stopped_by_hand(domu)
    call.reaction.settle()
    return Reply()


def _says(text: str) -> Tool:
    """Return a tool that prints the same whatever it is asked."""
    return lambda _: Reply(text)


def _mount(call: Call) -> Reply:
    """List what the cluster has mounted."""
    found = storage.mounts(call.world, call.node)
    return Reply("".join(f"{device} on {place} type ocfs2 (rw,heartbeat=local)\n" for device, place in found))


def _processes(call: Call) -> Reply:
    names = call.words[call.words.index("-C") + 1].split(",") if "-C" in call.words else []
    if "heartbeat" in names:
        return Reply(" 4711 heartbeat: master control process\n") if call.host.stack else Reply(status=1)
    running = any("evms" in name and call.node in call.world.where(name) for name in call.world.running)
    return Reply("  PID COMMAND\n 4712 evmsd\n") if running else Reply("  PID COMMAND\n", status=1)


def drbd(world: World, node: str) -> str:
    """Return what /proc/drbd shows on a node; empty in a cluster without DRBD."""
    resources = list(world.cib.iterfind("configuration/resources//primitive"))
    if all(one.get("type") not in ("drbd", "drbddisk") for one in resources):
        return ""
    used = [one for one in resources if storage.parameter(one, "device").startswith("/dev/drbd")]
    first = any(node in world.where(one.get("id", "")) for one in used)
    roles = "Primary/Secondary" if first else "Secondary/Primary"
    return f"version: 8.0.12\n 0: cs:Connected st:{roles} ds:UpToDate/UpToDate C r---\n"


def _addresses(call: Call) -> Reply:
    """Show the addresses of the node, with those that the cluster has put there."""
    resources = call.world.cib.iterfind("configuration/resources//primitive")
    here = [one for one in resources if call.node in call.world.where(one.get("id", ""))]
    found = ["127.0.0.1/8"]
    found += [f"{storage.parameter(one, 'ip')}/24" for one in here if one.get("type", "").startswith("IPaddr")]
    return Reply(
        "".join(f"{number}: eth0    inet {address} scope global eth0\n" for number, address in enumerate(found))
    )


_PATHS = """mpath1 (3600508b4000156d700012000000b0000) dm-1 HP,HSV200
[size=10G][features=1 queue_if_no_path][hwhandler=0]
\\_ round-robin 0 [prio=100][active]
 \\_ 0:0:0:1 sda 8:0   [active][ready]
\\_ round-robin 0 [prio=20][enabled]
 \\_ 1:0:0:1 sdb 8:16  [active][ready]
"""


def _multipath(call: Call) -> Reply:
    """Show the maps, with their paths, of the disks that the storage shows this node."""
    return Reply("" if call.node in call.world.masked or "-F" in call.words else _PATHS)


_FIXED: dict[str, str] = {
    "ntpq": "remote refid st t when poll reach delay offset jitter\n*10.0.0.1 .GPS. 1 u 10 64 377 0.2 0.1 0.1\n",
    "brctl": "bridge name\tbridge id\t\tSTP enabled\tinterfaces\nxenbr0\t\t8000.feffffffffff\tno\t\tpeth0\n",
    "rug": "S | Repository | Bundle | Name | Version | Arch\n",
    "script": "Script started, file is session.log\n",
    "uptime": " 02:00:00 up 1 min,  1 user,  load average: 0.10, 0.05, 0.01\n",
    "sync": "", "logger": "", "rescan-scsi-bus.sh": "0 new device(s) found.\n",
}  # fmt: skip
_TOOLS: dict[str, Callable[[Call], Reply]] = {
    "ip": _addresses,
    "xm": xm,
    "mount": _mount,
    "multipath": _multipath,
    "ps": _processes,
}
TOOLS: dict[str, Tool] = {**{name: _says(text) for name, text in _FIXED.items()}, **_TOOLS}
"""By the name that is typed."""
