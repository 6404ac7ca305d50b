"""haresources: the resources of heartbeat without its CRM."""

from __future__ import annotations

import re

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer, is_address
from cibtools.backup.sniff.outline import Outline, outline_of


def _recognise(outline: Outline) -> Answer:
    joined = outline.text.replace("\\\r\n", " ").replace("\\\n", " ") if "\\" in outline.text else ""
    lines = outline_of(joined).lines if joined else outline.lines
    fits = bool(lines) and all(_haresources_line(line.split()) for line in lines)
    return (60, "its lines name a node and its resources") if fits else None


def _haresources_line(tokens: list[str]) -> bool:
    host = len(tokens) > 1 and re.fullmatch(r"[A-Za-z][\w.-]*", tokens[0]) is not None
    return host and any("::" in token or is_address(token.split("/")[0]) for token in tokens[1:])


SIDE_FILE = SideFile(
    kind=Kind.HARESOURCES,
    order=150,
    recognise=_recognise,
    homes=(
        "etc/ha.d/haresources",
        "etc/heartbeat/haresources",
    ),
    names=("haresources",),
)
