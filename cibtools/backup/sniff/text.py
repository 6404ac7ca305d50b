"""Recognising the plain-text files of a cluster node by the words their lines begin with.

Each recogniser sees the same outline of the text, made once: compiling a pattern per kind would cost more than all
the rest of sniffing. Prose and scripts quote configuration, so a recogniser asks how much of a file it can explain.
"""

from __future__ import annotations

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.outline import Outline, is_prose
from cibtools.backup.sniff.registry import side_files

_ENOUGH = 85
"""What the name suggests and the text bears out this well needs no other recogniser."""


def recognise(outline: Outline, hinted: SideFile | None = None) -> list[tuple[Kind, int, str]]:
    """Ask the recogniser that the name suggests, then every other; of equal answers the first one counts.

    Text that quotes configuration is none.
    """
    declared = side_files()
    for one in declared:
        found = one.recognise(outline) if one.decides else None
        if found is not None:
            return [(one.kind, *found)]
    if not outline.lines or "```" in outline.text or outline.share(sum(map(is_prose, outline.lines))) > 0.1:
        return []
    expected = hinted.recognise(outline) if hinted else None
    if hinted and expected and expected[0] >= _ENOUGH:
        return [(hinted.kind, *expected)]
    return [(one.kind, *found) for one in declared if (found := one.recognise(outline)) is not None]


def suggested(path: str) -> SideFile | None:
    """Return the kind that a file's path within the backup suggests, if any."""
    return next((one for one in side_files() if one.suits(f"/{path}")), None)
