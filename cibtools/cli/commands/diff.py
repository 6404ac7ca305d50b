"""`cibtools diff`: compare two clusters by meaning, whatever the dialect of each."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cibtools.cli.inputs.choice import size_option
from cibtools.cli.inputs.open import read_one
from cibtools.cli.outputs.formats import DIFFERENCE
from cibtools.cli.outputs.terminal import wants_color

if TYPE_CHECKING:
    from cibtools.cluster.compare.compare import Side
    from cibtools.cluster.model.cluster import Cluster


@click.command(
    epilog="Example: cibtools diff fixtures/hasi fixtures/pacemaker-1.0",
)
@click.argument("old")
@click.argument("new")
@DIFFERENCE.option("the differences")
@click.option("--html", "as_html", is_flag=True, help="The same as --format html.")
@click.option("--md", "as_md", is_flag=True, help="The same as --format md.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the differences there.")
@size_option
def diff(
    old: str, new: str, format_name: str, as_html: bool, as_md: bool, output: Path | None, max_size: int
) -> None:  # fmt: skip
    """Compare two clusters by meaning: what is configured in OLD and in NEW.

    Each is a file or a backup directory. Not compared: formatting, the order of objects where it decides nothing, the
    ids of options and operations, the status section, and the counters of a running cluster. If one side is in the
    heartbeat 2.1 dialect and the other in that of Pacemaker, cibtools migrates the former first. Exit status 1 means
    that the two differ.
    """
    from cibtools.cli.errors import talk
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cluster.compare.compare import compare
    from cibtools.errors import InputError

    if as_html and as_md:
        raise click.UsageError("--html and --md exclude each other")
    format_name = "html" if as_html else "md" if as_md else format_name
    place = Guard((old, new)).file("--output", output) if output else None
    before, after = _sides(old, new, max_size)
    found = compare(before, after)
    if not found.sections:
        raise InputError(f"{old} and {new} have no section of a CIB in common", hint="name two backups of one cluster")
    for gap in found.gaps:
        talk(f"cibtools: {gap}")
    if place:
        from cibtools.cli.outputs.write import NewFile, write_all

        text = DIFFERENCE.renderer(format_name)(found, old, new, color=False)
        write_all([NewFile(place, text.encode("utf-8", "backslashreplace"))])
    else:
        sys.stdout.write(DIFFERENCE.renderer(format_name)(found, old, new, color=wants_color()))
        sys.stdout.flush()
    sys.exit(1 if found.differences else 0)


def _sides(old: str, new: str, max_size: int) -> tuple[Side, Side]:
    """Both inputs, in one language."""
    from cibtools.cluster.compare.compare import side_of
    from cibtools.errors import InputError

    clusters = read_one(old, max_size), read_one(new, max_size)
    for path, cluster in zip((old, new), clusters, strict=True):
        if not cluster.cib_documents:
            raise InputError(f"{path}: holds no CIB", hint="name the directory that holds it")
    before, after = clusters
    if before.dialect.is_pacemaker != after.dialect.is_pacemaker:
        if not before.dialect.is_pacemaker:
            return _translated(before, old), side_of(after)
        return side_of(before), _translated(after, new)
    return side_of(before), side_of(after)


def _translated(cluster: Cluster, path: str) -> Side:
    """Migrate a heartbeat 2.1 cluster; take one without any sign of a dialect as it stands."""
    from cibtools.cluster.compare.compare import Side, side_of
    from cibtools.migrate.answers import Answers
    from cibtools.migrate.pipeline import migrate
    from cibtools.report.shared.printable import counted, visible

    if cluster.detection.dialect is None:
        return side_of(cluster)
    migration = migrate(cluster, Answers())
    said = f"cibtools migrated it for the comparison ({counted(len(migration.changes), 'change')}"
    if migration.decisions:
        said += f", {counted(len(migration.decisions), 'question')} open: see cibtools migrate --check"
    click.echo(visible(f"cibtools: {path} is in the heartbeat 2.1 dialect; {said})"), err=True)
    given = side_of(cluster)
    sections = {str(found.tag): tuple(found.iterchildren("*")) for found in migration.sections()}
    complete = given.complete | frozenset(("rsc_defaults", "op_defaults") if "crm_config" in given.complete else ())
    root = migration.top if cluster.assembly.base is not None else None
    return Side(sections, complete, root, migration.draft.place)
