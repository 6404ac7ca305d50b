from __future__ import annotations

import pytest

from cibtools.migrate.heartbeat.value import read_count, read_score


@pytest.mark.parametrize(
    ("text", "meaning", "doubtful"),
    [
        ("INFINITY", "INFINITY", False), ("infinity", "INFINITY", False), ("+INFINITY", "INFINITY", False),
        ("Infinity", "INFINITY", False), ("-infinity", "-INFINITY", False), ("100.7", "100", False),
        (".5", "0", True), ("", "0", True), ("abc", "0", True), (None, "0", True), ("-0.5", "0", False),
        ("1e3", "1", True), ("5s", "5", True), ("+5", "5", False), (" 5", "5", False),
        ("1000000", "INFINITY", False), ("-1000001", "-INFINITY", False), ("2147483648", "INFINITY", True),
        ("-" + "9" * 5000, "-INFINITY", True),
    ],
)  # fmt: skip
def test_scores_are_what_the_old_engine_reads(text: str | None, meaning: str, doubtful: bool) -> None:
    reading = read_score(text)
    assert (reading.text, reading.doubtful) == (meaning, doubtful)


@pytest.mark.parametrize(
    ("text", "count", "doubtful"), [("2", "2", False), ("2x", "2", True), ("", "0", True), ("-1", "-1", False)]
)
def test_counts_are_the_number_at_the_start(text: str, count: str, doubtful: bool) -> None:
    reading = read_count(text)
    assert (reading.text, reading.doubtful) == (count, doubtful)
