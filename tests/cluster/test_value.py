"""Values as the engines read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cibtools.cluster.value import INFINITY, parse_boolean, parse_count, parse_score, parse_time, show_score, show_time


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("TRUE", True),
        ("on", True),
        ("y", True),
        ("1", True),
        ("No", False),
        ("0", False),
        ("ture", None),
        ("", None),
        (None, None),
    ],
)
def test_boolean(text: str | None, value: bool | None) -> None:
    assert parse_boolean(text) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("INFINITY", INFINITY),
        ("+infinity", INFINITY),
        ("-INFINITY", -INFINITY),
        ("-500", -500),
        ("+3", 3),
        ("99999999999999999999", INFINITY),
        ("1.5", None),
        ("high", None),
        (None, None),
    ],
)
def test_score(text: str | None, value: int | None) -> None:
    assert parse_score(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60", 60_000),
        ("60s", 60_000),
        ("1min", 60_000),
        ("2 hours", 7_200_000),
        ("1.5s", 1500),
        ("250ms", 250),
        ("500us", 0),
        ("90secs", 90_000),
        ("10x", None),
        ("abc", None),
        ("", None),
        ("60 secs please", None),
        ("9" * 5000, 10**15),
        ("9" * 5000 + "us", 10**15),
        (None, None),
    ],
)
def test_time_without_unit_is_seconds(text: str | None, value: int | None) -> None:
    assert parse_time(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        (" 0007 ", 7),
        ("0", 0),
        ("0" * 5000 + "12", 12),
        ("1" + "0" * 5000, 2**63 - 1),
        ("9" * 5000, 2**63 - 1),
        ("9223372036854775806", 2**63 - 2),
        ("-1", None),
        ("+1", None),
        ("1.5", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_count(text: str | None, value: int | None) -> None:
    assert parse_count(text) == value


@given(st.integers(-INFINITY, INFINITY))
def test_score_reads_back(score: int) -> None:
    assert parse_score(show_score(score)) == score


@pytest.mark.parametrize(
    ("value", "text"), [(250, "250 ms"), (1500, "1.5 s"), (60_000, "60 s"), (7_200_000, "120 min")]
)
def test_time_for_people(value: int, text: str) -> None:
    assert show_time(value) == text


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("000000000000000000000005", 5),
        ("-00000000000000000007", -7),
        ("+100000000000000005", INFINITY),
        ("\u0663", None),
    ],
)
def test_a_score_of_many_digits_is_its_number(text: str, score: int | None) -> None:
    assert parse_score(text) == score
