"""The options of `report` that are about a fleet, gathered into one value."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from msgspec import Struct

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}$", re.ASCII)


class FleetChoice(Struct, frozen=True):
    """What the options about a fleet say."""

    fleet: Path | None
    since: str
    reports: Path | None
    per_wave: int
    jobs: int


_OPTIONS = (
    click.option(
        "--fleet", type=click.Path(path_type=Path), metavar="DIR",
        help="Report on all backups in this directory, one directory or archive a cluster, instead of one cluster; "
        "the scheduler is not asked.",
    ),
    click.option(
        "--since", default="", metavar="YYYY-MM-DD",
        help="With --fleet: compare with the last backup until that day, not with the one before the newest.",
    ),
    click.option(
        "--reports", type=click.Path(path_type=Path), metavar="DIR",
        help="With --fleet: write the report of each cluster into this directory, and link them.",
    ),
    click.option(
        "--per-wave", type=click.IntRange(1), default=5, show_default=True, metavar="N",
        help="With --fleet: how many clusters are upgraded in one wave; the first wave is one.",
    ),
    click.option(
        "--jobs", type=click.IntRange(1), default=len(os.sched_getaffinity(0)), metavar="N",
        help="With --fleet: how many clusters to work on at a time; by default one a processor.",
    ),
)  # fmt: skip


def fleet_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options about a fleet."""
    for decorate in reversed(_OPTIONS):
        command = decorate(command)
    return command


def check(choice: FleetChoice, inputs: Sequence[str], answers: Path | None) -> None:
    """Raise UsageError for options that do not go together."""
    if choice.fleet is None:
        if choice.since or choice.reports:
            raise click.UsageError("--since and --reports need --fleet")
        return
    if inputs or answers:
        raise click.UsageError("--fleet takes neither inputs nor --answers; answers lie in the backups")
    if choice.since and not _DAY.match(choice.since):
        raise click.UsageError(f'--since "{choice.since}" is not a date, such as 2026-12-01')
