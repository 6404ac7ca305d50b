"""logd.cf: the configuration of heartbeat's logging daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.lines.ha_directives import CORE_DIRECTIVES, LOGD_DIRECTIVES, split_lost_blank
from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.heartbeat.logd import LogdCf
    from cibtools.backup.record.source import Source


def _recognise(outline: Outline) -> Answer:
    words = [split_lost_blank(word) for word in outline.words]
    known = sum(word in LOGD_DIRECTIVES for word in words)
    if known and known == len(words):
        return 80, "it has directives of ha_logd only"
    # With a directive that ha_logd does not know it takes the file's name to tell it from an ha.cf.
    if outline.share(known) >= 0.5 and CORE_DIRECTIVES.isdisjoint(words):
        return 30, "it has directives of ha_logd"
    return None


def _parse(source: Source) -> LogdCf:
    from cibtools.backup.heartbeat.logd import parse_logd

    return parse_logd(source)


SIDE_FILE = SideFile(
    kind=Kind.LOGD,
    order=140,
    recognise=_recognise,
    homes=(
        "etc/logd.cf",
        "etc/ha.d/ha_logd.cf",
        "etc/ha_logd.cf",
    ),
    names=(
        "logd.cf",
        "ha_logd.cf",
    ),
    parse=_parse,
)
