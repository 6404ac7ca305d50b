"""Times as CIBs write them."""

from __future__ import annotations

from datetime import datetime

import pytest

from cibtools.cluster.vocabulary.moment import is_before, parse_iso, parse_written


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2005-001", datetime(2005, 1, 1)),
        ("2009-12-01", datetime(2009, 12, 1)),
        ("2009-12-01 08:00:00 +01:00", datetime(2009, 12, 1, 7)),
        ("2009-12-01T08:00:00Z", datetime(2009, 12, 1, 8)),
        ("0001-01-01T00:00:00+14:00", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_iso(text: str, wanted: datetime | None) -> None:
    assert parse_iso(text) == wanted


def test_written() -> None:
    assert parse_written("Thu Feb 12 09:12:44 2009") == datetime(2009, 2, 12, 9, 12, 44)
    assert parse_written("Thu Feb  2 09:12:44 CET 2009") == datetime(2009, 2, 2, 9, 12, 44)
    assert parse_written("Thu Foo 12 09:12:44 2009") is None
    assert parse_written("Thu Feb 31 09:12:44 2009") is None
    assert parse_written(None) is None


def test_time_zones_leave_a_day_in_doubt() -> None:
    assert is_before(datetime(2009, 1, 1), datetime(2009, 1, 3))
    assert not is_before(datetime(2009, 1, 1), datetime(2009, 1, 2))
    assert not is_before(datetime(2009, 1, 3), datetime(2009, 1, 1))
