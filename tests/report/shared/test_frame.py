from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.backup.record.source import Source, Span
from cibtools.report.shared.frame import Frame, Mark
from cibtools.report.shared.printable import columns
from cibtools.report.shared.style import Style, paint

WIDTH = 40


def frame(text: str, *marks: tuple[str, str], secrets: tuple[str, ...] = (), width: int = WIDTH) -> list[str]:
    """Draw a frame around parts of a text; the first mark is the finding's own."""
    source = Source("a", text.encode())

    def place(part: str) -> Span:
        start = source.data.index(part.encode())
        return Span(start, start + len(part.encode()))

    drawn = [
        Mark(source.location(place(part)), label, Style.ERROR if not number else Style.NOTE, "^" if not number else "-")
        for number, (part, label) in enumerate(marks)
    ]
    hidden = [source.location(place(part)) for part in secrets]
    return paint(Frame(source, drawn, hidden, 2, width).draw(), color=False).splitlines()


def test_a_value() -> None:
    assert frame("one\nname = 'two'\n", ("two", "")) == [
        "   |",
        " 2 | name = 'two'",
        "   |         ^^^",
    ]


def test_lines_between_marks_are_left_out() -> None:
    assert frame("one\n2\nthree\n4\n5\nsix\n", ("one", ""), ("three", "near"), ("six", "far")) == [
        "   |",
        " 1 | one",
        "   | ^^^",
        " 2 | 2",
        " 3 | three",
        "   | ----- near",
        "...",
        " 6 | six",
        "   | --- far",
    ]


def test_two_marks_on_a_line_each_have_their_label() -> None:
    assert frame("one two three", ("three", ""), ("one", "first"), ("two", "second")) == [
        "   |",
        " 1 | one two three",
        "   | --- --- ^^^^^",
        "   |     second",
        "   | first",
    ]


def test_marks_too_far_apart_for_the_width_get_rows_of_their_own() -> None:
    assert frame(f"one {'.' * 60} two", ("two", ""), ("one", "first")) == [
        "   |",
        f" 1 | one {'.' * 29}…",
        "   | --- first",
        f" 1 | …{'.' * 29} two",
        f"   | {' ' * 31}^^^",
    ]


def test_tabs_and_wide_characters_keep_carets_right() -> None:
    assert frame("\ta\t電子 x", ("x", "")) == [
        "   |",
        " 1 |     a   電子 x",
        "   |              ^",
    ]


def test_a_secret_is_masked_and_carets_stay_right() -> None:
    assert frame("pw=geheimnis x", ("x", ""), ("geheimnis", "here"), secrets=("geheimnis",)) == [
        "   |",
        " 1 | pw=•••• x",
        "   |    ---- ^",
        "   |    here",
    ]


def test_a_place_of_many_lines_shows_the_first_ones() -> None:
    assert frame("<a\n  b='1'\n\n  c='2'\n  d='3'>\n", ("<a\n  b='1'\n\n  c='2'\n  d='3'>", "")) == [
        "   |",
        " 1 | <a",
        "   | ^^",
        " 2 |   b='1'",
        "   |   ^^^^^",
        " 3 |",
        "   | ^",
        "...",
    ]


@pytest.mark.parametrize("width", [0, 10, 30, 80, 200])
def test_a_line_of_any_length_is_cut_around_the_mark(width: int) -> None:
    lines = frame("a" * 5000 + "MARK" + "b" * 5000, ("MARK", ""), width=width)
    start = lines[2].index("^")
    assert lines[1][start : start + 4] == "MARK"
    assert lines[2].count("^") == 4
    assert lines[1].startswith(" 1 | …")
    assert lines[1].endswith("…")


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=120)


@given(_TEXTS, st.text(st.sampled_from("ab"), min_size=1, max_size=30), _TEXTS, st.integers(0, 120))
def test_carets_stand_below_what_is_marked(before: str, marked: str, after: str, width: int) -> None:
    source = Source("a", f"{before}{marked}{after}".encode())
    start = len(before.encode())
    place = source.location(Span(start, start + len(marked)))
    lines = paint(Frame(source, [Mark(place, "", Style.ERROR, "^")], [], 2, width).draw(), color=False).splitlines()
    # The marks that have no width stand in no column of their own: all before them is what counts.
    first = len(lines[2]) - len(lines[2].lstrip(" |"))
    shown, column = "", 0
    for char in lines[1]:
        if first <= column < first + lines[2].count("^"):
            shown += char
        column += columns(char)
    assert shown.rstrip("…").startswith(marked[: max(1, min(len(marked), len(shown) - 2))][:1])


@given(st.binary(max_size=200), st.integers(0, 200), st.integers(0, 50), st.integers(0, 90))
def test_any_bytes_can_be_shown(data: bytes, start: int, size: int, width: int) -> None:
    source = Source("a", data)
    place = source.location(Span(start, start + size))
    text = paint(Frame(source, [Mark(place, "label")], [], 2, width).draw(), color=False)
    assert not set(text) & {chr(code) for code in (*range(10), *range(11, 32), *range(127, 160))}
