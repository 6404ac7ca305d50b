"""`--target`: the release that an upgrade shall lead to."""

from __future__ import annotations

import click

from cibtools.cluster.vocabulary.release import TARGETS, Release

target_option = click.option(
    "--target",
    type=click.Choice(list(TARGETS)),
    default=None,
    metavar="RELEASE",
    help="Tell also what this release of Pacemaker, or of a distribution, no longer reads: 2.1, 3.0, sle16, rhel10, …",
)


def release_named(name: str | None) -> Release | None:
    """The release of Pacemaker behind a value of `--target`."""
    return TARGETS[name] if name else None
