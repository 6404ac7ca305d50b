"""`cibtools show`: show a cluster as a tree, or a part of it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click
from msgspec.structs import replace

from cibtools.cli.inputs.choice import InputChoice, input_options
from cibtools.cli.inputs.open import read_inputs
from cibtools.cli.outputs.formats import CLUSTER
from cibtools.cli.outputs.terminal import color_option

if TYPE_CHECKING:
    from cibtools.report.cluster.clusterview import ClusterView

_CHAPTERS = ("nodes", "options", "resources", "constraints", "domus", "hosts", "files")


def _chapter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command a switch for each chapter of the tree."""
    for name in reversed(_CHAPTERS):
        command = click.option(f"--{name}", is_flag=True, help=f"Show the {name} only; several add up.")(command)
    return command


@click.command(epilog="Example: cibtools show fixtures/hasi nfs")
@input_options
@CLUSTER.option("the clusters")
@color_option
@_chapter_options
def show(choice: InputChoice, format_name: str, color: str, **chapters: bool) -> None:
    """Show a cluster as a tree.

    Shows the dialect and its signs, nodes and their fencing devices, resources, constraints, domUs with memory and
    disks, and the kind of each file. After the inputs, name a resource, node, domU, constraint or option to see only
    that, with what concerns it.
    """
    from cibtools.cli.errors import report_error
    from cibtools.cli.outputs.terminal import wants_color
    from cibtools.report.cluster.clusterview import view
    from cibtools.report.cluster.narrow import without

    names = [text for text in choice.inputs if _is_name(text)]
    paths = tuple(text for text in choice.inputs if text not in names)
    read = read_inputs(replace(choice, inputs=paths))
    views = _about([view(cluster) for cluster in read.clusters], names)
    gone = [name for name in _CHAPTERS if not chapters[name]] if any(chapters.values()) else []
    views = [without(found, gone) for found in views]
    sys.stdout.write(CLUSTER.renderer(format_name)(views, color=wants_color(color), errors=read.errors))
    sys.stdout.flush()
    for error in read.errors:
        report_error(error)
    sys.exit(2 if read.errors else 0)


def _is_name(text: str) -> bool:
    """True for what cannot be a path: no file is there, and nothing in it looks like a directory or an ending."""
    return text != "-" and not {os.sep, "."} & {*text} and not os.path.lexists(text)


def _about(views: Sequence[ClusterView], names: Sequence[str]) -> list[ClusterView]:
    """Leave what the names are about; raise InputError for a name that nothing has."""
    from cibtools.cluster.vocabulary.spelling import nearest
    from cibtools.errors import InputError
    from cibtools.report.cluster.narrow import about, names_of

    known = [name for found in views for name in names_of(found)]
    for name in names:
        if name not in known:
            near = nearest(name, known)
            hint = f'did you mean "{near}"?' if near else "cibtools show without a name lists all"
            raise InputError(f"{name}: neither a file nor a name in the cluster", hint=hint)
    return [about(found, names) for found in views if {*names} & {*names_of(found)}] if names else [*views]
