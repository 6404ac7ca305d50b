"""lvm.conf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.record.source import Source
    from cibtools.backup.storage.lvm import LvmConf

_LVM = frozenset(("devices", "allocation", "log", "backup", "shell", "global", "activation", "tags", "dmeventd"))
_OWN = _LVM - {"devices", "log", "backup"}
_KEYS = frozenset(("filter", "global_filter", "locking_type", "dir", "scan", "preferred_names"))


def _recognise(outline: Outline) -> Answer:
    section = min(outline.sections & _LVM, default=None)
    known = _KEYS & {key.rpartition("/")[2] for key in outline.keys}
    # In the file as it is shipped every setting is a comment; multipath.conf has no section of these names.
    own = outline.sections & _OWN
    if section is None or any(line.rstrip().endswith(";") for line in outline.lines):
        return None
    if known or own:
        return 85, f"it has a section {min(own, default=section)}"
    return None if any(outline.keys) else (40, f"it has a section {section}")


def _parse(source: Source) -> LvmConf:
    from cibtools.backup.storage.lvm import parse_lvm

    return parse_lvm(source)


SIDE_FILE = SideFile(
    kind=Kind.LVM,
    order=90,
    recognise=_recognise,
    homes=("etc/lvm/lvm.conf",),
    names=("lvm.conf",),
    parse=_parse,
    subject="LVM",
)
