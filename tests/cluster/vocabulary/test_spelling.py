from __future__ import annotations

import pytest

from cibtools.cluster.vocabulary.spelling import distance, nearest


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
