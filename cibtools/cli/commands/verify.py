"""`cibtools verify`: compare what the scheduler decides for two CIBs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from cibtools.cli.inputs.choice import size_option
from cibtools.cli.inputs.open import read_one

if TYPE_CHECKING:
    from cibtools.cluster.scheduler import Scheduler
    from cibtools.migrate.proof.judge import Verdict
    from cibtools.migrate.record.outcome import Migration

NOT_FOUND = "not proven: crm_simulate not found (Debian: pacemaker-cli-utils, SUSE: pacemaker)"


@click.command(
    epilog="Example: cibtools verify fixtures/pacemaker-1.0 fixtures/pacemaker-1.0",
)
@click.argument("old")
@click.argument("new")
@size_option
def verify(old: str, new: str, max_size: int) -> None:
    """Compare what the real scheduler decides for two CIBs, situation by situation.

    OLD is in the heartbeat 2.1 dialect or in that of Pacemaker; NEW must be in that of Pacemaker. Each is a file or a
    backup directory. Exit status 1 means that the decisions differ, or that cibtools could prove nothing.
    """
    from cibtools.errors import InputError

    before, after = read_one(old, max_size), read_one(new, max_size)
    if not after.dialect.is_pacemaker:
        raise InputError(
            f"{new}: is in the heartbeat 2.1 dialect", hint="migrate it first, or name the two in the other order"
        )
    from cibtools.migrate.proof.judge import judge_pair

    sys.exit(_ask(lambda scheduler: judge_pair(before, after, scheduler, _progress()), err=False))


def prove_migration(migration: Migration) -> int:
    """Let the scheduler confirm a migration; say so on stderr and give back the exit status."""
    if migration.blocked:
        click.echo("not proven: the migration waits for answers", err=True)
        return 1
    from cibtools.migrate.proof.judge import judge_migration

    return _ask(lambda scheduler: judge_migration(migration, scheduler, _progress()), err=True)


def _progress() -> Callable[[int, int], None] | None:
    """What tells a person at a terminal how far it is; nothing where nobody watches."""
    if not sys.stderr.isatty():
        return None

    def tell(done: int, total: int) -> None:
        words = f"{done + 1} of {total} situations" if done + 1 < total else ""
        click.echo(f"\r{words:<40}\r", nl=False, err=True)

    return tell


def _ask(judge: Callable[[Scheduler], Verdict], *, err: bool) -> int:
    from cibtools.cli.outputs.terminal import wants_color
    from cibtools.cli.planning.simulator import find_simulator
    from cibtools.report.changes.proof import render

    simulator = find_simulator()
    if simulator is None:
        click.echo(NOT_FOUND, err=err)
        return 1
    verdict = judge(simulator)
    click.echo(render(verdict, simulator.version(), color=wants_color(err=err)), nl=False, err=err)
    return 0 if verdict.holds else 1
