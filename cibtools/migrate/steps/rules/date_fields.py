"""M069: the fields of date_spec and duration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.calendar import YEAR, later, months_of, parse_moment
from cibtools.migrate.heartbeat.condition import is_or, named, read_rules
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, add_attribute, decide, drop, drop_attribute, move, rewrite, shown

_RANGE = re.compile(r"\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?$")
_NUMBER = re.compile(r"\s*([+-]?\d{1,9})")
_CLOCK = {"minutes": 59, "seconds": 59}
"""Fields of a date_spec that 2.1 tested and Pacemaker 1.0 does not know, with the last number of each."""
_INERT_SPEC = ("days", "yearsdays")
_SUMMED = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")
"""Fields of a duration that 2.1 added up, in its order."""
_INERT_DURATION = ("monthdays", "weekdays", "yeardays", "yearsdays", "weekyears", "moon")


def spell_fields(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M069: rewrite the fields of date_spec and duration.

    Source: policy engine 0.6 (`cron_range_satisfied`, `parse_xml_duration`); pacemaker-1.0 RelaxNG, which misspells
    yeardays as yearsdays, a word that no engine reads. Trigger: yeardays, minutes, seconds or days, fields that were
    not read, a missing id. Changes: yeardays become months and monthdays where that is exact, days hours, a duration
    with minutes or seconds an end; what cannot be said is refused.
    """
    for date in read_rules(draft, [*draft.iter("date_expression")]):
        for spec in [*date.iterchildren("date_spec")]:
            yield from _name(draft, date, spec)
            yield from _spec(draft, answers, date, spec)
        for duration in [*date.iterchildren("duration")]:
            yield from _name(draft, date, duration)
            yield from _duration(draft, answers, date, duration)


def _name(draft: Draft, date: etree._Element, part: etree._Element) -> Iterator[Note]:
    if not part.get("id") and date.get("id"):
        name = draft.book(f"{date.get('id')}-{part.tag}", str(part.tag))
        if part.get("id") is None:
            yield add_attribute("M069", part, "id", name, "Pacemaker 1.0 wants an id")
        else:
            yield rewrite("M069", part, "id", name, "Pacemaker 1.0 wants an id")


def _spec(draft: Draft, answers: Answers, date: etree._Element, spec: etree._Element) -> Iterator[Note]:
    for name in _INERT_SPEC:
        if spec.get(name) is not None:
            yield drop_attribute("M069", spec, name, f"2.1 read no {name} here")
    for name, last in _CLOCK.items():
        written = spec.get(name)
        if written is None:
            continue
        bounds = _bounds(written)
        if bounds is not None and bounds[0] == 0 and bounds[1] >= last:
            yield drop_attribute("M069", spec, name, "all of them are no limit")
        else:
            question = f"{named(date)} tests {shown(name, written)}, which Pacemaker 1.0 cannot say."
            yield from _refuse(draft, answers, date, spec, name, question)
    written = spec.get("yeardays")
    if written is None:
        return
    bounds = _bounds(written)
    if bounds is not None and bounds[0] <= 1 and bounds[1] >= YEAR:
        yield drop_attribute("M069", spec, "yeardays", "all of them are no limit")
        return
    parts = months_of(*bounds) if bounds is not None else None
    if parts is None or spec.get("months") is not None or spec.get("monthdays") is not None:
        question = (
            f"{named(date)} tests {shown('yeardays', written)}, which Pacemaker 1.0 cannot say: its schema misspells "
            "the word, and in months it would be another day in leap years."
        )
        yield from _refuse(draft, answers, date, spec, "yeardays", question)
    else:
        yield from _months(draft, date, spec, parts)


def _bounds(text: str) -> tuple[int, int] | None:
    match = _RANGE.match(text)
    return None if match is None else (int(match[1]), int(match[2] or match[1]))


