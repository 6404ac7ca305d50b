"""lvm.conf: formats.md 12 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.reader import parse_source
from cibtools.backup.record.fact import ABSENT, Known, Truth, Unknown
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.storage.lvm import LvmConf, parse_lvm
from tests.backup.side_files import check_spans, mangled, text_at


def read(text: str) -> LvmConf:
    return parse_lvm(Source("lvm.conf", text.encode()))


def filtered(*entries: str) -> LvmConf:
    return read("devices { filter = [ " + ", ".join(f'"{entry}"' for entry in entries) + " ] }")


def test_the_fixture_rejects_all(repo: Path) -> None:
    source = Source("lvm.conf", (repo / "fixtures/hasi/nodes/host1/etc/lvm/lvm.conf").read_bytes())
    document = parse_source(source, "etc/lvm/lvm.conf")
    assert document.kind is Kind.LVM
    found = document.content
    assert isinstance(found, LvmConf)
    assert found.filter is not None
    (entry,) = found.filter
    assert (entry.accept, entry.pattern, text_at(source, entry.span)) == (False, ".*", "r|.*|")
    assert found.accepts("/dev/mapper/mpath2", "/dev/dm-1") is Truth.NO
    assert (found.locking_type, found.problems) == (ABSENT, ())


@pytest.mark.parametrize(
    ("entries", "names", "answer"),
    [
        ((), ("/dev/sda",), Truth.YES),
        (("a|^/dev/mapper/|", "r|.*|"), ("/dev/mapper/mpath2",), Truth.YES),
        (("a|^/dev/mapper/|", "r|.*|"), ("/dev/sda",), Truth.NO),
        (("a|^/dev/mapper/|", "r|.*|"), ("/dev/dm-1", "/dev/mapper/mpath2"), Truth.YES),
        (("r/sda/",), ("/dev/sda1",), Truth.NO),
        (("r/sda/",), ("/dev/sdb",), Truth.YES),
        (("r/sda/", "a/sda/"), ("/dev/sda",), Truth.NO),
        (("a{mpath}", "r(.*)"), ("/dev/mapper/mpath1",), Truth.YES),
        (("r|(a*)*|",), ("/dev/sda",), Truth.UNKNOWN),
        (("x|a|",), ("/dev/sda",), Truth.UNKNOWN),
    ],
)
def test_the_filter(entries: tuple[str, ...], names: tuple[str, ...], answer: Truth) -> None:
    assert filtered(*entries).accepts(*names) is answer


def test_a_file_without_a_filter_accepts_all() -> None:
    found = read('devices { dir = "/dev" }')
    assert found.filter is None
    assert found.accepts("/dev/sda") is Truth.YES


@pytest.mark.parametrize("text", ["global { locking_type = 3 }", "global/locking_type = 3"])
def test_the_type_of_locking(text: str) -> None:
    fact = read(text).locking_type
    assert isinstance(fact, Known)
    assert fact.value == 3


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('devices { filter = "r|.*|" }', []),
        ('devices { filter = [ "r|.*" ] }', ["bad-filter"]),
        ('devices { filter = [ "x|.*|", "a", "" ] }', ["bad-filter", "bad-filter", "bad-filter"]),
        ("global { locking_type = three }", ["invalid-value"]),
        ("global { locking_type = 9 }", ["invalid-value"]),
        ("global { locking_type = [ 1 ] }", ["invalid-value"]),
        ("global { locking_type = 1 }\nglobal { locking_type = 3 }", ["twice"]),
        ("devices {\n filter = [ “r|.*|” ]\n}", ["curly-quote"]),
        ("devices {\n-snip-\n}", []),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert [problem.variant for problem in read(text).problems] == problems


def test_a_type_of_locking_that_is_none_is_unknown() -> None:
    assert isinstance(read("global { locking_type = three }").locking_type, Unknown)


@settings(max_examples=200, deadline=None)
@given(mangled("devices {", "filter = [", '"a|x|"', '"r/(*/"', "]", ",", "global/locking_type =", "9" * 30))
def test_no_input_raises(data: bytes) -> None:
    source = Source("lvm.conf", data)
    found = parse_lvm(source)
    check_spans(found, source)
    assert isinstance(found.accepts("/dev/sda", "/dev/disk/by-id/x"), Truth)
