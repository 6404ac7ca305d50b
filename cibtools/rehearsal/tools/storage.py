"""The tools of shared storage: LVM, the converter of containers, OCFS2, sizes of devices.

What they print is that of LVM 2.02.39 and ocfs2-tools 1.4; csm-converter is on SLE HA 11 only.
"""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.rehearsal import storage
from cibtools.rehearsal.call import Call, Reply, Tool
from cibtools.rehearsal.tools.options import UnknownOptionError
from cibtools.rehearsal.world import Group

_SIZE = 10 << 30
"""Bytes of each volume: all are alike."""


def _config(call: Call) -> str:
    words = call.words
    return words[words.index("--config") + 1] if "--config" in words[:-1] else ""


def _names(call: Call) -> list[str]:
    """Return the groups that a command names: neither options nor their values."""
    taken = {word for word, before in zip(call.words[1:], call.words, strict=False) if before in ("--config", "-a",
             "-c", "--units")}  # fmt: skip
    return [word for word in call.words if not word.startswith("-") and word not in taken]


def _complaints(call: Call) -> str:
    """Say what LVM says before it works: that it locks for one host only, and what it skips for that reason."""
    given = _config(call)
    lines = []
    if not given and storage.falls_back(call.world, call.node):
        lines += ["  connect() failed on local socket: Connection refused",
                  "  WARNING: Falling back to local file-based locking.",
                  "  Volume Groups with the clustered attribute will be inaccessible."]  # fmt: skip
    lines += [f"  Skipping clustered volume group {one.name}" for one in storage.skipped(call.world, call.node, given)]
    return "".join(f"{line}\n" for line in lines)


def vgs(call: Call) -> Reply:
    """List the groups that LVM works on."""
    rows = [
        f"  {one.name}   1 {len(one.volumes):>3}   0 wz--n{'c' if one.clustered else '-'} 200.00G 10.00G\n"
        for one in storage.reachable(call.world, call.node, _config(call))
    ]
    heading = "  VG     #PV #LV #SN Attr   VSize   VFree\n" if rows else ""
    return Reply("".join((heading, *rows)), _complaints(call))


def lvs(call: Call) -> Reply:
    """List the volumes of the groups that LVM works on."""
    found = list(storage.reachable(call.world, call.node, _config(call)))
    rows = [
        f"  {volume} {one.name} -wi-{'a' if call.node in one.active else '-'}- {_SIZE}B\n"
        for one in found
        for volume in one.volumes
    ]
    return Reply("".join(("  LV VG Attr LSize\n" if rows else "", *rows)), _complaints(call))


def vgchange(call: Call) -> Reply:
    """Activate or deactivate groups, or say whether they are clustered."""
    words, given = call.words, _config(call)
    named = _names(call)
    found = [one for one in storage.reachable(call.world, call.node, given) if not named or one.name in named]
    lines = []
    for one in found:
        if "-a" in words:
            on = words[words.index("-a") + 1] == "y"
            if not on and _in_use(call, one):
                return Reply(stderr=f"  Can't deactivate volume group \"{one.name}\" with open logical volume(s)\n",
                             status=5)  # fmt: skip
            (one.active.add if on else one.active.discard)(call.node)
            lines.append(f'  {len(one.volumes) if on else 0} logical volume(s) in volume group "{one.name}" now active')
        if "-c" in words:
            if one.active:
                return Reply(stderr=f'  Volume group "{one.name}" has active logical volumes\n', status=5)
            one.clustered = words[words.index("-c") + 1] == "y"
            lines.append(f'  Volume group "{one.name}" successfully changed')
    missing = [name for name in named if all(one.name != name for one in found)]
    return Reply("".join(f"{line}\n" for line in lines), _complaints(call), status=5 if missing else 0)


def _in_use(call: Call, group: Group) -> bool:
    mounted = (device for device, _ in storage.mounts(call.world, call.node))
    return any(device.startswith(f"/dev/{group.name}/") for device in mounted)


def pvscan(call: Call) -> Reply:
    """List the disks that LVM works on."""
    if not storage.sees_disks(call.world, call.node):
        return Reply("  No matching physical volumes found\n", status=5)
    rows = [f"  PV /dev/mapper/{one.name}   VG {one.name if one.lvm else ''}   lvm2 [200.00 GB]\n"
            for one in call.world.groups.values()]  # fmt: skip
    return Reply("".join(rows), _complaints(call))


def csm_converter(call: Call) -> Reply:
    """Make a volume group of each container of EVMS."""
    world = call.world
    if not call.host.renewed:
        raise UnknownOptionError("csm-converter: it comes with SLE HA 11")
    if not storage.sees_disks(world, call.node):
        return Reply(stderr="csm-converter: no disks found\n", status=1)
    if world.members:
        return Reply(stderr="csm-converter: the cluster runs\n", status=1)
    if native := [one.name for one in world.groups.values() if one.native]:
        return Reply(stderr=f"csm-converter: no compatibility volumes in {', '.join(native)}\n", status=1)
    for one in world.groups.values():
        one.lvm = True
    return Reply("".join(f"converted {one.name}\n" for one in world.groups.values()))


def mounted_ocfs2(call: Call) -> Reply:
    """Tell on which nodes a volume is mounted."""
    lines = list(_users(call))
    return Reply("".join(("Device                FS     Nodes\n", *lines)))


def _users(call: Call) -> Iterator[str]:
    for device in (word for word in call.words if word.startswith("/dev/")):
        nodes = [name for name in call.world.nodes
                 if any(device == one for one, _ in storage.mounts(call.world, name))]  # fmt: skip
        if device in storage.devices(call.world, call.node):
            yield f"{device}  ocfs2  {', '.join(nodes) or 'Not mounted'}\n"


def tunefs_ocfs2(call: Call) -> Reply:
    """Give an OCFS2 volume the cluster stack that runs."""
    device = call.words[-1]
    found = storage.volume(call.world, device)
    if found is None or device not in storage.devices(call.world, call.node):
        return Reply(stderr=f"tunefs.ocfs2: Could not open device {device}\n", status=1)
    if not storage.active_on(call.world, call.node, "o2cb"):
        return Reply(stderr="tunefs.ocfs2: Unable to access cluster service\n", status=1)
    if any(device == one for name in call.world.nodes for one, _ in storage.mounts(call.world, name)):
        return Reply(stderr=f"tunefs.ocfs2: Device {device} is mounted\n", status=1)
    found[0].stacks[found[1]] = "pcmk"
    return Reply()


def blockdev(call: Call) -> Reply:
    """Tell the size of a device, in bytes."""
    device = call.words[-1]
    if device.startswith("/dev/evms/") and device not in storage.devices(call.world, call.node):
        return Reply(stderr=f"blockdev: cannot open {device}\n", status=1)
    return Reply(f"{_SIZE}\n")


TOOLS: dict[str, Tool] = {
    "vgs": vgs, "lvs": lvs, "vgchange": vgchange, "pvscan": pvscan, "csm-converter": csm_converter,
    "mounted.ocfs2": mounted_ocfs2, "tunefs.ocfs2": tunefs_ocfs2, "blockdev": blockdev,
}  # fmt: skip
"""By the name that is typed."""
