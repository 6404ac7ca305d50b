"""The differences of two clusters as one HTML page, side by side, that loads nothing from elsewhere."""

from __future__ import annotations

from collections import Counter

from cibtools.cluster.compare.difference import Comparison
from cibtools.report.difference.rows import STATES, by_section
from cibtools.report.shared.page import draw
from cibtools.report.shared.printable import counted

SUFFIX = ".html"


def render(found: Comparison, old: str, new: str, *, color: bool = False) -> str:
    """Draw a table for each section; OLD stands left of NEW, and on a phone above it."""
    sections = by_section(found, old, new)
    counts = Counter(row.state for rows in sections.values() for row in rows)
    line = ", ".join(f"{counts[state]} {state}" for state in STATES.values() if counts[state])
    total = counted(len(found.differences), "difference")
    return draw(
        "difference.html.j2", title=f"{old} and {new}: {total}", left=f"OLD {old}, NEW {new}", right="Differences",
        old=old, new=new, total=total, line=line, gaps=found.gaps, compared=found.sections,
        sections=[(f"s{number}", name, rows) for number, (name, rows) in enumerate(sections.items())],
    )  # fmt: skip
