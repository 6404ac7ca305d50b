"""drbd.conf, and the files of drbd.d that it includes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.record.source import Source
    from cibtools.backup.storage.drbd import DrbdConf

_WORDS = frozenset(
    ("device", "disk", "meta-disk", "flexible-meta-disk", "address", "protocol", "include", "usage-count")
)
_SECTIONS = frozenset(("resource", "global", "common"))


def _recognise(outline: Outline) -> Answer:
    # A resource may be written on one line, so the words within lines count too.
    words = {word.rstrip("{;") for line in outline.lines for word in line.split()}
    heads = words & _SECTIONS if any("{" in line for line in outline.lines) else frozenset()
    ends = sum(line.rstrip().endswith((";", "{", "}")) for line in outline.lines)
    if outline.share(ends) < 0.7:
        return None
    if "resource" in heads and not _WORDS.isdisjoint(words):
        return 95, "it has a section resource"
    if heads & {"global", "common"} and any(line.rstrip().endswith(";") for line in outline.lines):
        return 80, f"it has a section {min(heads & {'global', 'common'})}"
    included = any(
        word == "include" and "drbd" in line for word, line in zip(outline.words, outline.lines, strict=True)
    )
    return (80, "it includes files of drbd.d") if included else None


def _parse(source: Source) -> DrbdConf:
    from cibtools.backup.storage.drbd import parse_drbd

    return parse_drbd(source)


SIDE_FILE = SideFile(
    kind=Kind.DRBD,
    order=84,
    recognise=_recognise,
    names=("drbd.conf", "global_common.conf"),
    folders=("/drbd.d/",),
    parse=_parse,
    subject="DRBD",
)
