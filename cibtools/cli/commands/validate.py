"""`cibtools validate`: check CIBs against the schema of their dialect."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from cibtools.cli.inputs.choice import InputChoice, input_options
from cibtools.cli.inputs.open import read_inputs
from cibtools.cli.outputs.formats import LINT
from cibtools.cli.outputs.terminal import color_option, terminal_width, wants_color

if TYPE_CHECKING:
    from cibtools.cli.inputs.open import Inputs
    from cibtools.errors import CibtoolsError
    from cibtools.lint.record.outcome import LintRun


@click.command(epilog="Example: cibtools validate fixtures/pacemaker-1.0-broken")
@input_options
@LINT.option("the violations")
@color_option
def validate(choice: InputChoice, format_name: str, color: str) -> None:
    """Check CIBs against the schema of their dialect.

    Explains each violation: where it is, and what to write. Sections and single objects are valid alone. cibtools has
    the schemas of heartbeat 2.1 and of Pacemaker 1.0 to 4.0, and takes the one that validate-with names. The exit
    status is 0 if all inputs are valid, 1 if one is not, 2 if an input cannot be read.
    """
    from cibtools.cli.errors import report_error
    from cibtools.cli.inputs.catalogue import load_catalogue
    from cibtools.lint.engine.validation import validate as validated
    from cibtools.report.shared.options import TextOptions

    read = read_inputs(choice)
    errors = (*read.errors, *_without_cib(read))
    run = replace(validated(read.clusters, load_catalogue()), errors=errors)
    options = TextOptions(wants_color(color), terminal_width(), show_errors=False)
    if format_name == "text" and not run.findings and not errors:
        text = "".join(f"{line}\n" for line in _valid(run))
    else:
        text = LINT.renderer(format_name)(run, options)
    sys.stdout.write(text)
    sys.stdout.flush()
    for error in errors:
        report_error(error)
    sys.exit(2 if errors else 1 if run.findings else 0)


def _valid(run: LintRun) -> Iterator[str]:
    """A line for each document that the schema of its dialect accepts."""
    from cibtools.report.shared.printable import visible

    for cluster in run.clusters:
        for document in cluster.cib_documents:
            yield f"{visible(document.path)}: valid ({cluster.dialect_of(document).title})"


def _without_cib(read: Inputs) -> Iterator[CibtoolsError]:
    """What there is no verdict about: no CIB at all."""
    from cibtools.errors import InputError

    for cluster in read.clusters:
        if not cluster.cib_documents and not read.errors:
            yield InputError(f"{cluster.backup.root}: holds no CIB", hint="name a CIB or a part of one")
