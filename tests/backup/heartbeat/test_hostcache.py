"""hostcache: formats.md 8 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.heartbeat.hostcache import Hostcache, parse_hostcache
from cibtools.backup.record.source import Source
from tests.backup.side_files import check_spans, mangled, text_at

ONE = "91275fec-a9f4-442d-9875-27e9b7233f33"
TWO = "d94a39a4-dcb5-4305-99f0-a52c8236380a"


def read(text: str) -> Hostcache:
    return parse_hostcache(Source("hostcache", text.encode()))


def test_the_fixture(repo: Path) -> None:
    source = Source("hostcache", (repo / "fixtures/hasi/nodes/host1/var/lib/heartbeat/hostcache").read_bytes())
    found = parse_hostcache(source)
    assert found.uuids == {"host1": ONE, "host2": TWO}
    assert [(host.uname, host.weight) for host in found.hosts] == [("host1", 100), ("host2", 100)]
    assert text_at(source, found.hosts[1].uname_span) == "host2"
    assert text_at(source, found.hosts[1].uuid_span) == TWO
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "uuids", "problems"),
    [
        (f"host1\t{ONE}\n", {"host1": ONE}, []),
        (f"HOST1\t{ONE.upper()}\t100\tberlin\r\n", {"host1": ONE}, []),
        (f"host1 {ONE} 100\n", {"host1": ONE}, ["malformed"]),
        (f"host1\t{ONE}\tmany\n", {"host1": ONE}, ["bad-weight"]),
        (f"host1\t{ONE}\t1\ta\tb\n", {}, ["malformed"]),
        ("host1\n", {}, ["malformed"]),
        ("host1\t91275fec\t100\n", {}, ["bad-uuid"]),
        (f"host1\t{ONE}\nhost1\t{TWO}\n", {"host1": TWO}, ["twice"]),
        (f"host1\t{ONE}\nhost2\t{ONE}\n", {"host1": ONE, "host2": ONE}, ["twice"]),
        ("", {}, []),
    ],
)
def test_files(text: str, uuids: dict[str, str], problems: list[str]) -> None:
    found = read(text)
    assert found.uuids == uuids
    assert [problem.variant for problem in found.problems] == problems


@settings(max_examples=200, deadline=None)
@given(mangled("host1", ONE, "100", f"a\t{ONE}\n", "9" * 30))
def test_no_input_raises(data: bytes) -> None:
    source = Source("hostcache", data)
    check_spans(parse_hostcache(source), source)
