"""drbd.conf: resources, their devices and the disks below, in the notations of all releases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.sniff.classify import classify
from cibtools.backup.storage.drbd import DrbdConf, DrbdVolume, parse_drbd
from tests.backup.side_files import check_spans, mangled

OLD = """\
# drbd 8.0
global { usage-count no; }
resource r0 {
  protocol C;
  syncer { rate 10M; }
  on host1 {
    device    /dev/drbd0;
    disk      /dev/sda7;
    address   10.1.1.31:7789;
    meta-disk internal;
  }
  on host2 { device /dev/drbd0; disk /dev/sdb1; address 10.1.1.32:7789; meta-disk internal; }
}
"""


def parsed(text: str) -> DrbdConf:
    return parse_drbd(Source("drbd.conf", text.encode()))


def test_a_device_per_node() -> None:
    assert parsed(OLD).volumes == (
        DrbdVolume("r0", 0, "host1", "/dev/drbd0", 0, "/dev/sda7"),
        DrbdVolume("r0", 0, "host2", "/dev/drbd0", 0, "/dev/sdb1"),
    )
    assert parsed(OLD).problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("resource a { device /dev/drbd1; disk /dev/vg/a; on h { address 1.2.3.4:7; } }",
         [("a", 0, "", "/dev/drbd1", 1, "/dev/vg/a")]),
        ('resource "a b" { on h { device minor 7; disk none; } }', [("a b", 0, "h", "", 7, "")]),
        ("resource a { on h { volume 1 { device /dev/drbd_x minor 2; disk /dev/vg/x; } } }",
         [("a", 1, "h", "/dev/drbd_x", 2, "/dev/vg/x")]),
        ("resource a { device /dev/drbd1; on h { disk /dev/sda1; } }", [
            ("a", 0, "h", "/dev/drbd1", 1, "/dev/sda1"), ("a", 0, "", "/dev/drbd1", 1, "")]),
        ("common { disk { on-io-error detach; } }", []),
    ],
)  # fmt: skip
def test_notations(text: str, expected: list[tuple[object, ...]]) -> None:
    found = [(one.resource, one.number, one.host, one.device, one.minor, one.disk) for one in parsed(text).volumes]
    assert found == expected


@pytest.mark.parametrize(
    ("text", "variants"),
    [
        ("resource r0 {", ["not-closed"]),
        ("resource r { connection { path { host a address 1.1.1.1:1; } } }", []),
        ("}", ["stray"]),
        ("{ }", ["stray"]),
        ("resuorce r0 { }", ["unknown"]),
        ('include "drbd.d/*.res;', ["torn-string"]),
    ],
)
def test_problems(text: str, variants: list[str]) -> None:
    assert [problem.variant for problem in parsed(text).problems] == variants


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("drbd.conf", OLD),
        ("some", OLD),
        ("some", "resource r0 {\n on a { device /dev/drbd1; disk /dev/vg/r0; }\n}\n"),
        ("some", "resource r0 { device /dev/drbd1; disk /dev/vg/r0; meta-disk internal; }\n"),
        ("etc/drbd.conf", 'include "drbd.d/global_common.conf";\ninclude "drbd.d/*.res";\n'),
        ("etc/drbd.d/global_common.conf", "global {\n\tusage-count yes;\n}\ncommon {\n\tprotocol C;\n}\n"),
    ],
)
def test_it_is_recognised(name: str, text: str) -> None:
    assert classify(Source(name, text.encode()), name).kind is Kind.DRBD


@settings(max_examples=60)
@given(mangled("resource r0 {", "on h {", "volume 1 {", "device /dev/drbd0;", "disk", "minor", ";", "}", "9" * 30))
def test_no_text_is_too_mangled(data: bytes) -> None:
    source = Source("drbd.conf", data)
    check_spans(parse_drbd(source), source)
