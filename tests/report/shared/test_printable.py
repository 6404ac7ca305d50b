from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.report.shared.printable import columns, visible, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("tab\tline\nend\r", "tab line end "),
        ("\x1b[31mred", "␛[31mred"),
        ("\x7f\x00", "␡␀"),
        ("\x9b31m", "<U+009B>31m"),
        ("right\u202eleft", "right<U+202E>left"),
        ("lone\udcff", "lone<U+DCFF>"),
        ("Größe – “gut” 電子", "Größe – “gut” 電子"),
    ],
)
def test_what_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_columns() -> None:
    assert (columns("abc"), columns("電子"), columns("e\u0301")) == (3, 4, 1)


def test_lines_are_broken_at_blanks() -> None:
    assert wrap("one two three fourteen-characters end", 9) == ["one two", "three", "fourteen-characters", "end"]
    assert wrap("", 9) == [""]


@given(st.text(), st.integers(-5, 80))
def test_wrapping_loses_no_word(text: str, width: int) -> None:
    assert " ".join(wrap(text, width)).split() == text.split()
