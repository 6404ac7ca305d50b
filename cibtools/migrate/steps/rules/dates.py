"""M068: date expressions, in the four forms that Pacemaker 1.0 knows."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.condition import always, is_or, named, never, read_rules
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import (
    add,
    add_attribute,
    decide,
    drop,
    drop_attribute,
    move,
    rewrite,
    shown,
    start_tag,
)

_BOUNDS = ("start", "end")


def shape_dates(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M068: rewrite date expressions in a form that the schema allows.

    Source: policy engine 0.6 (`test_date_expression`): no operation is in_range; a start without end or duration counts
    as the end too, until the change of 23 January 2008; date_spec tests the range as well; a missing or unreadable
    bound is earlier than any time. Witness: tests/migrate/inert.toml. Trigger: another form than in_range with an end
    or a duration, gt with a start, lt with an end, date_spec with a date_spec. Changes: what was not read goes, a range
    beside a date_spec becomes an expression of its own, what was never or always true goes with what depended on it.
    """
    for date in read_rules(draft, [*draft.iter("date_expression")]):
        for name in _BOUNDS:
            if date.get(name) == "":
                yield drop_attribute("M068", date, name, "an empty date is none")
        written = date.get("operation")
        operation = "in_range" if written is None else written.lower()
        if written is None:
            yield add_attribute("M068", date, "operation", operation, "none meant in_range")
        elif operation != written and operation in _FORMS:
            yield rewrite("M068", date, "operation", operation, "Pacemaker 1.0 spells it so")
        match operation:
            case "in_range":
                yield from _range(draft, date)
            case "gt" | "lt":
                yield from _bound(draft, date, operation)
            case "date_spec":
                yield from _spec(draft, date)
            case "eq" | "neq":
                yield from _equal(draft, date, operation)
            case _:
                yield never("M068", date, f"a date expression with {shown('operation', operation)} was never true")


_FORMS = ("in_range", "gt", "lt", "date_spec", "eq", "neq")


def _without(date: etree._Element, reason: str, *tags: str) -> Iterator[Note]:
    for found in [*date.iterchildren(*tags)]:
        yield drop("M068", found, reason)


def _range(draft: Draft, date: etree._Element) -> Iterator[Note]:
    yield from _without(date, "in_range reads no date_spec", "date_spec")
    durations = [*date.iterchildren("duration")]
    if date.get("end") is not None or date.get("start") is None:
        reason = "the end counts, not the duration" if date.get("end") is not None else "no start, no duration"
        yield from _without(date, reason, "duration")
        if date.get("end") is None:
            yield from always("M068", draft, date, "in_range without start and end was always true")
    elif durations:
        for extra in durations[1:]:
            yield drop("M068", extra, "2.1 read the first duration only")
    else:
        yield rewrite("M068", date, "operation", "gt", "a range needs an end; from its start on is what gt says")
        yield _open_ended(date)


def _open_ended(date: etree._Element) -> Note:
    return decide(
        "M068",
        date,
        f"{named(date)} has a start and no end. Until 23 January 2008 heartbeat 2.1 took the start for the end too, so "
        f"that it was never true. Later engines and Pacemaker take it as true after {date.get('start', '')}.",
        ("delete the rule that it is in if it is never to be true", "or give it the end that was meant"),
        before=start_tag(date),
    )


def _bound(draft: Draft, date: etree._Element, operation: str) -> Iterator[Note]:
    needed, unused = ("start", "end") if operation == "gt" else ("end", "start")
    if date.get(unused) is not None:
        yield drop_attribute("M068", date, unused, f"{operation} reads no {unused}")
    yield from _without(date, f"{operation} reads the {needed} only", "duration", "date_spec")
    if date.get(needed) is not None:
        return
    if operation == "lt":
        yield never("M068", date, "lt without an end was never true")
    else:
        text = start_tag(date)
        yield from always("M068", draft, date, "gt without a start was always true")
        yield _asked(date, text, "was always true without a start: it was left out, and what it stood for is unlimited")


def _asked(date: etree._Element, text: str, fate: str) -> Note:
    return decide(
        "M068",
        date,
        f"{named(date)} {fate}.",
        ("write the dates that were meant in the old CIB, and migrate it again",),
        before=text,
    )


def _equal(draft: Draft, date: etree._Element, operation: str) -> Iterator[Note]:
    text = start_tag(date)
    if operation == "eq":
        yield never("M068", date, "eq is true in one second only, and Pacemaker 1.0 has no word for it")
        yield _asked(date, text, "was true in one second only: it was left out, with what needed it")
    else:
        reason = "neq is false in one second only, and Pacemaker 1.0 has no word for it"
        yield from always("M068", draft, date, reason)
        yield _asked(date, text, "was false in one second only: it was left out, and what it stood for is unlimited")


def _spec(draft: Draft, date: etree._Element) -> Iterator[Note]:
    specs = [*date.iterchildren("date_spec")]
    if not specs:
        yield rewrite("M068", date, "operation", "in_range", "without a date_spec only the range was tested")
        yield from _range(draft, date)
        return
    for extra in specs[1:]:
        yield drop("M068", extra, "2.1 read the first date_spec only")
    if date.get("start") is None or date.get("end") is not None:
        reason = "the end counts, not the duration" if date.get("end") is not None else "no start, no duration"
        yield from _without(date, reason, "duration")
    if date.get("start") is None and date.get("end") is None:
        return
    yield from _beside(draft, date)


def _beside(draft: Draft, date: etree._Element) -> Iterator[Note]:
    """Give the range of a date_spec an expression of its own, beside it in an and-rule."""
    parent = date.getparent()
    assert parent is not None
    identity = date.get("id")
    reason = "a date_spec has no range; the range is an expression of its own, and both must be true"
    index = parent.index(date)
    if is_or(parent):
        home = etree.Element("rule")
        if identity:
            home.set("id", draft.book(f"{identity}-rule", "rule"))
        home.set("score", "0")
        home.set("boolean-op", "and")
        yield add("M068", draft, parent, home, reason, cause=date, index=index)
        yield move("M068", date, home, reason)
        parent, index = home, 0
    made = etree.Element("date_expression")
    if identity:
        made.set("id", draft.book(f"{identity}-range", "date_expression"))
    durations = [*date.iterchildren("duration")]
    open_ended = date.get("end") is None and not durations
    made.set("operation", "gt" if open_ended else "in_range")
    moved = [name for name in _BOUNDS if date.get(name) is not None]
    for name in moved:
        made.set(name, date.get(name, ""))
    yield add("M068", draft, parent, made, reason, cause=date, index=index)
    for name in moved:
        yield drop_attribute("M068", date, name, reason)
    for duration in durations[:1]:
        yield move("M068", duration, made, reason)
    for extra in durations[1:]:
        yield drop("M068", extra, "2.1 read the first duration only")
    if open_ended:
        yield _open_ended(made)
