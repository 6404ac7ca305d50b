"""Control characters of side files end where the file is read, and are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.backup.lines.control import without_controls
from cibtools.backup.reader import parse_source
from cibtools.backup.record.kind import Kind
from cibtools.backup.record.source import Source
from cibtools.backup.sniff.registry import side_files

SIDE_FILES = [declared.kind for declared in side_files() if declared.parse is not None]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("char", ["\x01", "\x08", "\x1b", "\x7f", "\ufffe", "\uffff"])
def test_a_blank_of_the_same_width_stands_for_a_control_character(char: str, encoding: str) -> None:
    source = Source("ha.cf", f"é ping a{char}b{char}\n".encode(encoding))
    plain, (defect,) = without_controls(source)
    assert len(plain.data) == len(source.data)
    assert plain.text.split() == ["é", "ping", "a", "b"]
    assert source.data[defect.span.start : defect.span.end].decode(source.encoding) == char


def test_form_feeds_are_blanks_and_nothing_to_tell() -> None:
    plain, defects = without_controls(Source("ha.cf", b"node a\fb\v\n"))
    assert (plain.data, defects) == (b"node a b \n", ())


@given(st.binary(max_size=200))
def test_what_is_left_can_stand_in_xml(data: bytes) -> None:
    plain, _ = without_controls(Source("a", data, "latin-1"))
    assert len(plain.data) == len(data)
    assert not [char for char in plain.text if char < " " and char not in "\t\n\r"]


@pytest.mark.parametrize("kind", SIDE_FILES, ids=lambda kind: kind.value)
def test_every_side_file_tells_of_them(kind: Kind) -> None:
    document = parse_source(Source("x/file", b"name = a\x01b\nnode a\x1bb\n"), "file", kind)
    assert any("control character" in defect.message for defect in document.defects)