def _refuse(
    draft: Draft, answers: Answers, date: etree._Element, spec: etree._Element, name: str, question: str
) -> Iterator[Note]:
    original = draft.origin(date)
    identity = original.get("id", "") if original is not None else ""
    if answers.accepts("M069", identity):
        yield drop_attribute("M069", spec, name, "as accepted, this limit is left out")
        return
    yield decide(
        "M069",
        date,
        question,
        (
            "write the times that are meant with hours, monthdays, weekdays, months or weeks in the old CIB",
            f'accept = ["M069{":" + identity if identity else ""}"] leaves the limit out: the rule holds more often',
        ),
        before=shown(name, spec.get(name, "")),
        inhibits=True,
    )


def _months(
    draft: Draft, date: etree._Element, spec: etree._Element, parts: tuple[tuple[int, int, int], ...]
) -> Iterator[Note]:
    """Say the same in months and days of the month, in two expressions if it spans two months."""
    reason = "these days of the year are the same days of a month in every year"
    yield drop_attribute("M069", spec, "yeardays", reason)
    second = deepcopy(date) if len(parts) > 1 else None
    for name, value in _fields(parts[0]):
        yield add_attribute("M069", spec, name, value, reason)
    if second is None:
        return
    parent = date.getparent()
    assert parent is not None
    index = parent.index(date)
    second.tail = None
    for found in second.iter("*"):
        if found.get("id"):
            found.set("id", draft.book(found.get("id", ""), str(found.tag)))
    other = next(second.iterchildren("date_spec"))
    for name, value in _fields(parts[1]):
        other.set(name, value)
    if is_or(parent):
        yield add("M069", draft, parent, second, reason, cause=date, index=index + 1)
        return
    home = etree.Element("rule")
    if date.get("id"):
        home.set("id", draft.book(f"{date.get('id')}-rule", "rule"))
    home.set("score", "0")
    home.set("boolean-op", "or")
    yield add("M069", draft, parent, home, reason, cause=date, index=index)
    yield move("M069", date, home, reason)
    yield add("M069", draft, home, second, reason, cause=date)


def _fields(part: tuple[int, int, int]) -> Iterator[tuple[str, str]]:
    month, first, last = part
    yield "months", str(month)
    if part != (1, 1, 31):
        yield "monthdays", str(first) if first == last else f"{first}-{last}"


def _duration(draft: Draft, answers: Answers, date: etree._Element, duration: etree._Element) -> Iterator[Note]:
    for name in _INERT_DURATION:
        if duration.get(name) is not None:
            yield drop_attribute("M069", duration, name, f"2.1 added no {name} to a date")
    numbers = {name: _number(duration.get(name, "")) for name in _SUMMED if duration.get(name) is not None}
    for name in ("days", "minutes", "seconds"):
        if numbers.get(name) == 0:
            yield drop_attribute("M069", duration, name, "nothing is added")
            del numbers[name]
    if "minutes" in numbers or "seconds" in numbers:
        yield from _end(draft, answers, date, duration, numbers)
    elif "days" in numbers:
        hours = str(24 * numbers["days"] + numbers.get("hours", 0))
        reason = "Pacemaker 1.0 knows no days here; a day has 24 hours"
        yield drop_attribute("M069", duration, "days", reason)
        if duration.get("hours") is None:
            yield add_attribute("M069", duration, "hours", hours, reason)
        else:
            yield rewrite("M069", duration, "hours", hours, reason)


def _number(text: str) -> int:
    match = _NUMBER.match(text)
    return int(match[1]) if match else 0


def _end(
    draft: Draft, answers: Answers, date: etree._Element, duration: etree._Element, numbers: dict[str, int]
) -> Iterator[Note]:
    """Say when a duration with minutes or seconds ends."""
    start = parse_moment(date.get("start", ""))
    end = None if start is None else later(start, numbers)
    if end is not None:
        reason = "Pacemaker 1.0 knows no minutes and seconds in a duration, but it knows an end"
        yield drop("M069", duration, reason)
        yield add_attribute("M069", date, "end", str(end), reason)
        return
    question = (
        f"{named(date)} lasts minutes or seconds, which Pacemaker 1.0 cannot say, and from "
        f"{shown('start', date.get('start', ''))} its end cannot be computed exactly."
    )
    for name in ("minutes", "seconds"):
        if name in numbers:
            yield from _refuse(draft, answers, date, duration, name, question)
