"""Side files as a whole: every kind finds its parser, and no file of the size that is read keeps one busy."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from cibtools.backup.files.raw import FILE_LIMIT, Limits
from cibtools.backup.files.walk import walk_input
from cibtools.backup.reader import read_file
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.sniff.declaration import SideContent
from cibtools.backup.sniff.registry import side_file
from tests.backup.side_files import check_spans

LINES: dict[Kind, tuple[str, ...]] = {
    Kind.LOGD: ("logfile /a\n", "x{n}\n"),
    Kind.HOSTCACHE: ("a\t91275fec-a9f4-442d-9875-27e9b7233f33\n",),
    Kind.XEND: ("(a{n} b)\n", "(", '"\\'),
    Kind.CRM_MON: ("Clone Set: c{n}\n", "Node: a{n}: online\n", "\t"),
    Kind.HOSTS: ("10.0.0.1 a{n}\n", ":" * 40 + "\n"),
    Kind.NTP: ("fudge 127.127.1.0 stratum 5\n",),
    Kind.OCFS2: ("node:\n\ta{n} = b\n", "\tb{n} = b\n", "  a = b\nc = d\n"),
    Kind.O2CB: ("A{n}=b\n", 'A="\\', "A=a;"),
    Kind.SYSCONFIG: ("PASS{n}=x pass=y\n",),
    Kind.DRBD: ("resource r{n} {{\n", "device minor {n};\n", "}}", '"'),
    Kind.MDADM: ("ARRAY /dev/md{n}\n", " name=a:{n}\n", "x{n}\n"),
    Kind.EVMS: ("a{n} {{\n", "a = [ b ]\n", '"'),
    Kind.LVM: ("a{n} = 1\n", "="),
    Kind.MULTIPATH: ("multipath {{\n", "x{n} y\n", '"'),
}  # fmt: skip
"""Pieces to make a large file of; `{n}` stands for a number that differs."""

OPENED = {Kind.OCFS2: "node:\n", Kind.MULTIPATH: "defaults {\n"}
"""What a file begins with, so that its pieces belong to something."""
LENGTH = FILE_LIMIT // 4
SECONDS = 5
"""Of processor time, so that a busy machine does no harm; a parser that looks at all lines for each takes longer."""


def parsed(kind: Kind, source: Source) -> SideContent:
    declared = side_file(kind)
    assert declared
    assert declared.parse
    return declared.parse(source)


PIECES = [(kind, piece) for kind, pieces in LINES.items() for piece in pieces]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "piece"), PIECES, ids=lambda value: value.value if isinstance(value, Kind) else "")
def test_time_grows_with_the_length_alone(kind: Kind, piece: str) -> None:
    one = piece.format(n=0).encode()
    text = OPENED.get(kind, "") + "".join(piece.format(n=number) for number in range(LENGTH // len(one)))
    source = Source("x", text.encode())
    start = time.process_time()
    parsed(kind, source)
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("kind", LINES, ids=lambda kind: kind.value)
@pytest.mark.parametrize(
    "data", [b"", b"\0", b"\xff\xfe", b"\xff\xfea", b"\xef\xbb\xbf", b"\xef\xbb\xbf\xff", b"\r", b"\xa0"]
)
def test_next_to_nothing_is_read_too(kind: Kind, data: bytes) -> None:
    source = Source("x", data)
    check_spans(parsed(kind, source), source)


def test_every_side_file_of_the_fixture_is_read(repo: Path) -> None:
    documents = [read_file(raw, {}).document for raw in walk_input(str(repo / "fixtures" / "hasi"), Limits())]
    read = {document.kind for document in documents if document.kind in LINES and document.content is not None}
    assert read == set(LINES) - {Kind.CRM_MON, Kind.SYSCONFIG, Kind.DRBD, Kind.MDADM}
