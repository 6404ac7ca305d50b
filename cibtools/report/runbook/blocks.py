"""Put commands into blocks that can be pasted as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from cibtools.report.runbook.view import (
    Block,
)  # fmt: skip
from cibtools.report.shared.printable import visible
from cibtools.runbook.plan.step import Command


def blocks(commands: Iterable[Command], where: str) -> tuple[Block, ...]:
    """Commands that follow each other in one place, as one block to copy and paste."""
    found: list[Block] = []
    before = where
    for (place, _), group in groupby(_portions(commands), key=lambda portion: portion[:2]):
        text = "\n".join(map(visible, (line for _, _, lines in group for line in lines)))
        found.append(Block("" if place == before else place, text))
        before = place
    return tuple(found)


def _portions(commands: Iterable[Command]) -> Iterator[tuple[str, int, list[str]]]:
    """Lines with their place and the number of their block: what reads the terminal would eat the lines after it."""
    number = 0
    for command in commands:
        alone = command.alone
        number += alone
        lines: list[str] = []
        for line in command.text.split("\n"):
            lines.append(line)
            if line.startswith("read -rs") or line == "reboot":
                yield command.run_on, number, lines
                number, lines = number + 1, []
        if lines:
            yield command.run_on, number, lines
        number += alone
