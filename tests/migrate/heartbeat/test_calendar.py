"""Calendar arithmetic against Pacemaker's own `iso8601`, and against the calendar itself."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, timedelta

import pytest

from cibtools.migrate.heartbeat.calendar import later, months_of, parse_moment

ISO8601 = shutil.which("iso8601", path="/usr/sbin:/usr/bin:/sbin")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2005-01-20", "2005-01-20 00:00:00Z"),
        ("20050120", "2005-01-20 00:00:00Z"),
        ("2005-020", "2005-01-20 00:00:00Z"),
        ("2005020", "2005-01-20 00:00:00Z"),
        ("2008-366", "2008-12-31 00:00:00Z"),
        ("2008-W02-3", "2008-01-09 00:00:00Z"),
        ("2008W02", "2008-01-07 00:00:00Z"),
        ("2005-020 10", "2005-01-20 10:00:00"),
        ("2005-020T10:30", "2005-01-20 10:30:00"),
        ("20050120T103015Z", "2005-01-20 10:30:15Z"),
        ("2005-01-20 10:30:15+02:00", "2005-01-20 10:30:15 +02:00"),
        ("2005-01-20 10:30 -0500", "2005-01-20 10:30:00 -0500"),
    ],
)
def test_what_can_be_read(text: str, moment: str) -> None:
    assert str(parse_moment(text)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "T10:00",
        "10:00:00",
        "2005-02-29",
        "2005-366",
        "2005-000",
        "0000-01-01",
        "2005-13-01",
        "2005-W54-1",
        "2005-01-20 24:00",
        "2005-01-20 10:60",
        "2005-01-20 10:00:60",
        "2005-01-20 10:00:00.5",
        # 2.1 takes these two digits for seconds.
        "2005-01-20 10:00+02:00",
        # Weeks that 2.1 puts on other days than ISO 8601 and Pacemaker: 1 January is a Thursday, Friday, Sunday.
        "2009-W02-1",
        "2010-W02-1",
        "2006-W02-1",
    ],
)
def test_what_cannot_be_told_exactly(text: str) -> None:
    assert parse_moment(text) is None


def test_sums_are_refused_where_engines_differ() -> None:
    start = parse_moment("2008-01-31 10:00:00Z")
    assert start is not None
    assert later(start, {"months": 1, "seconds": 1}) is None
    assert later(start, {"seconds": -1}) is None
    assert later(start, {"years": 9999}) is None
    found = later(start, {"years": 1, "months": 2, "weeks": 1, "days": 1, "hours": 15, "minutes": 1, "seconds": 2})
    assert str(found) == "2009-04-09 01:01:02Z"


@pytest.mark.pacemaker
@pytest.mark.skipif(ISO8601 is None, reason="Pacemaker's iso8601 is not installed")
@pytest.mark.parametrize(
    "text", ["2005-020", "2008-W02-3", "2008-W01-1", "20050120", "2005-01-20 10:30:15 +02:00", "2005-020T10:30:00Z"]
)
def test_pacemaker_reads_the_same(text: str) -> None:
    assert ISO8601 is not None
    moment = parse_moment(text)
    found = [
        subprocess.run([ISO8601, "-d", written], capture_output=True, text=True, check=True).stdout
        for written in (text, str(moment))
    ]
    assert found[0] == found[1]


@pytest.mark.slow
def test_days_of_the_year_are_the_same_days_of_a_month_in_every_year() -> None:
    for first in range(1, 60):
        for last in range(first, 60):
            parts = months_of(first, last)
            assert parts is not None
            for year in (2007, 2008):
                days = {date(year, 1, 1) + timedelta(days=number) for number in range(365)}
                meant = {day for day in days if first <= day.timetuple().tm_yday <= last}
                said = {
                    day for day in days for month, low, high in parts if day.month == month and low <= day.day <= high
                }
                assert said == meant
    assert months_of(1, 60) is None
    assert months_of(0, 5) is None
    assert months_of(9, 5) is None
