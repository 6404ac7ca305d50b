"""`cibtools show`: show a cluster as a tree."""

from __future__ import annotations

import sys

import click

from cibtools.cli.inputs.choice import InputChoice, input_options
from cibtools.cli.inputs.open import read_inputs
from cibtools.cli.outputs.formats import CLUSTER
from cibtools.cli.outputs.terminal import color_option


@click.command(epilog="Example: cibtools show fixtures/hasi")
@input_options
@CLUSTER.option("the clusters")
@color_option
def show(choice: InputChoice, format_name: str, color: str) -> None:
    """Show a cluster as a tree.

    Shows the dialect and its signs, nodes and their fencing devices, resources, constraints, domUs with memory and
    disks, and the kind of each file.
    """
    from cibtools.cli.errors import report_error
    from cibtools.cli.outputs.terminal import wants_color
    from cibtools.report.cluster.clusterview import view

    read = read_inputs(choice)
    views = [view(cluster) for cluster in read.clusters]
    sys.stdout.write(CLUSTER.renderer(format_name)(views, color=wants_color(color), errors=read.errors))
    sys.stdout.flush()
    for error in read.errors:
        report_error(error)
    sys.exit(2 if read.errors else 0)
