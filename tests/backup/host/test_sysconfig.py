"""Files of /etc/sysconfig: formats.md 10 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.host.sysconfig import Sysconfig, parse_sysconfig
from cibtools.backup.reader import parse_source
from cibtools.backup.record.fact import ABSENT, Known, Unknown
from cibtools.backup.record.secret import MASK, Secret
from cibtools.backup.record.source import Source
from cibtools.backup.secret_span import secret_spans
from tests.backup.side_files import check_spans, mangled, text_at


def read(text: str) -> Sysconfig:
    return parse_sysconfig(Source("sysconfig", text.encode()))


def test_the_fixture(repo: Path) -> None:
    source = Source("ntp", (repo / "fixtures/hasi/nodes/host1/etc/sysconfig/ntp").read_bytes())
    document = parse_source(source, "etc/sysconfig/ntp")
    found = document.content
    assert isinstance(found, Sysconfig)
    servers = found.word("NTPD_INITIAL_NTPDATE")
    assert isinstance(servers, Known)
    assert servers.value == text_at(source, servers.span)
    assert servers.value.split() == ["ntp2.domain.co.nz", "ntp3.domain.co.nz", "ntp1.domain.co.nz"]
    start = found.switch("NTPD_START")
    assert isinstance(start, Known)
    assert start.value is True
    assert found.word("NTPD_NOTHING") is ABSENT
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=b", "b"),
        ("A=", ""),
        ("A=''", ""),
        ('A="b c" # d', "b c"),
        ("A='b $c'", "b $c"),
        ("export A=b", "b"),
        ("  A=b;", "b"),
        ("B=1;A=b", "b"),
        ("A=b#c", "b#c"),
        ("A=b # c", "b"),
        (r'A="b\"c"', 'b"c'),
        ("A=b'c d'\"e\"", "bc de"),
        ("A='b\nc'\nB=d", "b\nc"),
        ("A=1\nA=2", "2"),
        ("\ufeffA=b\r\n", "b"),
    ],
)
def test_values(text: str, value: str) -> None:
    fact = read(text).word("A")
    assert isinstance(fact, Known)
    assert fact.value == value


@pytest.mark.parametrize("text", ["A=$B", 'A="$B"', "A=`b`", "A=$(b)", "A=x${B}", 'A="b'])
def test_what_only_a_shell_can_tell_is_unknown(text: str) -> None:
    found = read(text)
    assert isinstance(found.word("A"), Unknown)
    assert isinstance(found.number("A"), Unknown)
    assert isinstance(found.switch("A"), Unknown)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("A=1\nA=2\n", ["twice"]),
        ("A=b c\n", ["trailing"]),
        ("A=b c # d\n", ["trailing"]),
        ("rm -rf /\nA=b\n", ["statement"]),
        ('A="b\nB=c\n', ["torn-string"]),
        ("A=“b”\n", ["curly-quote"]),
        ("# -snip-\n-snip-\nA=b\n", []),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    assert [problem.variant for problem in read(text).problems] == problems


def test_secrets_do_not_show() -> None:
    document = parse_source(Source("s", b'DB_PASSWORD="geheim"\nOPTIONS="user=a pass=geheim x"\n'), "sysconfig/s")
    found = document.content
    assert isinstance(found, Sysconfig)
    assert "geheim" not in repr(found.assignments)
    assert found.assignments[0].option.secret == Secret("geheim")
    options = found.word("OPTIONS")
    assert isinstance(options, Known)
    assert options.value == f"user=a pass={MASK} x"
    assert [text_at(document.source, span) for span in secret_spans(document)] == ["geheim", "geheim"]


@settings(max_examples=300, deadline=None)
@given(mangled("A=", "B=1", "export ", "PASSWORD=", "\\", "$", "`", ";", "yes", "9" * 30, "²"))
def test_no_input_raises(data: bytes) -> None:
    source = Source("sysconfig", data)
    found = parse_sysconfig(source)
    check_spans(found, source)
    for name in ("A", "B", "PASSWORD"):
        assert type(found.number(name)) in (Known, Unknown, type(ABSENT))
        assert type(found.switch(name)) in (Known, Unknown, type(ABSENT))
