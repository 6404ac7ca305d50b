"""multipath.conf: formats.md 13 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.reader import parse_source
from cibtools.backup.record.fact import ABSENT, Known
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.storage.multipath import MultipathConf, parse_multipath
from tests.backup.side_files import check_spans, mangled, text_at

MAP = "multipaths {\n multipath {\n  wwid 1\n  alias a\n }\n}\n"


def read(text: str) -> MultipathConf:
    return parse_multipath(Source("multipath.conf", text.encode()))


def test_the_fixture(repo: Path) -> None:
    source = Source("multipath.conf", (repo / "fixtures/hasi/nodes/host1/etc/multipath.conf").read_bytes())
    document = parse_source(source, "etc/multipath.conf")
    assert document.kind is Kind.MULTIPATH
    found = document.content
    assert isinstance(found, MultipathConf)
    assert list(found.aliases.items()) == [
        ("mpath1", "3600508b40010464900007000000c0000"),
        ("mpath2", "3600508b4001046490000700000360000"),
    ]
    alias = found.maps[1].alias
    assert alias is not None
    assert text_at(source, alias.span) == "mpath2"
    assert [line.options[0].text for line in found.blacklist][2] == "^cciss!c[0-9]d[0-9]*"
    (device,) = found.devices
    assert (device.vendor and device.vendor.text, device.product and device.product.text) == ("HP", "HSV200")
    retry = device.section.last("no_path_retry")
    assert retry is not None
    assert retry.text == "60"
    assert found.queueing == ()
    assert found.user_friendly_names is ABSENT
    old = [problem.message for problem in found.problems if problem.variant == "old-name"]
    assert len(old) == 5
    (unknown,) = [problem for problem in found.problems if problem.variant == "unknown"]
    assert unknown.message == "multipath has no keyword 'prior_callout'; is prio_callout meant?"


def test_what_makes_io_hang() -> None:
    found = read('defaults {\n features "1 queue_if_no_path"\n user_friendly_names yes\n no_path_retry queue\n}\n')
    assert [option.text for option in found.queueing] == ["1 queue_if_no_path", "queue"]
    assert isinstance(found.user_friendly_names, Known)
    assert found.user_friendly_names.value is True


def test_quotes_and_comments() -> None:
    found = read('blacklist { # c\n wwid "a""b" ! c\n devnode ^sd!a\n}\nblacklist_exceptions {\n wwid x\n}\n')
    assert [[option.text for option in line.options] for line in found.blacklist] == [['a"b'], ["^sd"]]
    assert [line.options[0].text for line in found.blacklist_exceptions] == ["x"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (MAP, []),
        (MAP.replace("\n", "\r\n"), []),
        (MAP.replace(" {\n", "\n{\n"), []),
        (MAP + MAP, ["twice", "twice"]),
        (MAP.replace("wwid 1", ""), ["missing"]),
        (MAP.replace("alias a", "alias"), ["no-value"]),
        (MAP.replace("alias a", 'alias "a'), ["torn-string"]),
        (MAP.removesuffix("}\n"), ["not-closed"]),
        (MAP + "}\n", ["stray"]),
        (MAP + "wwid 2\n", ["malformed"]),
        (MAP + "arrays {\n}\n", ["unknown"]),
        (MAP + "devnode_blacklist {\n wwid 3\n}\n", ["old-name"]),
        (MAP + "blacklist {\n alias b\n}\n", ["unknown"]),
        (MAP.replace("alias a", "alias\N{NO-BREAK SPACE}a"), ["no-break-space"]),
        ("-snip-\n" + MAP, []),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert [problem.variant for problem in read(text).problems] == problems


def test_brackets_below_their_names() -> None:
    assert read(MAP.replace(" {\n", "\n\n {\n")).aliases == read(MAP).aliases == {"a": "1"}


def test_settings_on_one_line_are_told_and_read() -> None:
    found = read("multipaths {\n multipath { wwid 1 alias a no_path_retry 5 }\n}\n")
    assert found.aliases == {"a": "1"}
    assert [problem.message for problem in found.problems] == ["alias stands on one line with wwid"]
    assert len(read("multipaths {\n" + "wwid 1 " * 20_000 + "\n}\n").sections[0].settings) == 20_000


def test_the_first_of_two_disks_keeps_the_alias() -> None:
    assert read(MAP + MAP.replace("wwid 1", "wwid 2")).aliases == {"a": "1"}


def test_depth_is_no_danger() -> None:
    found = read("a {\n" * 20_000 + "}\n" * 20_000)
    assert len(found.sections) == 64


@settings(max_examples=300, deadline=None)
@given(mangled("multipaths", "multipath", "blacklist {", "wwid 1\n", "alias", "!", "devices", "device", "defaults {\n"))
def test_no_input_raises(data: bytes) -> None:
    source = Source("multipath.conf", data)
    found = parse_multipath(source)
    check_spans(found, source)
    check_spans((found.queueing, found.user_friendly_names), source)
