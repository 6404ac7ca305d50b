"""Rules as the policy engine of heartbeat 2.1 evaluates them, for one node at one moment.

Written from the engine's reading (migration of rules changes their spelling; this says what they meant), so that the
proof of a migration does not rest on the steps that it is to judge.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from lxml import etree

from cibtools.cluster.value import INFINITY
from cibtools.cluster.vocabulary.moment import parse_iso
from cibtools.migrate.heartbeat.value import read_score

_NUMBER = re.compile(r"\s*[+-]?\d+")
_PARTS = ("expression", "date_expression", "rule")
_ROLES = frozenset({"started", "stopped", "master", "slave"})
_FIELDS = ("hours", "monthdays", "weekdays", "yeardays", "months", "weeks", "years", "weekyears", "minutes", "seconds")
_UNITS = {"years": 365 * 86400, "weeks": 7 * 86400, "days": 86400, "hours": 3600, "minutes": 60, "seconds": 1}


def rule_score(rule: etree._Element, attributes: Mapping[str, str], now: datetime) -> int:
    """What a rule of a location adds to a node's score; 0 if it is not true there.

    A rule with a role that no engine knows is passed over. An or-rule with a finite score counts once for each of its
    parts that is true; the engine adds as it goes.
    """
    role = rule.get("role")
    if role is not None and role.lower() not in _ROLES:
        return 0
    score = _score(rule, attributes)
    if rule.get("boolean_op", "and").lower() == "or":
        true = sum(is_true(part, attributes, now) for part in rule.iterchildren(*_PARTS))
        return score * min(true, 1) if abs(score) >= INFINITY else score * true
    return score if is_true(rule, attributes, now) else 0


def _score(rule: etree._Element, attributes: Mapping[str, str]) -> int:
    text = rule.get("score")
    if text is None:
        named = rule.get("score_attribute") or rule.get("score_attribute_mangled")
        text = attributes.get(named or "", "0")
    number = read_score(text).text
    return {"INFINITY": INFINITY, "-INFINITY": -INFINITY}.get(number) or int(number.replace("INFINITY", "0"))


def is_true(part: etree._Element, attributes: Mapping[str, str], now: datetime) -> bool:
    """Whether a rule or an expression holds."""
    match part.tag:
        case "rule":
            parts = [
                is_true(found, attributes, now) for found in part.iterchildren("expression", "date_expression", "rule")
            ]
            return any(parts) if part.get("boolean_op", "and").lower() == "or" else all(parts)
        case "date_expression":
            return _is_date(part, now)
        case _:
            return _compares(part, attributes)


def _compares(part: etree._Element, attributes: Mapping[str, str]) -> bool:
    operation = part.get("operation", "").lower()
    actual, wanted = attributes.get(part.get("attribute", "")), part.get("value")
    if operation in ("defined", "not_defined"):
        return (actual is not None) == (operation == "defined")
    if actual is None or wanted is None:
        return (operation == "ne" and actual is not wanted) or (operation == "eq" and actual is wanted)
    order = _order(actual, wanted, part.get("type", "string").lower())
    match operation:
        case "eq":
            return order == 0
        case "ne":
            return order != 0
        case "lt":
            return order < 0
        case "lte":
            return order <= 0
        case "gt":
            return order > 0
        case "gte":
            return order >= 0
        case _:
            return False


def _order(actual: str, wanted: str, kind: str) -> int:
    """Negative, 0 or positive; a type that the engine does not know makes everything equal."""
    match kind:
        case "string":
            one, other = actual.lower(), wanted.lower()
            return (one > other) - (one < other)
        case "number":
            left, right = _leading(actual), _leading(wanted)
            return (left > right) - (left < right)
        case "version":
            versions = [[int(number) for number in re.findall(r"\d+", text)] for text in (actual, wanted)]
            return (versions[0] > versions[1]) - (versions[0] < versions[1])
        case _:
            return 0


def _leading(text: str) -> int:
    match = _NUMBER.match(text)
    return int(match[0][:18]) if match else 0


def _is_date(part: etree._Element, now: datetime) -> bool:
    start, end = parse_iso(part.get("start")), parse_iso(part.get("end"))
    operation = part.get("operation", "in_range")
    duration = next(part.iterchildren("duration"), None)
    if duration is not None and start is not None and end is None:
        end = _after(start, duration)
    match operation:
        case "gt":
            return start is not None and now > start
        case "lt":
            return end is not None and now < end
        case "date_spec":
            spec = next(part.iterchildren("date_spec"), None)
            return spec is not None and _in_spec(spec, now) and _in_range(part, start, end, now)
        case "in_range":
            return _in_range(part, start, end, now)
        case _:
            return False


def _in_range(part: etree._Element, start: datetime | None, end: datetime | None, now: datetime) -> bool:
    """A start without an end is never true: the engine takes the start for the end as well.

    From 23 January 2008 on it is an open range; M068 asks.
    """
    if part.get("start") is not None and end is None:
        return False
    return (start is None or now > start) and (end is None or now < end)


def _after(start: datetime, duration: etree._Element) -> datetime | None:
    seconds = sum(_leading(duration.get(name, "0")) * size for name, size in _UNITS.items())
    try:
        return start + timedelta(seconds=seconds)
    except OverflowError:
        return None


def _in_spec(spec: etree._Element, now: datetime) -> bool:
    week_year, week, weekday = now.isocalendar()
    values = {
        "hours": now.hour,
        "monthdays": now.day,
        "weekdays": weekday,
        "yeardays": now.timetuple().tm_yday,
        "months": now.month,
        "weeks": week,
        "years": now.year,
        "weekyears": week_year,
        "minutes": now.minute,
        "seconds": now.second,
    }
    return all(_within(spec.get(name, ""), values[name]) for name in _FIELDS if spec.get(name))


def _within(text: str, value: int) -> bool:
    """A number, `low-high`, `low-` or `-high`."""
    low, dash, high = text.partition("-")
    if not dash:
        return _leading(text) == value
    return (not low.strip() or _leading(low) <= value) and (not high.strip() or value <= _leading(high))
