"""mdadm.conf: arrays and the links that lead to them."""

from __future__ import annotations

from hypothesis import given, settings

from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.sides.mdadm import parse_mdadm
from cibtools.backup.sniff.classify import classify
from tests.backup.side_files import check_spans, mangled

TEXT = "DEVICE /dev/sd*\nARRAY /dev/md/data metadata=1.0\n  UUID=a:b name=host1:0 # ours\nMAILADDR root\nfrob x\n"


def test_an_array_may_go_on_in_the_next_line() -> None:
    found = parse_mdadm(Source("mdadm.conf", TEXT.encode()))
    (array,) = found.arrays
    assert array.device == "/dev/md/data"
    assert set(array.names) == {"/dev/disk/by-id/md-uuid-a:b", "/dev/disk/by-id/md-name-host1:0", "/dev/md/0"}
    assert [problem.variant for problem in found.problems] == ["unknown"]


def test_it_is_recognised() -> None:
    assert classify(Source("any", TEXT.encode()), "any").kind is Kind.MDADM


@settings(max_examples=40)
@given(mangled("ARRAY /dev/md0", "name=", "UUID=a", "devname=x", "DEVICE"))
def test_no_text_is_too_mangled(data: bytes) -> None:
    source = Source("mdadm.conf", data)
    check_spans(parse_mdadm(source), source)
