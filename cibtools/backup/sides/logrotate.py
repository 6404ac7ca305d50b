"""A file of logrotate."""

from __future__ import annotations

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline


def _recognise(outline: Outline) -> Answer:
    path = next((name for name in outline.sections if name.startswith("/")), None)
    return (80, "it rotates log files") if path and "rotate" in outline.words else None


SIDE_FILE = SideFile(
    kind=Kind.LOGROTATE,
    order=210,
    recognise=_recognise,
)
