"""The page of a number that a migration or a runbook prints, in the form of a rule's page."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.number import Number
from cibtools.report.shared.sections import Prose, Section, markdown_parts, section_pieces, sentence
from cibtools.report.shared.style import Style, paint, plain


def text_number(number: Number, *, width: int = 100, color: bool = False) -> str:
    """Draw the page as text."""
    pieces = [(Style.STRONG, f"[{number.code}] "), plain(f"{sentence(number.title)}\n")]
    for section in _sections(number):
        pieces += [plain("\n"), *section_pieces(section, width)]
    return paint(pieces, color=color)


def markdown_number(number: Number) -> str:
    """Draw the page as Markdown."""
    parts = [
        f"# {number.code} {number.title}",
        *(part for found in _sections(number) for part in markdown_parts(found)),
    ]
    return "\n\n".join(parts) + "\n"


def _sections(number: Number) -> Iterator[Section]:
    return ((title, (Prose(text),)) for title, text in number.sections)
