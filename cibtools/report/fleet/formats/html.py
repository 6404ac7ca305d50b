"""The overview of a fleet as one HTML page that loads nothing from elsewhere."""

from __future__ import annotations

from cibtools.fleet.record import Fleet, State
from cibtools.report.fleet import words
from cibtools.report.shared.page import draw

SUFFIX = ".html"


def render(fleet: Fleet) -> str:
    """Draw the page; links lead to the reports of the clusters, if these were written."""
    return draw(
        "fleet.html.j2", title=f"Upgrade to {fleet.target}: {words.counts(fleet)}", left=words.counts(fleet),
        right=f"Upgrade to {fleet.target}", fleet=fleet, words=words, looks=words.LOOKS,
        blockers=[one for one in fleet.shared if one.blocks],
        conditions=[one for one in fleet.shared if not one.blocks],
        states=[(state, fleet.count(state)) for state in State if fleet.count(state)],
        later=words.left_out(fleet), titles={one.code: one.title for one in fleet.shared},
        drift=[one for one in fleet.members if one.copies or (one.since and one.since.differences)],
        same=sum(one.since is not None and not one.since.differences for one in fleet.members),
    )  # fmt: skip
