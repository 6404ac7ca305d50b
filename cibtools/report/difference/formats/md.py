"""The differences of two clusters as Markdown, for a ticket or a wiki page."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.compare.difference import Comparison
from cibtools.report.changes.formats.md import code, plain
from cibtools.report.difference.rows import Cell, Row, by_section
from cibtools.report.shared.printable import counted

SUFFIX = ".md"


def render(found: Comparison, old: str, new: str, *, color: bool = False) -> str:
    """A table for each section."""
    return "\n".join(_lines(found, old, new)) + "\n"


def _lines(found: Comparison, old: str, new: str) -> Iterator[str]:
    yield f"# Differences of {code(old)} and {code(new)}"
    yield ""
    if not found.differences:
        yield f"No difference in {', '.join(map(plain, found.sections))}."
        return
    yield f"{counted(len(found.differences), 'difference')}."
    for section, rows in by_section(found, old, new).items():
        yield from ("", f"## {plain(section)}", "", "| what | OLD | NEW |", "| --- | --- | --- |")
        yield from map(_row, rows)


def _row(row: Row) -> str:
    return f"| {plain(row.what)} | {_cell(row.old)} | {_cell(row.new)} |"


def _cell(cell: Cell) -> str:
    """What a side says, what it means, and where: a line each, as far as a table can."""
    said = code(cell.text) if cell.literal else plain(cell.text or "–")
    return "<br>".join((said, *(plain(text) for text in (cell.meaning, cell.place) if text)))
