"""authkeys: formats.md 5 of the specification."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cibtools.backup.heartbeat.authkeys import parse_authkeys
from cibtools.backup.record.secret import Secret
from cibtools.backup.record.source import Source

KEY = "7769bf61f294d7bb91dd3583198d2e16acd8cd76"


def test_the_guides_file() -> None:
    data = f"auth 1\n1 sha1 {KEY}\n".encode()
    found = parse_authkeys(Source("authkeys", data))
    assert found.auth == 1
    assert found.problems == ()
    assert found.active is not None
    assert (found.active.number, found.active.method, found.active.key) == (1, "sha1", Secret(KEY))
    assert data[found.active.span.start : found.active.span.end] == f"1 sha1 {KEY}".encode()
    assert KEY not in repr(found)


@pytest.mark.parametrize(
    ("text", "auth", "methods", "problems"),
    [
        ("# c\n\nauth 2\r\n1 crc\r\n2 md5 hidden\r\n", 2, ["crc", "md5"], []),
        ("\tauth 1\n 1 sha1 hidden", 1, ["sha1"], []),
        ("another 1\n1 crc\n", None, ["crc"], ["malformed"]),
        ("auth 1 # c\n1 sha1 hidden # c\n", 1, ["sha1"], []),
        ("1 sha1 hidden\nauth 1\n", 1, ["sha1"], ["late"]),
        ("1 crc\nauth 2\n2 sha1 hidden\n", 2, ["crc", "sha1"], []),
        ("1 sha1 hidden\n", None, ["sha1"], ["no-auth"]),
        ("", None, [], ["no-auth"]),
        ("auth 3\n1 sha1 hidden\n", 3, ["sha1"], ["undefined"]),
        ("auth 1\n1 sha1\n", 1, ["sha1"], ["no-key"]),
        ("auth 1\n1 sha256 hidden\n", 1, ["sha256"], ["bad-method"]),
        ("auth 1\n1 hidden\n", 1, ["?"], ["bad-method"]),
        ("auth 1\n1 crc hidden\n", 1, ["crc"], ["malformed"]),
        ("auth 1\n1 md5 hidden two\n", 1, ["md5"], ["cut"]),
        ("auth 1\n1\n1 crc\n", 1, ["crc"], ["malformed"]),
        ("auth 1\nhidden\n1 crc\n", 1, ["crc"], ["malformed"]),
        ("auth 16\n1 crc\n", None, ["crc"], ["malformed"]),
        ("auth one\n1 crc\n", None, ["crc"], ["malformed"]),
        ("auth 1\nauth 1\n1 crc\n", 1, ["crc"], ["twice"]),
        ("auth 1\n1 crc\n1 md5 hidden\n", 1, ["crc", "md5"], ["twice"]),
        ("\ufeffauth 1\n1 crc\n", 1, ["crc"], []),
    ],
)
def test_files(text: str, auth: int | None, methods: list[str], problems: list[str]) -> None:
    found = parse_authkeys(Source("authkeys", text.encode()))
    assert found.auth == auth
    assert [key.method for key in found.keys] == methods
    assert [problem.variant for problem in found.problems] == problems
    assert "hidden" not in repr((found, found.keys, found.problems))


def test_the_last_line_of_a_number_counts() -> None:
    found = parse_authkeys(Source("authkeys", b"auth 1\n1 crc\n1 md5 a\n"))
    assert found.active is not None
    assert found.active.method == "md5"


SCRAPS = st.sampled_from(["auth", " ", "1", "16", "\n", "\r\n", "sha1", "crc", "#", "ä", "\t", "\0", "²", "9" * 50])


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.lists(SCRAPS).map(lambda scraps: "".join(scraps).encode())))
def test_no_input_raises(data: bytes) -> None:
    found = parse_authkeys(Source("authkeys", data))
    for item in (*found.keys, *found.problems):
        assert 0 <= item.span.start <= item.span.end <= len(data)
