"""Any file below /etc/sysconfig."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer, shell_names
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.host.sysconfig import Sysconfig
    from cibtools.backup.record.source import Source


def _recognise(outline: Outline) -> Answer:
    name = min(shell_names(outline), default=None)
    return (60, f"it assigns {name}") if name else None


def _parse(source: Source) -> Sysconfig:
    from cibtools.backup.host.sysconfig import parse_sysconfig

    return parse_sysconfig(source)


SIDE_FILE = SideFile(
    kind=Kind.SYSCONFIG,
    order=200,
    recognise=_recognise,
    folders=("/sysconfig/",),
    parse=_parse,
)
