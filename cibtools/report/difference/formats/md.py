"""The differences of two clusters as Markdown, for a ticket or a wiki page."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.compare.difference import Comparison, Difference
from cibtools.report.changes.formats.md import code, plain
from cibtools.report.difference.formats.text import ONLY, name_of, quoted, where
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
    section = ""
    for difference in found.differences:
        if difference.section != section:
            section = difference.section
            yield from ("", f"## {plain(section)}", "", "| what | OLD | NEW | where |", "| --- | --- | --- | --- |")
        yield _row(difference, old, new)


def _row(found: Difference, old: str, new: str) -> str:
    if found.kind in ONLY:
        said = plain(found.detail) or "there"
        cells = [said, "–"] if ONLY[found.kind] == "only in OLD" else ["–", said]
    else:
        cells = ["not set" if text is None else code(quoted(text)) for text in (found.before, found.after)]
    return "| " + " | ".join((plain(name_of(found)), *cells, plain(where(found, old, new)))) + " |"
