"""What `crm_mon -1` printed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.heartbeat.crm_mon import CrmMon
    from cibtools.backup.record.source import Source


def _recognise(outline: Outline) -> Answer:
    text = outline.text
    counted = "odes configured" in text
    if re.search(r"^Last updated:", text, re.MULTILINE) and ("Current DC:" in text or counted):
        return 95, "it has the header of crm_mon"
    # hb_report takes the line with the time out, so that the texts of all nodes are equal.
    if counted and "Current DC:" in outline.text and "Current" in outline.words:
        return 90, "it has the header of crm_mon without the time"
    return None


def _parse(source: Source) -> CrmMon:
    from cibtools.backup.heartbeat.crm_mon import parse_crm_mon

    return parse_crm_mon(source)


SIDE_FILE = SideFile(
    kind=Kind.CRM_MON,
    order=10,
    recognise=_recognise,
    names=("crm_mon.txt",),
    parse=_parse,
    subject="Seen running",
)
