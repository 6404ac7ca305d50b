"""logd.cf and ha_logd.cf: formats.md 6 of the specification."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from cibtools.backup.heartbeat.logd import LogdCf, parse_logd
from cibtools.backup.record.fact import ABSENT, Known, Unknown
from cibtools.backup.record.source import Source
from tests.backup.side_files import check_spans, mangled, text_at


def read(text: str) -> LogdCf:
    return parse_logd(Source("logd.cf", text.encode()))


def value(fact: object) -> object:
    return fact.value if isinstance(fact, Known) else fact


def test_the_fixture(repo: Path) -> None:
    source = Source("ha_logd.cf", (repo / "fixtures/hasi/nodes/host1/etc/ha.d/ha_logd.cf").read_bytes())
    found = parse_logd(source)
    assert isinstance(found.logfacility, Known)
    assert text_at(source, found.logfacility.span) == "local7"
    assert found.files == ("/var/log/ha-log", "/var/log/ha-debug")
    assert (found.problems, found.extra, found.repaired) == ((), (), False)


def test_all_directives() -> None:
    found = read(
        "debugfile /d\nlogfile\t/l # here\nlogfacility LOCAL0\nentity me\nuseapphbd yes\nsendqlen 10\nrecvqlen 20\n"
        "logmode 0644\nsyslogmsgfmt off\n"
    )
    facts = (found.debugfile, found.logfile, found.logfacility)
    assert [value(fact) for fact in facts] == ["/d", "/l", "local0"]
    assert found.problems == ()


def test_an_empty_file_leaves_the_defaults() -> None:
    found = read("# nothing\n")
    assert found.logfile is ABSENT
    assert found.files == ("/var/log/ha-log", "/var/log/ha-debug")


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("logfacilitylocal7\n", ["lost-blank"]),
        ("logfile/var/log/ha-log\n", ["lost-blank"]),
        ("debugfile\N{NO-BREAK SPACE}/d\n", ["no-break-space"]),
        ("logfile /a\nlogfile /b\n", ["twice"]),
        ("logfile\n", ["no-value"]),
        ("logfile relative\n", ["invalid-value"]),
        ("logfacility nosuch\n", ["invalid-value"]),
        ("sendqlen many\n", ["invalid-value"]),
        ("useapphbd perhaps\n", ["invalid-value"]),
        ("colour green\n", ["unknown"]),
        ("-snip-\nlogfile /a\n", []),
        ("\ufefflogfile /a\r\nlogfacility none\r\n", []),
    ],
)
def test_damage(text: str, problems: list[str]) -> None:
    found = read(text)
    assert [problem.variant for problem in found.problems] == problems
    assert found.repaired is bool({"lost-blank", "no-break-space"} & set(problems))


def test_repaired_lines_give_their_facts_at_their_bytes() -> None:
    source = Source("logd.cf", "logfacilitylocal7\nlogfile\N{NO-BREAK SPACE}/var/log/ha-log\n".encode())
    found = parse_logd(source)
    for fact, text in ((found.logfacility, "local7"), (found.logfile, "/var/log/ha-log")):
        assert isinstance(fact, Known)
        assert (fact.value, text_at(source, fact.span)) == (text, text)


def test_the_last_line_counts_and_nonsense_is_unknown() -> None:
    assert read("logfile /a\nlogfile /b\n").files == ("/b", "/var/log/ha-debug")
    found = read("logfile relative\nsendqlen x\n")
    assert isinstance(found.logfile, Unknown)
    assert found.files == ("/var/log/ha-debug",)


def test_utf_16_has_its_places_too() -> None:
    source = Source("logd.cf", "logfile /ä\nlogfacility local1\n".encode("utf-16"))
    found = parse_logd(source)
    assert isinstance(found.logfacility, Known)
    assert text_at(source, found.logfacility.span) == "local1"


@settings(max_examples=200, deadline=None)
@given(mangled("logfile", "logfacility", "debugfile", "sendqlen", "/var/log/x", "local7", "9" * 30, "-snip-"))
def test_no_input_raises(data: bytes) -> None:
    source = Source("logd.cf", data)
    check_spans(parse_logd(source), source)
