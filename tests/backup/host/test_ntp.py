"""ntp.conf: formats.md 16 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.host.ntp import NtpConf, parse_ntp
from cibtools.backup.reader import parse_source
from cibtools.backup.record.fact import ABSENT, Known, Unknown
from cibtools.backup.record.source import Source
from cibtools.backup.secret_span import secret_spans
from tests.backup.side_files import check_spans, mangled, text_at


def read(text: str) -> NtpConf:
    return parse_ntp(Source("ntp.conf", text.encode()))


def test_the_fixture(repo: Path) -> None:
    source = Source("ntp.conf", (repo / "fixtures/hasi/nodes/host1/etc/ntp.conf").read_bytes())
    found = parse_ntp(source)
    assert [server.address for server in found.servers] == [
        "ntp2.domain.co.nz",
        "ntp3.domain.co.nz",
        "ntp1.domain.co.nz",
        "host2.domain.co.nz",
    ]
    clock = found.local_clock
    assert clock is not None
    assert isinstance(clock.stratum, Known)
    assert (clock.stratum.value, text_at(source, clock.stratum.span)) == (5, "5")
    assert (found.problems, found.extra) == ((), ())


def test_other_lines() -> None:
    found = read(
        "server -4 a prefer\npeer b key 1\npool c\nserver 127.127.8.0\nincludefile /etc/more\nkeys /etc/ntp.keys\n"
        "broadcastclient\nrestrict default nomodify # closed\n"
    )
    assert [(item.kind, item.address) for item in found.servers] == [
        ("server", "a"),
        ("peer", "b"),
        ("pool", "c"),
    ]
    assert found.local_clock is None
    assert [item.address for item in found.sources if item.is_clock] == ["127.127.8.0"]
    assert [item.text for item in found.includes] == ["/etc/more"]
    assert (found.logfile, found.problems) == (ABSENT, ())


def test_the_password_of_crypto_does_not_show() -> None:
    document = parse_source(Source("ntp.conf", b"server a\nserver b\ncrypto randfile /r pw geheim\n"), "ntp.conf")
    assert isinstance(document.content, NtpConf)
    assert "geheim" not in repr(document.content.directives)
    assert [text_at(document.source, span) for span in secret_spans(document)] == ["geheim"]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("servre a\n", ["unknown"]),
        ("server\n", ["no-value"]),
        ("fudge 127.127.1.0 stratum 5\n", ["fudge-without-clock"]),
        ("server 127.127.1.0\nfudge 127.127.1.0 stratum 99\n", ["invalid-value"]),
        ("server\N{NO-BREAK SPACE}a\n", ["no-break-space"]),
        ("-snip-\nserver a\n", []),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert [problem.variant for problem in read(text).problems] == problems


def test_a_stratum_that_is_none_is_unknown() -> None:
    clock = read("server 127.127.1.0\nfudge 127.127.1.0 stratum high\n").local_clock
    assert clock is not None
    assert isinstance(clock.stratum, Unknown)


@settings(max_examples=200, deadline=None)
@given(mangled("server", "fudge", "127.127.1.0", "stratum", "crypto", "pw", "-4", "driftfile", "9" * 30, "²"))
def test_no_input_raises(data: bytes) -> None:
    source = Source("ntp.conf", data)
    check_spans(parse_ntp(source), source)
