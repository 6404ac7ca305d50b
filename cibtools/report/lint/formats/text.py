"""Findings for people: a header, the message, the lines of the file with carets, and what to do.

`render(run, TextOptions(…))` gives the whole report; `finding_pieces` one finding, for commands that show single ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cibtools.backup.document import Document
from cibtools.backup.secret_span import secret_spans
from cibtools.cluster.model.place import Place
from cibtools.lint.record.finding import Finding, Note
from cibtools.lint.record.outcome import LintRun
from cibtools.location import Location
from cibtools.report.lint.summary import (
    SEVERITY_STYLE,
    error_pieces,
    skipped_pieces,
    statistics_pieces,
    summary_pieces,
    suppressed_pieces,
)
from cibtools.report.shared.frame import Frame, Mark, gutter_of
from cibtools.report.shared.options import TextOptions
from cibtools.report.shared.printable import visible, wrap
from cibtools.report.shared.style import Piece, Style, paint, plain

SUFFIX = ".txt"

NEAR = 12
"""Up to so many lines away a related place is shown in the finding's own frame."""
_FRAMES = 4
"""Up to so many other related places get a frame; further ones are named only."""


def render(run: LintRun, options: TextOptions) -> str:
    """All findings, the lists that were asked for, and the summary; nothing if there was nothing to read."""
    if not run.documents and not run.errors:
        return ""
    return paint(_pieces(run, options), color=options.color)


def _pieces(run: LintRun, options: TextOptions) -> Iterator[Piece]:
    secrets = SecretPlaces()
    for finding in run.findings:
        yield from finding_pieces(finding, secrets, options.width)
        yield plain("\n")
    if options.show_suppressed:
        yield from suppressed_pieces(run)
    if options.show_skipped:
        yield from skipped_pieces(run)
    if options.statistics:
        yield from statistics_pieces(run)
    if options.show_errors:
        yield from error_pieces(run)
    yield from summary_pieces(run, options)


class SecretPlaces:
    """Where secrets stand, worked out once for each document that is shown."""

    def __init__(self) -> None:
        self._known: dict[Document, tuple[Location, ...]] = {}

    def of(self, document: Document) -> tuple[Location, ...]:
        """The secrets of a document."""
        if document not in self._known:
            self._known[document] = tuple(document.source.location(span) for span in secret_spans(document))
        return self._known[document]


def finding_pieces(finding: Finding, secrets: SecretPlaces, width: int) -> Iterator[Piece]:
    """One finding, each line with its line end."""
    style = SEVERITY_STYLE[finding.severity]
    yield Style.PATH, _where(finding.location)
    yield plain(": ")
    yield style, finding.severity.value
    yield Style.STRONG, f"[{finding.code}]"
    yield Style.DIM, f" {finding.name}\n"
    for line in wrap(visible(finding.message), width - 2):
        yield Style.STRONG, f"  {line}\n"
    near, far = _by_distance(finding)
    # A folded finding is a list: its frame shows the first place, one line each of the others.
    shown = [] if finding.subjects else [note for note in far if _has_lines(note.place)][:_FRAMES]
    gutter = gutter_of([finding.location, *(note.place.location for note in (*near, *shown))])
    if _has_lines(finding.place):
        marks = [Mark(finding.location, "", style, "^"), *(Mark(note.place.location, note.message) for note in near)]
        yield from _frame(finding.place.document, marks, secrets, gutter, width)
    for note in shown:
        place = note.place.location
        yield Style.GUTTER, f"{'':>{gutter}} ::: "
        yield Style.PATH, f"{_where(place)}\n"
        yield from _frame(note.place.document, [Mark(place, note.message)], secrets, gutter, width)
    for note in far:
        if note not in shown:
            yield from _remark("note", Style.NOTE, f"{_whence(finding, note)}: {note.message}", gutter, width)
    if finding.remedy:
        yield from _remark("help", Style.REMEDY, finding.remedy, gutter, width)
    if len(finding.fixes) == 1 and finding.fixes[0].live:
        yield from _remark("live", Style.REMEDY, finding.fixes[0].live, gutter, width)


def _whence(finding: Finding, note: Note) -> str:
    """Where a note is: a line of the finding's own file, or a place elsewhere."""
    same = note.place.document is finding.place.document and _has_lines(note.place)
    return f"line {note.place.location.line}" if same else _where(note.place.location)


def _where(place: Location) -> str:
    return f"{visible(place.path)}:{place.line}:{place.column}"


def _frame(
    document: Document, marks: Sequence[Mark], secrets: SecretPlaces, gutter: int, width: int
) -> Iterator[Piece]:
    return Frame(document.source, marks, secrets.of(document), gutter, width).draw()


def _has_lines(place: Place) -> bool:
    """False for places that are a whole file, of which there is nothing to show."""
    return (place.spot is not None or place.element is not None) and place.span.end > 0


def _by_distance(finding: Finding) -> tuple[list[Note], list[Note]]:
    """The notes that belong into the finding's own frame, and the others."""
    near: list[Note] = []
    far: list[Note] = []
    if finding.subjects:
        return near, list(finding.notes)
    for note in finding.notes:
        close = (
            note.place.document is finding.place.document
            and _has_lines(note.place)
            and _has_lines(finding.place)
            and abs(note.place.location.line - finding.location.line) <= NEAR
        )
        (near if close else far).append(note)
    return near, far


def _remark(title: str, style: Style, text: str, gutter: int, width: int) -> Iterator[Piece]:
    """A line such as `= help: …` below a frame, broken at the width and indented."""
    indent = gutter + 1
    first, *others = wrap(visible(text), width - indent - len(title) - 4)
    yield Style.GUTTER, f"{'':>{indent}}= "
    yield style, f"{title}: "
    yield plain(f"{first}\n")
    yield from _hanging(others, indent + len(title) + 4)


def _hanging(lines: Iterable[str], indent: int) -> Iterator[Piece]:
    for line in lines:
        yield plain(f"{'':>{indent}}{line}\n")
