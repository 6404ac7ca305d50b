"""corosync.conf and openais.conf."""

from __future__ import annotations

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline


def _recognise(outline: Outline) -> Answer:
    if "totem" in outline.sections and any(word.endswith(":") for word in outline.words):
        return 95, "it has a section totem"
    return None


SIDE_FILE = SideFile(
    kind=Kind.COROSYNC,
    order=170,
    recognise=_recognise,
    homes=(
        "etc/corosync/corosync.conf",
        "etc/ais/openais.conf",
    ),
    names=(
        "openais.conf",
        "corosync.conf",
    ),
)
