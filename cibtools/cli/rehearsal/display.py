"""Files of the stage that show the model as it is: logs, /proc/drbd, block devices, and what is mounted."""

from __future__ import annotations

from cibtools.cli.rehearsal.stage import Stage
from cibtools.rehearsal import storage
from cibtools.rehearsal.tools import host
from cibtools.rehearsal.world import World


class Display:
    """Keeps those files up to date."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._written: dict[str, int] = {}
        """Lines of each node's log that its file holds."""
        self._storage: dict[str, tuple[frozenset[str], tuple[tuple[str, str], ...]]] = {}
        """Devices and mounts of each node, as they are shown."""

    def forget(self) -> None:
        """Take nothing for shown: the files have been put back as they were some time ago."""
        self._written.clear()
        self._storage.clear()

    def update(self, world: World) -> None:
        """Show what has changed."""
        for name, node in world.nodes.items():
            if shown := host.drbd(world, name):
                self.stage.disk[name, "/proc/drbd"] = shown.encode()
            if len(node.log) != self._written.get(name):
                self.stage.log(name, node.log)
                self._written[name] = len(node.log)
            found = storage.devices(world, name), tuple(storage.mounts(world, name))
            if found != self._storage.get(name):
                self._show(world, name, *found)
                self._storage[name] = found

    def _show(self, world: World, node: str, devices: frozenset[str], mounts: tuple[tuple[str, str], ...]) -> None:
        for path in storage.names(world) - devices:
            self.stage.remove(node, path)
        for path in devices:
            self.stage.disk[node, path] = b""
        mounted = {place for _, place in mounts}
        for place in self.stage.shared:
            self.stage.mount(node, place, on=place in mounted)
