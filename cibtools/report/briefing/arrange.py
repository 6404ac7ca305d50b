"""The report arranged for reading: one view that HTML and Markdown draw, so that they cannot say different things."""

from __future__ import annotations

from msgspec import Struct

from cibtools.briefing.record import Briefing
from cibtools.report.briefing.findings import Shown, by_gate
from cibtools.report.briefing.inventory import Matrix, Meter, Moment, matrix, meters, moments
from cibtools.report.briefing.picture import Drawing, drawing
from cibtools.report.briefing.timeline import Evening, evenings
from cibtools.report.briefing.verdict import verdict, who_decides
from cibtools.report.changes import changelog, proof
from cibtools.report.changes.changelog import LogView
from cibtools.report.cluster import clusterview
from cibtools.report.cluster.clusterview import ClusterView
from cibtools.report.runbook import arrange
from cibtools.report.runbook.screen import Screen
from cibtools.report.runbook.view import RunbookView
from cibtools.report.shared.printable import counted


class BriefingView(Struct, frozen=True, eq=False):
    """The whole report."""

    briefing: Briefing
    title: str
    line: str
    """Change, from where to where, size."""
    screen: Screen
    runbook: RunbookView
    log: LogView | None
    cluster: ClusterView
    findings: tuple[tuple[str, str, tuple[Shown, ...]], ...]
    drawing: Drawing
    matrix: Matrix
    meters: tuple[Meter, ...]
    moments: tuple[Moment, ...]
    evenings: tuple[Evening, ...]
    deciders: tuple[tuple[str, str, str], ...]
    proof: str
    """What the scheduler said of the migration; empty if it was not asked."""
    objects: tuple[tuple[str, tuple[str, ...]], ...]
    """Every object that migration changes, with what becomes of it; repeats are folded."""


def view(found: Briefing) -> BriefingView:
    """Arrange a report."""
    book = found.runbook
    shown = arrange.view(book)
    tree = clusterview.view(found.cluster)
    log = changelog.view(found.migration) if found.migration else None
    return BriefingView(
        found,
        f"{_named(book.cluster.nodes)} to {found.target}",
        f"{shown.line} · to {found.target}",
        verdict(found, shown.screen),
        shown,
        log,
        tree,
        by_gate(found.findings, book, found.cluster.backup.root),
        drawing(found.cluster),
        matrix(found.cluster),
        tuple(meters(book)),
        moments(book, tree),
        evenings(book, shown.times, shown.outages),
        tuple(who_decides(found.questions)),
        proof.render(found.proof, "the installed scheduler") if found.proof else "",
        _objects(log) if log else (),
    )


_FEW = 4
"""So many nodes are named in the title."""


def _named(nodes: tuple[str, ...]) -> str:
    return ", ".join(nodes) if len(nodes) <= _FEW else f"{nodes[0]} … {nodes[-1]} ({len(nodes)} nodes)"


def _objects(log: LogView) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The changes by the object they are made to: a resource, a constraint, an option set or a file."""
    found: dict[str, dict[str, int]] = {}
    for step in log.steps:
        for reason, entries in step.by_reason:
            for entry in entries:
                about = entry.subject.partition("/")[0] or "cib"
                done = found.setdefault(about, {})
                key = f"{step.number} {entry.kind.value}: {reason}"
                done[key] = done.get(key, 0) + 1
    return tuple(
        (about, tuple(f"{text} ({counted(times, 'time')})" if times > 1 else text for text, times in done.items()))
        for about, done in found.items()
    )
