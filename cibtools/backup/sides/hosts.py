"""/etc/hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer, is_address
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.host.hosts import Hosts
    from cibtools.backup.record.source import Source


def _recognise(outline: Outline) -> Answer:
    fitting = sum(
        is_address(word) and len(line.split()) > 1 for word, line in zip(outline.words, outline.lines, strict=True)
    )
    return (70, "its lines are addresses and names") if outline.share(fitting) >= 0.5 else None


def _parse(source: Source) -> Hosts:
    from cibtools.backup.host.hosts import parse_hosts

    return parse_hosts(source)


SIDE_FILE = SideFile(
    kind=Kind.HOSTS,
    order=30,
    recognise=_recognise,
    homes=("etc/hosts",),
    names=("hosts",),
    parse=_parse,
    subject="Addresses",
)
