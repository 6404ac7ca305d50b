"""xm files that mean harm, or are no xm files: always a bounded result, never an exception, never a word on stderr."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cibtools.backup.record.fact import Unknown
from cibtools.backup.record.source import Source, Span
from cibtools.backup.xm.file import XmConfig, parse_xm

HOSTILE = {
    "brackets nest deeply": b"x = " + b"[" * 5000 + b"]" * 5000,
    "brackets nest more than 32 deep": b"x = " + b"[" * 40 + b"]" * 40,
    "signs nest deeply": b"x = " + b"-" * 60_000 + b"1",
    "nots nest deeply": b"x = " + b"not " * 30_000 + b"1",
    "a sum is very long": b"x = " + b"+".join([b"1"] * 60_000),
    "strings are joined very often": b"x = " + b"+".join([b"'a'"] * 30_000),
    "attributes chain deeply": b"x = a" + b".a" * 60_000,
    "calls chain deeply": b"x = a" + b".a()" * 40_000,
    "ten megabytes": b"x = 1\n" * 1_700_000,
    "NUL bytes": b"name = 'a'\0\nmemory = 1\n\0\0\0",
    "a format makes a long string": b'x = "%9999999d" % 1',
    "a format makes many long strings": b'x = "' + b"%60000d" * 1000 + b'" % (' + b"1," * 1000 + b")",
    "a format with a star": b'x = "%*d" % (99999999, 1)',
    "a product is huge": b"x = 9" + b" * 99999999999999999999" * 1000,
    "squares of squares": b"x = 10\n" + b"x = x * x\n" * 1500,
    "a string doubles": b"x = 'aaaaaaaaaa'\n" + b"x = x + x\n" * 1500,
    "a list doubles": b"x = ['a']\n" + b"x = x + x\n" * 1500,
    "a list contains itself": b"x = []\nx += [x]\nx = [x, x]\n" * 100,
    "lists of lists double": b"x = ['a']\n" + b"x = [x, x]\n" * 1500,
    "a list grows": b"x = ['a']\n" + b"x += ['a']\n" * 1900,
    "a number of many digits": b"x = " + b"9" * 100_000,
    "an octal number of many digits": b"x = 0" + b"7" * 100_000,
    "too many statements": b"x = 1\n" * 20_000,
    "too many names": b"=".join(b"a%d" % number for number in range(30_000)) + b"= []\n" + b"a1 += ['x']\n" * 1900,
    "too many elifs": b"if 0: pass\n" + b"elif 0: pass\n" * 15_000,
    "ifs nest deeply": b"".join(b" " * level + b"if 1:\n" for level in range(90)) + b" " * 90 + b"x = 1",
    "an escape that Python warns of": b"x = '\\d'\nassert (1, 2)\nx = 1 is 1\n",
    "long strings never end": b'"""\\' * 60_000,
    "quotes never end": b"x = '\\'" * 40_000,
    "brackets never end": b"x=[\n" * 60_000,
    "names without end": b"a" * 250_000 + b" 0755",
    "commas without end": b"a," * 120_000 + b" 0755",
    "blank lines without end": b"\n" * 250_000 + b"x = 0755",
    "curly quotes without end": "“‘".encode() * 40_000,
    "curly and straight quotes without end": "“\"’'".encode() * 25_000,
    "escaped quotes behind a curly one": "“".encode() + b'"\\' * 100_000,
    "not UTF-8": b"\xff\xfe\xfd x = '\xe4'",
    "a byte order mark and bad bytes": b"\xef\xbb\xbfx = '\xe4\xff'\ndisk = ['phy:\xe4,xvda,w']",
    "UTF-16": "name = 'a'\ndisk = ['phy:ä,xvda,w']\n".encode("utf-16"),
    "half a UTF-16 character": "name = 'a'\n".encode("utf-16") + b"\0",
    "a declared encoding that does not exist": b"# -*- coding: nonsense -*-\nx = 1\n",
    "a lone surrogate": b"x = '\xed\xa0\x80'\ny = '\\ud800'\n",
    "one long line of names": b"disk = [" + "'ä',".encode() * 20_000 + b"]",
}


def check(data: bytes) -> XmConfig:
    """Read data and check what holds for every result."""
    config = parse_xm(Source("x.xm", data))
    for assignment in config.assignments:
        within(data, assignment.span)
    for disk in config.disks:
        within(data, disk.span)
        for span in disk.field_spans:
            within(data, span)
    for problem in config.problems:
        within(data, problem.span)
        assert problem.message
        assert "\n" not in problem.message or problem.variant == "bad-disk"
    config.agent_name(True)
    config.agent_name(False)
    config.number("memory")
    config.text("name")
    return config


def within(data: bytes, span: Span) -> None:
    assert 0 <= span.start <= span.end <= len(data)


@pytest.mark.parametrize("cause", HOSTILE)
def test_hostile_files_are_read_in_bounded_time(cause: str, capfd: pytest.CaptureFixture[str]) -> None:
    started = time.perf_counter()
    config = check(HOSTILE[cause])
    assert time.perf_counter() - started < 10
    assert len(config.problems) < 50
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("cause", ["brackets nest deeply", "ten megabytes", "too many statements"])
def test_a_file_over_the_limits_proves_nothing(cause: str) -> None:
    config = check(HOSTILE[cause])
    assert config.problems[0].variant == "syntax"
    assert isinstance(config.fact("name"), Unknown)
    assert not config.disks_known


PIECES = st.sampled_from(
    [
        "name",
        "disk",
        "vif",
        "memory",
        "=",
        " = ",
        "+=",
        "[",
        "]",
        "(",
        ")",
        "'",
        '"',
        "'''",
        '"""',
        "“",
        "”",
        "’",
        "\\",
        "#",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "\xa0",
        "phy:/dev/a,xvda,w",
        "mac=00:16:3e:00:00:01",
        "0755",
        "512L",
        "%s",
        "%",
        "*",
        "print ",
        "if ",
        "if 0:",
        "else:",
        "for x in y:",
        "def f():",
        "exec ",
        "import os",
        "del ",
        "`",
        "<>",
        ",",
        ";",
        ":",
        "x",
        "ä",
        "€",
        "\0",
        "-snip-",
        "...",
        "lambda",
        "u'a'",
        "1",
        "1.5",
        "True",
        "None",
        "\ufeff",
        "𝄞",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join), st.sampled_from(["utf-8", "utf-8-sig", "latin-1", "utf-16"]))
def test_scraps_of_xm_files_never_raise(text: str, encoding: str) -> None:
    check(text.encode(encoding, "replace"))


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_bytes_never_raise(data: bytes) -> None:
    check(data)


NAMES = st.text(st.characters(exclude_characters="\\'\"\r\n\0,", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(NAMES, min_size=1, max_size=4), st.sampled_from(["utf-8", "utf-8-sig"]), st.sampled_from(["\n", "\r\n"])
)
def test_spans_spell_the_entries(names: list[str], encoding: str, end: str) -> None:
    entries = ("," + end).join(f"'phy:{name},xvda,w'" for name in names)
    data = f"# €{end}extra = '€'; disk = [ {entries} ]{end}".encode(encoding)
    config = check(data)
    assert [data[disk.span.start : disk.span.end].decode() for disk in config.disks] == [
        f"phy:{name},xvda,w" for name in names
    ]
    assert all(len(disk.field_spans) == 3 for disk in config.disks)
