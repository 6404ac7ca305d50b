"""/etc/hosts: formats.md 15 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.host.hosts import Hosts, parse_hosts
from cibtools.backup.record.source import Source
from tests.backup.side_files import check_spans, mangled, text_at


def read(text: str) -> Hosts:
    return parse_hosts(Source("hosts", text.encode()))


def test_the_fixture(repo: Path) -> None:
    source = Source("hosts", (repo / "fixtures/hasi/nodes/host1/etc/hosts").read_bytes())
    found = parse_hosts(source)
    assert found.addresses_of("host1") == ("192.168.1.1", "10.0.1.1")
    assert found.addresses_of("HOST2.domain.co.nz") == ("192.168.1.2", "10.0.1.2")
    assert found.addresses_of("host1-ilo") == ("172.16.1.1",)
    assert found.addresses_of("host3") == ()
    assert found.names_of("10.0.1.2") == ("host2.domain.co.nz", "host2")
    assert [line.address for line in found.lines if line.loopback] == ["127.0.0.1"]
    assert text_at(source, found.lines_of("host1")[0].span) == "192.168.1.1\thost1.domain.co.nz host1"
    assert (found.problems, found.repaired) == ((), False)


@pytest.mark.parametrize(
    ("text", "addresses", "problems"),
    [
        ("192.168.1.1 host1# glued\n", ["192.168.1.1"], []),
        ("192.168.1.1# host1\n", [], ["no-name"]),
        ("192.168.1 host1\n", [], ["bad-address"]),
        ("host1 192.168.1.1\n", [], ["bad-address"]),
        ("::1 host1\r\nfe80::1%eth0 host1\r\n", ["::1", "fe80::1%eth0"], []),
        ("127.0.0.2\thost1\n", ["127.0.0.2"], []),
        ("10.0.0.1\N{NO-BREAK SPACE}host1\n", ["10.0.0.1"], ["no-break-space"]),
        ("10.0.0.1 host1\n10.0.0.1 host1 h\n", ["10.0.0.1"], []),
        ("", [], []),
    ],
)
def test_files(text: str, addresses: list[str], problems: list[str]) -> None:
    found = read(text)
    assert list(found.addresses_of("host1")) == addresses
    assert [problem.variant for problem in found.problems] == problems


def test_loopback_is_told_apart() -> None:
    assert [line.loopback for line in read("127.0.0.2 a\n::1 b\n10.0.0.1 c\n").lines] == [True, True, False]


@settings(max_examples=200, deadline=None)
@given(mangled("10.0.0.1", "::1", "host1", ".", ":", "%", "1.2.3.4 a b\n", "9" * 30))
def test_no_input_raises(data: bytes) -> None:
    source = Source("hosts", data)
    check_spans(parse_hosts(source), source)
