"""A domain as an s-expression, as xm prints it."""

from __future__ import annotations

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer, sxp_head
from cibtools.backup.sniff.outline import Outline


def _recognise(outline: Outline) -> Answer:
    head = sxp_head(outline)
    return (95, f"it begins with ({head}") if head in ("domain", "vm") else None


SIDE_FILE = SideFile(
    kind=Kind.SXP_DOMAIN,
    order=110,
    recognise=_recognise,
)
