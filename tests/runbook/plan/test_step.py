"""Times as people say them."""

from __future__ import annotations

import pytest

from cibtools.runbook.plan.step import as_words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"), (20, "20 s"), (60, "1 min"), (90, "90 s"), (119, "119 s"), (198, "3 min"), (2040, "34 min"),
        (3599, "1 h"), (3600, "1 h"), (5040, "1 h 24 min"), (10850, "3 h 1 min"), (86400, "24 h"),
    ],
)  # fmt: skip
def test_a_time_has_one_format(seconds: int, words: str) -> None:
    assert as_words(seconds) == words
