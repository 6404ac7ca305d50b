"""Values as the cluster reads them: booleans, scores, times.

The engines are lenient in odd ways and these functions follow them, not common sense: a time without unit is seconds in
every release, whatever the comment in the old DTD says.
"""

from __future__ import annotations

import re
from functools import lru_cache

from cibtools.backup.record.boolean import CLUSTER

INFINITY = 1_000_000
"""The score that means "always"; larger ones are clamped to it."""

_TIME = re.compile(r"\s*\+?(\d+(?:\.\d+)?)\s*([a-zA-Z]*)\s*$")
_UNITS = (
    (re.compile(r"us(ec)?$"), 0.001),
    (re.compile(r"ms(ec)?$"), 1.0),
    (re.compile(r"s(ec(ond)?s?)?$"), 1000.0),
    (re.compile(r"m(in(ute)?s?)?$"), 60_000.0),
    (re.compile(r"h(r|our)?s?$"), 3_600_000.0),
)
_DURATION = re.compile(r"P(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?\Z")
_SCORE = re.compile(r"[+-]?\d+$")
_COUNT_LIMIT = 2**63 - 1
"""Where the engines stop counting, and `strtoll` too."""
_REMEMBERED = 512
"""Texts whose value is kept: the thousands of values of a CIB are few different ones."""
_LONGEST = 1e15
"""Milliseconds; a longer time is as good as this one, and a float beyond its range cannot be rounded."""


@lru_cache(maxsize=_REMEMBERED)
def parse_boolean(text: str | None) -> bool | None:
    """True or False for a word that any release reads as such, None for anything else (the default stands then)."""
    return CLUSTER.read((text or "").strip())


@lru_cache(maxsize=_REMEMBERED)
def parse_score(text: str | None) -> int | None:
    """A score, clamped to ±INFINITY; None if it is neither an integer nor INFINITY in any case."""
    word = (text or "").strip()
    if word.lower() in ("infinity", "+infinity"):
        return INFINITY
    if word.lower() == "-infinity":
        return -INFINITY
    if not _SCORE.match(word) or not word.isascii():
        return None
    return max(-INFINITY, min(INFINITY, whole_number(word)))


def read_number(text: str | None) -> int:
    """Read a number as the engines do (`strtol`): the digits that a text begins with, 0 if there are none."""
    digits = re.match(r"\s*[+-]?\d{1,20}", text or "")
    return int(digits[0]) if digits else 0


def whole_number(text: str) -> int:
    """The number that an optional sign and digits write, at most 2**63 - 1 in either direction."""
    # Python refuses to convert thousands of digits; twenty are beyond the limit already.
    number = min(_COUNT_LIMIT, int(text.lstrip("+-").lstrip("0")[:20] or "0"))
    return -number if text.startswith("-") else number


def parse_count(text: str | None) -> int | None:
    """A whole number without a sign, at most 2**63 - 1, however many digits it has; None if it is none."""
    word = (text or "").strip()
    if not (word.isascii() and word.isdecimal()):
        return None
    return whole_number(word)


@lru_cache(maxsize=_REMEMBERED)
def parse_time(text: str | None) -> int | None:
    """A time in milliseconds; a number without unit is seconds; None if it is no time."""
    match = _TIME.match(text or "")
    if not match:
        return None
    unit = match[2].lower() or "s"
    # The engine compares prefixes, so "secs", "minutes" and "hours" count too.
    factor = next((factor for form, factor in _UNITS if form.match(unit)), None)
    return None if factor is None else round(min(_LONGEST, float(match[1]) * factor))


def parse_interval(text: str | None) -> int | None:
    """Read a time in milliseconds, or an ISO 8601 duration of days and less, as Pacemaker takes for intervals."""
    match = _DURATION.match((text or "").strip())
    if not match or not any(match.groups()):
        return parse_time(text)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000


def show_score(score: int) -> str:
    """A score as it is written in a CIB."""
    return "INFINITY" if score >= INFINITY else "-INFINITY" if score <= -INFINITY else str(score)


def show_time(milliseconds: int) -> str:
    """A time for people: the shortest of ms, s, min and h that is exact."""
    for factor, unit in ((3_600_000, "h"), (60_000, "min"), (1000, "s")):
        if milliseconds >= factor and milliseconds % factor == 0 and (unit == "s" or milliseconds >= 10 * factor):
            return f"{milliseconds // factor} {unit}"
    return f"{milliseconds / 1000:g} s" if milliseconds >= 1000 else f"{milliseconds} ms"
