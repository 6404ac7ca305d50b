"""What the tests of the side-file parsers share: scraps to build mangled files from, and what holds of every result."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import fields

from cibtools.backup.record.source import Source, Span

EVERYWHERE = (
    " ",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "#",
    "=",
    "{",
    "}",
    '"',
    "'",
    "\N{NO-BREAK SPACE}",
    "–",
    "“",
    "ä",
    "\0",
    "…",
)


def mangled(*scraps: str) -> st.SearchStrategy[bytes]:
    """Any bytes, and texts made of scraps of a format and of what damages files, in several encodings."""
    pieces = st.lists(st.sampled_from((*scraps, *EVERYWHERE)), max_size=40).map("".join)
    encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"])
    texts = st.tuples(pieces, encodings).map(lambda drawn: drawn[0].encode(drawn[1], "replace"))
    return st.one_of(st.binary(max_size=200), texts)


def spans_in(value: object) -> Iterator[Span]:
    """Every span in a result, at any depth."""
    if isinstance(value, Span):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from spans_in(item)
    elif isinstance(value, Struct):
        for field in fields(value):
            yield from spans_in(getattr(value, field.name))


def check_spans(value: object, source: Source) -> None:
    """Every place must lie in the file."""
    for span in spans_in(value):
        assert 0 <= span.start <= span.end <= len(source.data)
        assert source.location(span).line >= 1


def text_at(source: Source, span: Span) -> str:
    """What stands in the file at a span."""
    return source.data[span.start : span.end].decode(source.encoding)
