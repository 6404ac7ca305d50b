"""sysconfig/o2cb: OCFS2's cluster stack."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer, shell_names
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.record.source import Source
    from cibtools.backup.storage.o2cb import O2cb


def _recognise(outline: Outline) -> Answer:
    name = min((name for name in shell_names(outline) if name.startswith("O2CB_")), default=None)
    return (95, f"it assigns {name}") if name else None


def _parse(source: Source) -> O2cb:
    from cibtools.backup.storage.o2cb import parse_o2cb

    return parse_o2cb(source)


SIDE_FILE = SideFile(
    kind=Kind.O2CB,
    order=60,
    recognise=_recognise,
    homes=("etc/sysconfig/o2cb",),
    names=("o2cb",),
    parse=_parse,
    subject="O2CB",
)
