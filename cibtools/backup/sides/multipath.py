"""multipath.conf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.record.source import Source
    from cibtools.backup.storage.multipath import MultipathConf

_MULTIPATH = frozenset(("multipaths", "blacklist", "devnode_blacklist", "blacklist_exceptions", "defaults", "devices"))
_OF_LVM = frozenset(("allocation", "global", "activation", "shell", "dmeventd"))


def _recognise(outline: Outline) -> Answer:
    section = min(outline.sections & _MULTIPATH, default=None)
    if section is None or any(key.isidentifier() for key in outline.keys) or outline.sections & _OF_LVM:
        return None
    if section == "devices" and len(outline.sections & _MULTIPATH) == 1 and "device" not in outline.sections:
        return 40, f"it has a section {section}"
    return (95 if "wwid" in outline.words else 85), f"it has a section {section}"


def _parse(source: Source) -> MultipathConf:
    from cibtools.backup.storage.multipath import parse_multipath

    return parse_multipath(source)


SIDE_FILE = SideFile(
    kind=Kind.MULTIPATH,
    order=70,
    recognise=_recognise,
    homes=("etc/multipath.conf",),
    names=("multipath.conf",),
    parse=_parse,
    subject="Multipath",
)
