from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.cluster.vocabulary.spelling import Names, distance, nearest


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("nfs", "nfs", 0),
        ("nsf", "nfs", 1),
        ("timout", "timeout", 1),
        ("abc", "xyz", 3),
        ("a", "abcdef", 3),
        ("ab", "", 2),
    ],
)
def test_edits_are_counted_up_to_the_limit(one: str, other: str, expected: int) -> None:
    assert distance(one, other) == expected == distance(other, one)


def test_dash_underscore_and_case_are_no_difference() -> None:
    assert nearest("Allow_Migrate", ["allow-migrate", "allow_migrat"]) == "allow-migrate"


def test_short_words_are_not_guessed_from_two_edits() -> None:
    assert nearest("web", ["ip", "nfs", "wob"]) == "wob"
    assert nearest("web", ["nfs", "wan"]) is None


def test_the_name_itself_is_no_suggestion() -> None:
    assert nearest("nfs", ["nfs"]) is None


@given(st.text("ab1_", min_size=1, max_size=8))
def test_among_very_many_names_the_one_an_edit_away_is_found(name: str) -> None:
    known = [f"{left}{right}" for left in ("a", "b_", "ab1", "zz") for right in range(100)]
    near = Names(known).nearest(name)
    within = [word for word in known if word != name and distance(name, word, 1) <= 1]
    assert (near in within) if near and near.lower().replace("_", "-") != name.replace("_", "-") else near or not within


def test_a_look_among_many_names_takes_no_time() -> None:
    names = Names([f"p{number}" for number in range(20_000)] + ["x" * 100_000])
    assert names.nearest("p1234x") == "p1234"
    assert "p77" in names
    assert names.nearest("y" * 100_000) is None
