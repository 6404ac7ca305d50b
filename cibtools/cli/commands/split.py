"""`cibtools split`: cut a CIB into one file per object type."""

from __future__ import annotations

from pathlib import Path

import click

from cibtools.cli.inputs.choice import size_option
from cibtools.cli.inputs.open import read_one


@click.command(
    epilog="Example: cibtools split fixtures/pacemaker-1.0/cib.xml -d sections",
)
@click.argument("file")
@click.option(
    "-d", "--directory", type=click.Path(path_type=Path), metavar="DIR", required=True, help="Write the files there."
)
@click.option("--force", is_flag=True, help="Write over files that are there already.")
@size_option
def split(file: str, directory: Path, force: bool, max_size: int) -> None:
    """Cut a CIB into one file per object type, as cibadmin -R -o takes them.

    Every section keeps its comments and its form; cib.xml keeps the root element with an empty configuration, so that
    cibtools join finds its attributes again. The names of the files go to standard output.
    """
    from cibtools.backup.cib.tree import CibTree
    from cibtools.cli.inputs.secret import hold_secrets
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cli.outputs.write import NewFiles, write_all
    from cibtools.cluster.model.section_files import split as cut
    from cibtools.errors import InputError
    from cibtools.report.shared.printable import visible

    place = Guard([file]).directory("--directory", directory, force=force)
    cluster = read_one(file, max_size)
    base = cluster.assembly.base
    if base is None or not isinstance(base.content, CibTree):
        raise InputError(f"{file}: holds no whole CIB", hint="name a file whose root element is <cib>")
    if len(base.content.tree.roots) > 1:
        raise InputError(
            f"{file}: holds other elements beside its first <cib>", hint="move them into a file of their own"
        )
    files = cut(base.content)
    pieces = {found.name: found.data for found in files}
    write_all([NewFiles(place, pieces, secret=hold_secrets([cluster]))])
    for found in files:
        click.echo(visible(str(directory / found.name)))
