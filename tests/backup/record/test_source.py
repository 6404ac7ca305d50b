"""Lines, columns and encodings of sources."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.backup.record.source import Source, Span


def test_location_counts_characters_not_bytes() -> None:
    source = Source("a.xml", "<é/>\r\n\t<b/>\n".encode())
    start = source.data.index(b"<b/>")
    location = source.location(Span(start, start + 4))
    assert (location.line, location.column, location.end_line, location.end_column) == (2, 2, 2, 6)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_all_line_ends_count(line_end: str) -> None:
    source = Source("a", line_end.join(("one", "two", "three")).encode())
    assert source.line_count == 3
    assert [source.line_text(number) for number in (1, 2, 3)] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xef\xbb\xbfabc", "utf-8"),
        ("abc".encode("utf-16"), "utf-16-le"),
        (b"caf\xc3\xa9", "utf-8"),
        (b"caf\xe9", "latin-1"),
    ],
)
def test_encoding_is_told_from_the_bytes(data: bytes, encoding: str) -> None:
    assert Source("a", data).encoding == encoding


def test_wide_text_has_the_same_lines_and_columns() -> None:
    text = "a é\nbc\n"
    wide = Source("a", text.encode("utf-16"))
    offset = 2 + len("a é\nb".encode("utf-16-le"))
    location = wide.location(Span(offset, offset + 2))
    assert (location.line, location.column) == (2, 2)
    assert wide.line_text(1) == "a é"


@given(st.binary(max_size=200), st.integers(-5, 300), st.integers(-5, 300))
def test_every_span_has_a_location(data: bytes, start: int, length: int) -> None:
    location = Source("a", data).location(Span(start, start + length))
    assert 1 <= location.line <= location.end_line
    assert location.column >= 1
    assert location.end_column >= 1


@given(st.text(alphabet="ab\n\r é", max_size=60), st.integers(1, 70), st.integers(1, 70))
def test_span_at_finds_the_line_it_was_asked_for(text: str, line: int, column: int) -> None:
    source = Source("a", text.encode())
    span = source.span_at(line, column)
    assert 0 <= span.start <= span.end <= len(source.data)
    assert source.location(span).line == min(line, source.line_count)
