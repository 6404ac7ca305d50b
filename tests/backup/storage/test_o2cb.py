"""/etc/sysconfig/o2cb: formats.md 10 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.record.fact import ABSENT, Known, Unknown
from cibtools.backup.record.source import Source
from cibtools.backup.storage.o2cb import O2cb, parse_o2cb
from tests.backup.side_files import check_spans, mangled, text_at


def read(text: str) -> O2cb:
    return parse_o2cb(Source("o2cb", text.encode()))


def value(fact: object) -> object:
    return fact.value if isinstance(fact, Known) else fact


def test_the_fixture(repo: Path) -> None:
    source = Source("o2cb", (repo / "fixtures/hasi/nodes/host1/etc/sysconfig/o2cb").read_bytes())
    found = parse_o2cb(source)
    assert isinstance(found.heartbeat_threshold, Known)
    assert (found.heartbeat_threshold.value, text_at(source, found.heartbeat_threshold.span)) == (50, "50")
    assert found.dead_ms == 98_000
    assert value(found.heartbeat_mode) == "user"
    assert [value(fact) for fact in (found.idle_timeout_ms, found.keepalive_delay_ms, found.reconnect_delay_ms)] == [
        30_000,
        5_000,
        2_000,
    ]
    assert (found.enabled, found.bootcluster, found.stack) == (ABSENT, ABSENT, ABSENT)
    assert (found.problems, found.extra) == ((), ())


def test_the_other_names() -> None:
    found = read("O2CB_ENABLED=true\nO2CB_BOOTCLUSTER=ocfs2\nO2CB_STACK=pcmk\nO2CB_NEW=1\n")
    assert [value(fact) for fact in (found.enabled, found.bootcluster, found.stack)] == [True, "ocfs2", "pcmk"]
    assert [entry.name for entry in found.extra] == ["O2CB_NEW"]
    assert [problem.variant for problem in found.problems] == ["unknown"]
    assert found.dead_ms is None


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("O2CB_HEARTBEAT_THRESHOLD=many\n", ["invalid-value"]),
        ("O2CB_HEARTBEAT_MODE=both\n", ["invalid-value"]),
        ("O2CB_ENABLED=perhaps\n", ["invalid-value"]),
        ("O2CB_IDLE_TIMEOUT_MS=$X\n", []),
        ("O2CB_IDLE_TIMEOUT_MS=1\nO2CB_IDLE_TIMEOUT_MS=2\n", ["twice"]),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert [problem.variant for problem in read(text).problems] == problems


@pytest.mark.parametrize("text", ["O2CB_HEARTBEAT_THRESHOLD=$X", "O2CB_HEARTBEAT_THRESHOLD=many", "A=1"])
def test_a_threshold_that_is_not_known_gives_no_time(text: str) -> None:
    found = read(text)
    assert found.dead_ms is None
    assert isinstance(found.heartbeat_threshold, Unknown) or found.heartbeat_threshold is ABSENT


@settings(max_examples=200, deadline=None)
@given(mangled("O2CB_ENABLED", "O2CB_HEARTBEAT_THRESHOLD=", "O2CB_HEARTBEAT_MODE=x\n", "9" * 30, "$"))
def test_no_input_raises(data: bytes) -> None:
    source = Source("o2cb", data)
    check_spans(parse_o2cb(source), source)
