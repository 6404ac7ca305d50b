"""Where a text is pasted: the machines that a place of a runbook names."""

from __future__ import annotations

import re

from cibtools.cli.rehearsal.stage import ADMIN
from cibtools.rehearsal.world import World
from cibtools.runbook.plan.step import Step

_RUNS = re.compile(r"the node that runs (\S+)")


def machines(world: World, step: Step, run_on: str) -> tuple[str, ...]:
    """Return the machines, in the order of the CIB; none if only a person or a guest can do it."""
    place = (run_on or step.where).removeprefix("console of ")
    if place in ("admin host", "backup host"):
        return (ADMIN,)
    if place == "a test cluster":
        # There is one cluster only.
        return world.members[:1]
    if runs := _RUNS.fullmatch(place):
        return world.where(runs[1])[:1]
    named = [name for name in world.nodes if re.match(rf"{re.escape(name)}(?![\w.-])", place)]
    if named:
        return (max(named, key=len),)
    if place.startswith(("each node", "all nodes")):
        return tuple(world.nodes)
    if place in ("each of the new nodes", "each of the old nodes"):
        return tuple(name for name, node in world.nodes.items() if node.renewed == (place == "each of the new nodes"))
    if place == "each of these nodes":
        # Those that the step names; all where it says "all nodes".
        told = tuple(name for name in world.nodes if _names(name, step.where))
        return told or tuple(world.nodes)
    if place in ("each other node", "another node"):
        # Other than the one that the step names alone.
        main = {name for command in step.commands for name in world.nodes if command.run_on == name}
        others = tuple(name for name in world.nodes if name not in main)
        return others[:1] if place == "another node" else others
    # "a client, then host1": what has no place of its own is done on the node that is named.
    later = [name for name in world.nodes if not run_on and _names(name, place)]
    return tuple(later[:1])


def _names(node: str, text: str) -> bool:
    """Tell whether a text names a node, and not one of a longer name."""
    return re.search(rf"(?<![\w.-]){re.escape(node)}(?![\w.-])", text) is not None
