"""Join what follows a wait to it, so that nothing more of a pasted block runs when the wait gives up.

An operator pastes a whole block. A loop that gives up only ends itself; so the commands after it, on the same host, are
joined to it with `&&`, and the wait ends in an expansion that fails: an interactive bash drops the rest of the list, a
script ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from cibtools.runbook.plan.enums import CommandKind
from cibtools.runbook.plan.step import Command

_ALONE = re.compile(r"^(?:read -rs|reboot$)", re.MULTILINE)
"""What takes the terminal, or the shell itself, away."""
_COMPOUND = re.compile(r"[\n;#]|\|\|")


def chained(commands: Iterable[Command]) -> tuple[Command, ...]:
    """Return the commands with each wait joined to what follows it in the same place."""
    found: list[Command] = []
    for command in commands:
        last = found[-1] if found else None
        if last and last.waits and last.run_on == command.run_on and _joins(command):
            found[-1] = _joined(last, command)
        else:
            found.append(command)
    return tuple(found)


def _joins(command: Command) -> bool:
    return command.kind is not CommandKind.INTERACTIVE and not _ALONE.search(command.text)


def _joined(first: Command, second: Command) -> Command:
    kinds = (CommandKind.DESTRUCTIVE, CommandKind.CHANGE, CommandKind.WAIT)
    kind = next(kind for kind in kinds if kind in (first.kind, second.kind))
    text = f"{{\n{second.text}\n}}" if _COMPOUND.search(second.text) else second.text
    return replace(first, kind=kind, text=f"{first.text} &&\n{text}", tools=first.tools or second.tools)
