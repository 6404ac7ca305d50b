"""`cibtools migrate`: rewrite a heartbeat 2.1 CIB for Pacemaker 1.0."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import replace

from cibtools.cli.inputs.choice import InputChoice, gathered, input_options
from cibtools.cli.inputs.open import input_paths, read_inputs
from cibtools.cli.outputs.formats import CHANGES

if TYPE_CHECKING:
    from cibtools.cli.inputs.open import Inputs
    from cibtools.cli.outputs.guard import Place
    from cibtools.cli.outputs.write import NewFile
    from cibtools.errors import CibtoolsError
    from cibtools.migrate.answers import Answers
    from cibtools.migrate.record.outcome import Migration


class MigrateChoice(Struct, frozen=True):
    """What the options of the command say."""

    output: Path | None
    split: Path | None
    stack: str
    status: str
    changes: tuple[Path, ...]
    diff: bool
    check: bool
    verify: bool
    answers: Path | None
    form: str
    force: bool


@click.command(
    epilog="Example: cibtools migrate fixtures/hasi",
)
@input_options
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the CIB there.")
@click.option("--split", type=click.Path(path_type=Path), metavar="DIR", help="Write one file per object type there.")
@click.option(
    "--to",
    type=click.Choice(["pacemaker-1.0"]),
    default="pacemaker-1.0",
    show_default=True,
    expose_value=False,
    help="The dialect of the result.",
)
@click.option(
    "--stack",
    type=click.Choice(["heartbeat", "openais", "corosync"]),
    default="heartbeat",
    show_default=True,
    help="heartbeat: rewrite the CIB only. openais, corosync: convert what SLE HA 11 needs as well.",
)
@click.option(
    "--status",
    type=click.Choice(["drop", "keep"]),
    default="drop",
    show_default=True,
    help="What to do with the status section.",
)
@click.option(
    "--changes",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help=f"Write the change log; its ending chooses the format ({', '.join(CHANGES.names)}).",
)
@click.option("--diff", is_flag=True, help="Print the difference instead of the CIB.")
@click.option("--check", is_flag=True, help="Write no result; exit 1 if a question is open.")
@click.option("--verify", is_flag=True, help="Compare the decisions of the real scheduler.")
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="TOML file with your answers.")
@click.option("--force", is_flag=True, help="Write an invalid result too, and replace files in the --split directory.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["xml", "crmsh"]),
    default="xml",
    show_default=True,
    help="Print the CIB, or commands for `crm configure`.",
)
@gathered(MigrateChoice)
def migrate(choice: InputChoice, what: MigrateChoice) -> None:
    """Rewrite a heartbeat 2.1 CIB for Pacemaker 1.0.

    The CIB goes to standard output. A summary of the changes, and every question that you must answer, go to standard
    error. cibtools never writes over an input.
    """
    _reject_contradictions(what)
    for path in what.changes:
        if path.suffix not in CHANGES.by_suffix():
            raise click.UsageError(f'--changes "{path}" must end in {", ".join(sorted(CHANGES.by_suffix()))}')
    sys.exit(_run(choice, what))


def _reject_contradictions(what: MigrateChoice) -> None:
    outputs = {"--output": what.output, "--split": what.split, "--diff": what.diff, "--check": what.check}
    ways = [name for name, value in outputs.items() if value]
    if len(ways) > 1 and set(ways) != {"--output", "--split"}:
        raise click.UsageError(f"{' and '.join(ways)} exclude each other")
    if what.split and what.form == "crmsh":
        raise click.UsageError("--as crmsh is one text; write it with --output instead of --split")
    for name, given in (("--as crmsh", what.form == "crmsh"), ("--force", what.force)):
        if given and (what.diff or what.check):
            raise click.UsageError(f"{name} has no effect with {ways[0]}, which writes no result")


def _run(choice: InputChoice, what: MigrateChoice) -> int:
    from cibtools.cli.errors import report_error, talk
    from cibtools.cli.inputs.secret import hold_secrets
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cli.outputs.migrated import Delivery
    from cibtools.errors import CibtoolsError

    guard = Guard(input_paths(choice), [what.answers] if what.answers else [])
    output = guard.file("--output", what.output) if what.output else None
    changes = [guard.file("--changes", path) for path in what.changes]
    split = guard.directory("--split", what.split, force=what.force) if what.split else None
    read = read_inputs(choice)
    answers = _answers(what, read)
    _refuse_several(read, what)
    errors: list[CibtoolsError] = [*read.errors]
    migrations = _migrated(read, answers, errors)
    delivery = Delivery(output, split, what.form, force=what.force)
    status = 0
    for migration in migrations:
        prefix = f"{Path(migration.input_name).name}/" if split and len(read.clusters) > 1 else ""
        if what.diff:
            from cibtools.report.changes.diff import render

            sys.stdout.write(render(migration))
        elif not what.check:
            errors += delivery.add(migration, prefix)
        status = max(status, _judge(migration, what))
    secret = bool(output or split or changes) and hold_secrets(read.clusters)
    try:
        delivery.write(*_change_logs(changes, migrations, secret=secret), secret=secret)
    except CibtoolsError as unwritten:
        errors.append(unwritten)
    if what.check and changes:
        talk(f"cibtools: --check wrote the change log only: {', '.join(map(str, what.changes))}")
    for error in errors:
        report_error(error)
    return 2 if errors else status


def _refuse_several(read: Inputs, what: MigrateChoice) -> None:
    """Raise a usage error where one result is asked for and there are several clusters."""
    if len(read.clusters) > 1 and not (what.check or what.diff or (what.split and not what.output)):
        names = ", ".join(cluster.backup.root for cluster in read.clusters)
        raise click.UsageError(
            f"{names} are several clusters; name one, or write a directory for each with --split DIR"
        )


def _migrated(read: Inputs, answers: Answers, errors: list[CibtoolsError]) -> list[Migration]:
    """Migrate each cluster and say in short what was done; add an error for one without a CIB."""
    from cibtools.errors import InputError
    from cibtools.migrate.pipeline import migrate as migrate_cluster

    migrations = []
    for cluster in read.clusters:
        if not cluster.cib_documents:
            # If there are errors, why there is none has been said.
            if not read.errors:
                errors.append(
                    InputError(f"{cluster.backup.root}: holds no CIB", hint="name the directory that holds it")
                )
            continue
        migration = migrate_cluster(cluster, answers)
        migrations.append(migration)
        click.echo(_short(migration), err=True, nl=False)
    return migrations


def _answers(what: MigrateChoice, read: Inputs) -> Answers:
    """The answers of the file, with the choices of the command line; refused if one answers nothing."""
    from cibtools.cli.inputs.answers import read_answers, refuse_idle
    from cibtools.migrate.answers import Stack, StatusChoice

    answers = replace(read_answers(what.answers), stack=Stack(what.stack), status=StatusChoice(what.status))
    if what.answers and answers.accept:
        refuse_idle(answers, read.clusters, what.answers)
    return answers


def _short(migration: Migration) -> str:
    from cibtools.cli.outputs.terminal import wants_color
    from cibtools.report.changes.formats.text import render_short

    return render_short(migration, color=wants_color(err=True))


def _change_logs(places: Sequence[Place], migrations: Sequence[Migration], *, secret: bool) -> Iterator[NewFile]:
    """The change log in each form that was asked for."""
    if not places:
        return
    from cibtools.cli.outputs.write import NewFile
    from cibtools.report.changes.changelog import view

    views = [view(migration) for migration in migrations]
    for place in places:
        render = CHANGES.renderer(CHANGES.by_suffix()[place.path.suffix])
        yield NewFile(place, render(views).encode("utf-8", "replace"), secret=secret)


def _judge(migration: Migration, what: MigrateChoice) -> int:
    """1 if a decision or a proof is missing that was asked for."""
    status = 1 if what.check and migration.decisions else 0
    if what.verify:
        from cibtools.cli.commands.verify import prove_migration

        status = max(status, prove_migration(migration))
    return status
