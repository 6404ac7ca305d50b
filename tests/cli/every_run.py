"""Every way in which a command shows what it read, told from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from cibtools.cli.main import COMMANDS

REVIEWED = {
    "lint",
    "migrate",
    "verify",
    "diff",
    "runbook",
    "report",
    "rules",
    "explain",
    "show",
    "validate",
    "split",
    "join",
    "graph",
}
"""The commands that are handled below, or read no cluster; a new one fails `test_every_command_is_reviewed`."""


def test_every_command_is_reviewed() -> None:
    assert {command.name for command in COMMANDS} == REVIEWED


def choices(command: click.Command, name: str) -> tuple[str, ...]:
    """The words that a parameter takes."""
    found = next(param for param in command.params if param.name == name)
    assert isinstance(found.type, click.Choice)
    return tuple(map(str, found.type.choices))


def every_run(path: str, other: str, scratch: Path) -> Iterator[tuple[list[str], list[Path]]]:
    """Arguments of each run that shows the cluster at path, and the files that hold a report.

    What a migration, `split` or `join` writes as the CIB itself is no report: it goes to a file that is not named.
    """
    loaded = {command.name: command.load() for command in COMMANDS}
    for form in choices(loaded["lint"], "format_name"):
        yield ["lint", "--no-cache", path, "--format", form], []
        yield ["validate", path, "--format", form], []
    yield ["lint", "--no-cache", path, "--select", "ALL", "--show-suppressed", "--show-skipped", "--statistics"], []
    for form in choices(loaded["show"], "format_name"):
        yield ["show", path, "--format", form], []
    for form in choices(loaded["diff"], "format_name"):
        yield ["diff", path, other, "--format", form], []
        yield ["diff", other, path, "--format", form], []
    for form in choices(loaded["graph"], "format_name"):
        yield ["graph", path, "--format", form], []
        yield ["graph", path, "--format", form, "--what", "storage"], []
    yield ["verify", path, other], []
    yield ["verify", path, path], []
    for kind in choices(loaded["runbook"], "kind"):
        for form in choices(loaded["runbook"], "format_name"):
            yield ["runbook", kind, path, "--format", form, "--accept", "S-FENCE"], []
    for form in choices(loaded["report"], "format_name"):
        yield ["report", path, "--to", "sle-ha-11", "--format", form, "--accept", "S-FENCE"], []
    for ending in ("txt", "json", "md", "html"):
        log = scratch / f"changes.{ending}"
        yield ["migrate", path, "-o", str(scratch / f"{ending}.xml"), "--changes", str(log), "--force"], [log]
    yield ["migrate", path, "--diff"], []
    yield ["migrate", path, "--check", "--verify"], []
    for stack in ("openais", "corosync"):
        yield ["migrate", path, "--stack", stack, "--check"], []
        yield ["migrate", path, "--stack", stack, "--split", str(scratch / stack)], []
    yield ["migrate", path, "--as", "crmsh", "-o", str(scratch / "crm.txt")], []
    yield ["split", path, "-d", str(scratch / "split")], []
    yield ["join", path, "-o", str(scratch / "join.xml")], []
