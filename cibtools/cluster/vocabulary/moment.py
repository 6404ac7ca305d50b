"""Points in time as CIBs write them: ISO 8601 in date rules, `ctime` in `cib-last-written`.

Neither says reliably in which time zone, so one is before the other only if no time zone could turn that round. There
is no clock here: the backup's own time is the only present a backup has.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ORDINAL = re.compile(r"(\d{4})-(\d{3})(?:$|[T ](.*))")
_WRITTEN = re.compile(r"\w{3}\s+(\w{3})\s+(\d{1,2})\s+(\d{1,2}):(\d{2}):(\d{2})\s+(?:\w+\s+)?(\d{4})$")
_ANY_ZONE = timedelta(hours=26)
"""Time zones reach from -12 to +14 hours."""


def parse_iso(text: str | None) -> datetime | None:
    """A date, with or without time, of a date rule; None if it is none that we read."""
    text = (text or "").strip()
    ordinal = _ORDINAL.match(text)
    try:
        if ordinal:
            first = datetime(int(ordinal[1]), 1, 1)
            return first + timedelta(days=int(ordinal[2]) - 1)
        found = datetime.fromisoformat(re.sub(r"(?<=\d) (?=[+-]\d)", "", text))
    except (ValueError, OverflowError):
        return None
    try:
        return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    except OverflowError:
        return None


def parse_written(text: str | None) -> datetime | None:
    """The time in `cib-last-written`."""
    match = _WRITTEN.match((text or "").strip())
    if not match or match[1] not in _MONTHS:
        return None
    try:
        return datetime(
            int(match[6]), _MONTHS.index(match[1]) + 1, int(match[2]), int(match[3]), int(match[4]), int(match[5])
        )
    except ValueError:
        return None


def is_before(one: datetime, other: datetime) -> bool:
    """True if one is earlier than the other in whatever time zones they were written."""
    return other - one > _ANY_ZONE if one < other else False
