"""evms.conf: formats.md 11 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.reader import parse_source
from cibtools.backup.record.fact import Known, Truth, Unknown
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.storage.evms import EvmsConf, parse_evms
from tests.backup.side_files import check_spans, mangled, text_at


def read(text: str) -> EvmsConf:
    return parse_evms(Source("evms.conf", text.encode()))


def value(fact: object) -> object:
    return fact.value if isinstance(fact, Known) else fact


def test_the_fixture(repo: Path) -> None:
    source = Source("evms.conf", (repo / "fixtures/hasi/nodes/host1/etc/evms.conf").read_bytes())
    document = parse_source(source, "etc/evms.conf")
    assert document.kind is Kind.EVMS
    found = document.content
    assert isinstance(found, EvmsConf)
    assert (value(found.mode), value(found.auto_metadata_backup)) == ("readwrite", True)
    assert [text_at(source, option.span) for option in found.sysfs_include or ()] == ["dm-1"]
    assert [option.text for option in found.sysfs_exclude] == ["iseries!vcd*"]
    assert (found.activate_include, found.activate_exclude) == (None, ())
    assert (found.manages("dm-1"), found.manages("sda")) == (Truth.YES, Truth.NO)
    assert (found.problems, found.extra) == ((), ())


@pytest.mark.parametrize(
    ("text", "name", "answer"),
    [
        ("sysfs_devices { include = [ * ] exclude = [ iseries!vcd* ] }", "iseries/vcda", Truth.NO),
        ("sysfs_devices { include = [ * ] exclude = [ iseries!vcd* ] }", "sda", Truth.YES),
        ("sysfs_devices { include = [ cciss!c0d? ] }", "cciss!c0d1", Truth.YES),
        ("sysfs_devices { include = [ sd[a-c] ] }", "sdd", Truth.NO),
        ("sysfs_devices { include = [ sd[!a] ] }", "sdb", Truth.YES),
        ("sysfs_devices { include = [ sd[!a] ] }", "sda", Truth.NO),
        ("engine { mode = readwrite }", "sda", Truth.UNKNOWN),
        ("sysfs_devices { include = [ ] }", "sda", Truth.NO),
    ],
)
def test_what_it_manages(text: str, name: str, answer: Truth) -> None:
    assert read(text).manages(name) is answer


def test_activation_and_other_sections() -> None:
    found = read('activate { include = [ "a" b ] exclude = [ c ] }\ncsm { admin_mode = no }\n')
    assert [option.text for option in found.activate_include or ()] == ["a", "b"]
    assert [option.text for option in found.activate_exclude] == ["c"]
    assert [setting.path for setting in found.extra] == ["csm/admin_mode"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("engine { auto_metadata_backup = perhaps }", ["invalid-value"]),
        ("engine { remote_request_timeout = long }", ["invalid-value"]),
        ("engine { mode = readwrite", ["not-closed"]),
        ("engine { mode = readwrite }\nengine { mode = readonly }", ["twice"]),
        ("engine {\n\tmode =\N{NO-BREAK SPACE}readwrite\n}", ["no-break-space"]),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert [problem.variant for problem in read(text).problems] == problems


def test_nonsense_is_unknown() -> None:
    found = read("engine { auto_metadata_backup = perhaps }")
    assert isinstance(found.auto_metadata_backup, Unknown)


@settings(max_examples=200, deadline=None)
@given(mangled("engine {", "sysfs_devices {", "include = [", "dm-1", "]", "[!a]*", "mode", "9" * 30))
def test_no_input_raises(data: bytes) -> None:
    source = Source("evms.conf", data)
    found = parse_evms(source)
    check_spans(found, source)
    assert isinstance(found.manages("dm-1"), Truth)
