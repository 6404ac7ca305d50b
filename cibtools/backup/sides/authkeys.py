"""authkeys: what signs heartbeat's messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.backup.record.kind import Kind
from cibtools.backup.sniff.declaration import SideFile
from cibtools.backup.sniff.evidence import Answer
from cibtools.backup.sniff.outline import Outline

if TYPE_CHECKING:
    from cibtools.backup.heartbeat.authkeys import Authkeys
    from cibtools.backup.record.source import Source


def _recognise(outline: Outline) -> Answer:
    if "auth" not in outline.words and not outline.words[0].isdigit():
        return None
    split = [line.split() for line in outline.lines]
    auths = sum(len(parts) > 1 and parts[0] == "auth" and parts[1].isdigit() for parts in split)
    keys = sum(len(parts) > 1 and parts[0].isdigit() and parts[1] in ("crc", "md5", "sha1") for parts in split)
    if outline.share(auths + keys) < 0.6:
        return (30, "it has an auth line") if auths and len(outline.lines) < 4 else None
    if auths and keys:
        return 95, "it has an auth line and a numbered key"
    return (60, "it has numbered keys") if keys else (45, "it has an auth line")


def _parse(source: Source) -> Authkeys:
    from cibtools.backup.heartbeat.authkeys import parse_authkeys

    return parse_authkeys(source)


SIDE_FILE = SideFile(
    kind=Kind.AUTHKEYS,
    order=130,
    recognise=_recognise,
    homes=(
        "etc/ha.d/authkeys",
        "etc/heartbeat/authkeys",
    ),
    names=("authkeys",),
    parse=_parse,
)
