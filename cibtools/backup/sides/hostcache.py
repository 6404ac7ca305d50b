"""hostcache: which uuid heartbeat gave each node."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.heartbeat.hostcache import Hostcache
    from cibtools.backup.record.source import Source


def _recognise(outline: Outline) -> Answer:
    if not outline.lines or "\t" not in outline.lines[0]:
        return None
    pattern = r"\S+\t+[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:\t\d+(?:\t\S+)?)?\s*"
    if all(re.fullmatch(pattern, line) for line in outline.lines):
        return 95, "its lines are host names and uuids"
    return None


def _parse(source: Source) -> Hostcache:
    from cibtools.backup.heartbeat.hostcache import parse_hostcache

    return parse_hostcache(source)


SIDE_FILE = SideFile(
    kind=Kind.HOSTCACHE,
    order=160,
    recognise=_recognise,
    homes=("var/lib/heartbeat/hostcache",),
    names=("hostcache",),
    parse=_parse,
)
