"""`cibtools graph`: draw a cluster."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cibtools.cli.inputs.choice import InputChoice, input_options
from cibtools.cli.outputs.formats import GRAPH

if TYPE_CHECKING:
    from cibtools.cluster.graph.picture import Picture
    from cibtools.cluster.model.cluster import Cluster

WHATS = ("all", "order", "colocation", "storage", "fencing", "location", "network")


@click.command(epilog="Example: cibtools graph fixtures/hasi --format svg")
@input_options
@GRAPH.option("the picture")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the picture there.")
@click.option("--what", type=click.Choice(WHATS), default="all", show_default=True, help="The ties to draw.")
@click.option("--focus", metavar="ID", help="Draw only what lies around this resource, host or volume.")
@click.option(
    "--depth", type=click.IntRange(0), default=1, show_default=True, help="How many ties away from --focus to go."
)
@click.option(
    "--fold/--no-fold",
    default=None,
    help="Put boxes with the same ties together, or never; by default where there are more than 40.",
)
def graph(
    choice: InputChoice,
    format_name: str,
    output: Path | None,
    what: str,
    focus: str | None,
    depth: int,
    fold: bool | None,
) -> None:
    """Draw a cluster: resources, domUs with their disks, hosts, fencing, and what ties them.

    Boxes are resources (groups and clones with their members), hosts and, where they are asked for, volumes and
    bridges. Lines are orders, colocations, locations, who provides storage for whom, and who fences whom. A legend
    explains shapes and lines. The same input always gives the same picture.
    """
    from cibtools.cli.errors import report_error
    from cibtools.cli.inputs.open import input_paths, read_inputs
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cli.outputs.write import NewFile, write_all
    from cibtools.errors import InputError

    place = Guard(input_paths(choice)).file("--output", output) if output else None
    read = read_inputs(choice)
    clusters = [cluster for cluster in read.clusters if cluster.cib_documents or cluster.nodes]
    if len(clusters) > 1:
        raise InputError("the inputs are several clusters, and a picture is of one", hint="name one of them")
    if not clusters and not read.errors:
        raise InputError("the inputs hold nothing to draw", hint="name a CIB, or the directory of a backup")
    for cluster in clusters:
        text = GRAPH.renderer(format_name)(_folded(_picture(cluster, what, focus, depth), fold))
        if place:
            write_all([NewFile(place, text.encode())])
        else:
            sys.stdout.write(text)
            sys.stdout.flush()
    for error in read.errors:
        report_error(error)
    sys.exit(2 if read.errors else 0)


def _folded(picture: Picture, wanted: bool | None) -> Picture:
    from cibtools.cluster.graph.fold import CROWDED, folded

    crowded = len(picture.vertices) > CROWDED
    return folded(picture) if wanted or (wanted is None and crowded) else picture


def _picture(cluster: Cluster, what: str, around: str | None, depth: int) -> Picture:
    from cibtools.cluster.graph.build import build_picture
    from cibtools.cluster.graph.select import find, focus, select
    from cibtools.cluster.vocabulary.spelling import nearest
    from cibtools.errors import InputError

    whole = build_picture(cluster, cluster.backup.root)
    picture = select(whole, what)
    if around is None:
        return picture
    vertex = find(picture, around)
    if vertex is None:
        near = nearest(around, [name for one in picture.vertices for name in (one.id, one.title)])
        there = find(whole, around)
        hint = f'did you mean "{near}"?' if near else "cibtools show lists all names"
        if there:
            hint = f"it has no ties of this kind; leave out --what {what}"
        raise InputError(f'nothing in the picture is called "{around}"', hint=hint)
    return focus(picture, vertex.id, depth)
