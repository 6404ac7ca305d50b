"""cluster.conf of OCFS2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.record.source import Source
    from cibtools.backup.storage.ocfs2 import Ocfs2Config


def _recognise(outline: Outline) -> Answer:
    stanza = next((line.strip() for line in outline.lines if line.strip() in ("node:", "cluster:", "heartbeat:")), None)
    told = sum(bool(key) or word.endswith(":") for key, word in zip(outline.keys, outline.words, strict=True))
    if stanza and outline.share(told) > 0.7 and ("ip_port" in outline.keys or "node_count" in outline.keys):
        return 95, f"it has stanzas {stanza}"
    return None


def _parse(source: Source) -> Ocfs2Config:
    from cibtools.backup.storage.ocfs2 import parse_ocfs2

    return parse_ocfs2(source)


SIDE_FILE = SideFile(
    kind=Kind.OCFS2,
    order=50,
    recognise=_recognise,
    homes=("etc/ocfs2/cluster.conf",),
    names=("cluster.conf",),
    parse=_parse,
    subject="OCFS2",
)
