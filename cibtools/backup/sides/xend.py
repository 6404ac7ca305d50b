"""xend-config.sxp: the configuration of Xen's daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer, sxp_head
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.host.xend import XendConfig
    from cibtools.backup.record.source import Source

_XEND_HEADS = (
    "xend-",
    "dom0-min-mem",
    "dom0-cpus",
    "network-script",
    "vif-script",
    "enable-dump",
    "vnc-listen",
    "vncpasswd",
    "logfile",
    "loglevel",
    "console-limit",
)


def _recognise(outline: Outline) -> Answer:
    head = sxp_head(outline)
    return (95, f"it begins with ({head}") if head.startswith(_XEND_HEADS) else None


def _parse(source: Source) -> XendConfig:
    from cibtools.backup.host.xend import parse_xend

    return parse_xend(source)


SIDE_FILE = SideFile(
    kind=Kind.XEND,
    order=40,
    recognise=_recognise,
    homes=("etc/xen/xend-config.sxp",),
    names=("xend-config.sxp",),
    parse=_parse,
    subject="Xen",
)
