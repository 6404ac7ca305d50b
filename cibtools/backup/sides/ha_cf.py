"""ha.cf: the configuration of heartbeat itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.lines.ha_directives import CORE_DIRECTIVES, DIRECTIVES, split_lost_blank
from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.heartbeat.ha_cf import HaCf
    from cibtools.backup.record.source import Source


def _recognise(outline: Outline) -> Answer:
    words = [split_lost_blank(word) for word in outline.words]
    known = [word for word in words if word in DIRECTIVES]
    core = next((word for word in known if word in CORE_DIRECTIVES), None)
    if core is None or outline.share(len(known)) < 0.5:
        return None
    return (85 if len(known) > 1 else 35), f"it has the directive {core}"


def _parse(source: Source) -> HaCf:
    from cibtools.backup.heartbeat.ha_cf import parse_hacf

    return parse_hacf(source)


SIDE_FILE = SideFile(
    kind=Kind.HA_CF,
    order=20,
    recognise=_recognise,
    homes=(
        "etc/ha.d/ha.cf",
        "etc/heartbeat/ha.cf",
    ),
    names=("ha.cf",),
    parse=_parse,
    subject="Heartbeat",
)
