"""description.txt, in which hb_report and crm_report say that they wrote the report around it."""

from __future__ import annotations

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

_REPORTED_BY = ("By: hb_report", "By: crm_report")


def _recognise(outline: Outline) -> Answer:
    tool = next((line[4:].split()[0] for line in outline.lines if line.startswith(_REPORTED_BY)), None)
    return (100, f"{tool} wrote it") if tool else None


SIDE_FILE = SideFile(
    kind=Kind.HB_REPORT,
    order=0,
    recognise=_recognise,
    decides=True,
    names=("description.txt",),
)
