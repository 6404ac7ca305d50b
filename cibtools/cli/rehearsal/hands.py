"""What a person does where a runbook says so in words, or opens an editor: the model does it as the step means it."""

from __future__ import annotations

import re
from collections.abc import Callable

from cibtools.cli.rehearsal.stage import Stage
from cibtools.rehearsal import edit, storage
from cibtools.rehearsal.membership import lose
from cibtools.rehearsal.reaction import Reaction
from cibtools.runbook.plan.step import Step

_FILTER = re.compile(r"filter = \[.*?\]")
_SET_FILTER = re.compile(r"^\s*filter\s*=.*$", re.MULTILINE)
_COMPATIBLE = "/dev/evms/{group}/lvm2/{group}/{volume}"


class Hands:
    """The hands of the operator."""

    def __init__(self, stage: Stage, reaction: Reaction) -> None:
        self.stage = stage
        self.reaction = reaction

    def do(self, node: str, text: str, step: Step) -> bool:
        """Do what a text asks a person to do on a node; return False if it is for the shell."""
        found = next((work for start, work in _WORKS.items() if start in text), None)
        if found is None:
            return text.startswith("#") and all(line.startswith("#") for line in text.splitlines())
        found(self, node, step)
        return True

    def pull_cables(self, node: str, _: Step) -> None:
        """Cut a node off."""
        lose(self.reaction, node)

    def install(self, node: str, _: Step) -> None:
        """Put another system on a node."""
        world = self.reaction.world
        found = world.nodes[node]
        found.renewed = found.patched = found.booted_new = True
        found.stack, found.release = False, "pacemaker-1.0.3"
        found.log.clear()
        world.running = {name: nodes - {node} for name, nodes in world.running.items()}
        world.left.pop(node, None)
        self.stage.install(node)

    def make_compatible(self, node: str, _: Step) -> None:
        """Let EVMS change its volumes, and write their new names where the old ones stand."""
        world = self.reaction.world
        names: dict[str, str] = {}
        for group in world.groups.values():
            for volume, path in group.volumes.items():
                names[path] = group.volumes[volume] = _COMPATIBLE.format(group=group.name, volume=volume)
            group.native = False
        for key in [key for key in self.stage.disk if key[0] == node and key[1].startswith("/etc/xen/vm/")]:
            text = self.stage.disk[key].decode("utf-8", "surrogateescape")
            changed = re.sub(r"/dev/evms/[^,'\"]+", lambda found: names.get(found[0], found[0]), text)
            if changed != text:
                self.stage.disk[key] = changed.encode("utf-8", "surrogateescape")
        for one in storage.primitives(world, "Filesystem"):
            device = storage.parameter(one, "device")
            if device in names:
                edit.put(world, one, "instance_attributes", "device", names[device])
        self.reaction.settle()

    def open_filter(self, node: str, step: Step) -> None:
        """Write the filter of LVM that a step names."""
        wanted = _FILTER.search(step.expect)
        conf = self.stage.disk.get((node, storage.LVM_CONF))
        if wanted and conf is not None:
            text = _SET_FILTER.sub(lambda _: f"    {wanted[0]}", conf.decode())
            self.stage.disk[node, storage.LVM_CONF] = text.encode()

    def mask(self, node: str, _: Step) -> None:
        """Let the storage hide the shared disks from a node."""
        self.reaction.world.masked.add(node)

    def unmask(self, node: str, _: Step) -> None:
        """Let the storage show a node the shared disks."""
        self.reaction.world.masked.discard(node)

    def nothing(self, node: str, _: Step) -> None:
        """Look."""


_WORKS: dict[str, Callable[[Hands, str, Step], None]] = {
    "# pull the cables of all links": Hands.pull_cables,
    "# a fresh installation": Hands.install,
    "evmsgui": Hands.make_compatible,
    "vi /etc/lvm/lvm.conf": Hands.open_filter,
    "these nodes lose the LUNs": Hands.mask,
    "these nodes get the LUNs": Hands.unmask,
    "# look at": Hands.nothing,
}  # fmt: skip
"""By what a text holds."""
