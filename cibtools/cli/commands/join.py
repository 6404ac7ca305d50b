"""`cibtools join`: put one file per object type together to a CIB."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cibtools.cli.inputs.choice import size_option
from cibtools.cli.inputs.open import read_one

if TYPE_CHECKING:
    from cibtools.cluster.model.cluster import Cluster


@click.command(
    epilog="Example: cibtools join fixtures/hasi-broken/production",
)
@click.argument("directory", metavar="DIR")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the CIB there.")
@size_option
def join(directory: str, output: Path | None, max_size: int) -> None:
    """Join the files of the object types into one whole CIB.

    DIR holds files as cibtools split or cibadmin -Q -o writes them. The attributes of the root come from cib.xml, if
    cibtools split wrote it; else they are the least that a CIB needs. The CIB goes to standard output or to a file.
    """
    from cibtools.cli.errors import talk
    from cibtools.cli.inputs.secret import hold_secrets
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cli.outputs.write import NewFile, write_all
    from cibtools.cluster.model.section_files import join as put_together

    place = Guard([directory]).file("--output", output) if output else None
    cluster = read_one(directory, max_size)
    _refuse(cluster, directory)
    joined = put_together(cluster)
    for line in _remarks(cluster):
        talk(f"cibtools: {line}")
    if not joined.rooted:
        click.echo("cibtools: no file holds the root element; its attributes are the least that a CIB needs", err=True)
    if joined.empty:
        click.echo(f"cibtools: no file holds {' or '.join(joined.empty)}: empty in the result", err=True)
    if place:
        write_all([NewFile(place, joined.data, secret=hold_secrets([cluster]))])
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(joined.data)
        sys.stdout.buffer.flush()


def _refuse(cluster: Cluster, directory: str) -> None:
    """Raise InputError where the files do not say which of them to take, or one of them would be lost."""
    from cibtools.cluster.model.section_files import section_documents
    from cibtools.errors import InputError

    base = cluster.assembly.base
    if base is not None:
        raise InputError(f"{base.path}: is a whole CIB already", hint="name a directory of section files only")
    if not cluster.assembly.headers:
        raise InputError(f"{directory}: holds no section of a CIB", hint="name the directory that holds them")
    for name, documents in section_documents(cluster):
        if len(documents) > 1:
            paths = " and ".join(document.path for document in documents)
            raise InputError(f"{paths} both hold {name}", hint="keep one of them")


def _remarks(cluster: Cluster) -> Iterator[str]:
    """What of the directory is not in the result."""
    from cibtools.backup.record.kind import Kind
    from cibtools.report.shared.printable import visible

    for document in cluster.cib_documents:
        if document.kind is Kind.CIB_FRAGMENT:
            yield f"{visible(document.path)}: not joined: it holds objects without their section"
