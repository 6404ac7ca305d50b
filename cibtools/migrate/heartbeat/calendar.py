"""Calendar arithmetic for date rules: what heartbeat 2.1 read in a date, computed without a clock and without a guess.

Only what comes out exactly is given back. A date without a time is in UTC, a time without a zone in the zone of the
machine that evaluates it, on 2.1 as on Pacemaker; so sums stay in the zone of their first part.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-W(?P<week>\d{2})(?:-(?P<weekday>[1-7]))?|W(?P<week2>\d{2})(?:-(?P<weekday2>[1-7]))?"
    r"|-?(?P<ordinal>\d{3})|-(?P<month>\d{2})-(?P<day>\d{2})|(?P<month2>\d{2})(?P<day2>\d{2}))$"
)
# Without seconds 2.1 takes a sign that follows at once for a part of the time, hence the blank before such a zone.
_TIME = re.compile(
    r"(?P<hour>\d{2})(?::?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?)?(?P<blank>\s*)(?P<zone>Z|[+-]\d{2}(?::?\d{2})?|)$"
)
_SKEWED_YEARS = (4, 5, 7)
"""Weekdays of 1 January, Monday = 1, with which 2.1 puts the weeks of a year on the wrong days."""
YEAR = 366
"""Days that a year can have."""
_MARCH = 60
"""From this day of the year on, leap years are a day ahead."""


class Moment(Struct, frozen=True):
    """A point in time as a CIB writes it."""

    when: datetime
    """Without zone."""
    zone: str
    """`Z`, `+02:00`, or nothing for the zone of the machine."""

    def __str__(self) -> str:
        return f"{self.when.isoformat(sep=' ')}{' ' if self.zone not in ('', 'Z') else ''}{self.zone}"


def parse_moment(text: str) -> Moment | None:
    """What 2.1 read in a date, with or without a time; None where that cannot be told exactly.

    Dates are of the calendar (2005-01-20, 20050120), of the year (2005-020) or of the week (2005-W03-4). A time alone
    means the day of its evaluation, which nobody knows beforehand.
    """
    match = re.split(r"[T ]", text.strip(), maxsplit=1)
    day = _day(match[0])
    if day is None:
        return None
    if len(match) == 1:
        return Moment(datetime(day.year, day.month, day.day), "Z")
    time = _TIME.match(match[1])
    if time is None or (time["zone"] not in ("", "Z") and time["second"] is None and not time["blank"]):
        return None
    try:
        when = datetime(
            day.year, day.month, day.day, int(time["hour"]), int(time["minute"] or 0), int(time["second"] or 0)
        )
    except ValueError:
        return None
    return Moment(when, time["zone"])


def _day(text: str) -> date | None:
    found = _DATE.match(text)
    if found is None:
        return None
    year = int(found["year"])
    try:
        if week := found["week"] or found["week2"]:
            if date(year, 1, 1).isoweekday() in _SKEWED_YEARS:
                return None
            return date.fromisocalendar(year, int(week), int(found["weekday"] or found["weekday2"] or 1))
        if found["ordinal"]:
            day = date(year, 1, 1) + timedelta(days=int(found["ordinal"]) - 1)
            return day if day.year == year else None
        return date(year, int(found["month"] or found["month2"]), int(found["day"] or found["day2"]))
    except (ValueError, OverflowError):
        return None


def later(start: Moment, duration: Mapping[str, int]) -> Moment | None:
    """The end of a duration in years, months, weeks, days, hours, minutes and seconds.

    None where a month has no such day: the engines do not agree on what 29 February plus a year is.
    """
    if any(number < 0 for number in duration.values()):
        return None
    months = start.when.month - 1 + duration.get("months", 0) + 12 * duration.get("years", 0)
    try:
        when = start.when.replace(year=start.when.year + months // 12, month=months % 12 + 1)
        when += timedelta(**{unit: duration.get(unit, 0) for unit in ("weeks", "days", "hours", "minutes", "seconds")})
    except (ValueError, OverflowError):
        return None
    return Moment(when, start.zone)


def months_of(first: int, last: int) -> tuple[tuple[int, int, int], ...] | None:
    """A range of days of the year as (month, first day, last day); None if leap years make it another one each time."""
    if not 1 <= first <= last < _MARCH:
        return None
    parts = []
    for month, offset, length in ((1, 0, 31), (2, 31, 28)):
        low, high = max(first - offset, 1), min(last - offset, length)
        if low <= high:
            parts.append((month, low, high))
    return tuple(parts)
