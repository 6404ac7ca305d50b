"""Join commands, so that nothing more of a pasted block is changed once a wait has given up or a change has failed.

An operator pastes a whole block. A loop that gives up only ends itself; so the commands after it, on the same host, are
joined to it with `&&`, and the wait ends in an expansion that fails: an interactive bash drops the rest of the list, a
script ends. A change, and a wait for it, is joined to the change before it in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from cibtools.runbook.plan.enums import CommandKind
from cibtools.runbook.plan.step import Command

_ALONE = re.compile(r"^(?:read -rs|reboot$)", re.MULTILINE)
"""What takes the terminal, or the shell itself, away."""
_NOTE = re.compile(r"(?:#.*\n?)+")
"""What tells a person what to do, and a shell nothing."""
_COMPOUND = re.compile(r"[\n;#]|\|\|")


def chained(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands with each wait joined to what follows it in the same place, and each change to the next."""
    chains: list[list[Command]] = []
    for command in commands:
        if chains and _joins(chains[-1], command):
            chains[-1].append(command)
        else:
            chains.append([command])
    return tuple(_joined(chain) if len(chain) > 1 else chain[0] for chain in chains)


def _joins(chain: list[Command], command: Command) -> bool:
    last = chain[-1]
    if last.run_on != command.run_on or CommandKind.INTERACTIVE in (last.kind, command.kind):
        return False
    if any(_NOTE.fullmatch(one.text) for one in (last, command)) or _ALONE.search(last.text):
        return False
    # A boot may end a chain; nothing comes after it.
    if command.text != "reboot" and _ALONE.search(command.text):
        return False
    return any(one.waits for one in chain) or (last.kind.changes and command.kind is not CommandKind.READ)


def _joined(chain: list[Command]) -> Command:
    kinds = (CommandKind.DESTRUCTIVE, CommandKind.CHANGE, CommandKind.WAIT)
    kind = next(kind for kind in kinds if any(one.kind is kind for one in chain))
    first, *rest = chain
    # What stands before the end of a leading wait runs anyway.
    texts = (first.text if first.waits else _one(first.text), *(_one(one.text) for one in rest))
    tools = next((one.tools for one in chain if one.tools), None)
    waits = any(one.waits for one in chain)
    return replace(first, kind=kind, text=" &&\n".join(texts), tools=tools, waits=waits)


def _one(text: str) -> str:
    """Return commands as one that `&&` can stand beside."""
    return f"{{\n{text}\n}}" if _COMPOUND.search(text) else text
