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


def _recognise(outline: Outline) -> Answer:
    section = min(outline.sections & _LVM, default=None)
    known = {"filter", "locking_type", "dir"} & {key.rpartition("/")[2] for key in outline.keys}
    return (85, f"it has a section {section}") if section and known else None


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
