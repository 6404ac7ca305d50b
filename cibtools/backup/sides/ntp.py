"""ntp.conf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.lines.ha_directives import CORE_DIRECTIVES
from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.host.ntp import NtpConf
    from cibtools.backup.record.source import Source

_NTP = frozenset(("server", "peer", "restrict", "driftfile", "fudge", "pool"))


def _recognise(outline: Outline) -> Answer:
    known = [word for word in outline.words if word in _NTP]
    foreign = CORE_DIRECTIVES.intersection(outline.words)
    return (75, f"it has the keyword {known[0]}") if not foreign and outline.share(len(known)) >= 0.4 else None


def _parse(source: Source) -> NtpConf:
    from cibtools.backup.host.ntp import parse_ntp

    return parse_ntp(source)


SIDE_FILE = SideFile(
    kind=Kind.NTP,
    order=100,
    recognise=_recognise,
    homes=("etc/ntp.conf",),
    names=("ntp.conf",),
    parse=_parse,
    subject="Time",
)
