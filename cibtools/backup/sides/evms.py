"""evms.conf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.record.source import Source
    from cibtools.backup.storage.evms import EvmsConf

_EVMS = frozenset(("engine", "sysfs_devices", "csm", "activate", "legacy_devices", "clustering"))


def _recognise(outline: Outline) -> Answer:
    section = min(outline.sections & _EVMS, default=None)
    own = outline.sections & {"sysfs_devices", "legacy_devices", "csm"}
    return (85, f"it has a section {section}") if section and (any(outline.keys) or own) else None


def _parse(source: Source) -> EvmsConf:
    from cibtools.backup.storage.evms import parse_evms

    return parse_evms(source)


SIDE_FILE = SideFile(
    kind=Kind.EVMS,
    order=80,
    recognise=_recognise,
    homes=("etc/evms.conf",),
    names=("evms.conf",),
    parse=_parse,
    subject="EVMS",
)
