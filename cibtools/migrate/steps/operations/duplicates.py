"""M059: two operations of one name and interval in a resource, of which releases make different things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_time
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import named_operation
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, drop

Entries = list[etree._Element]


def find_duplicates(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M059: leave one operation of each name and interval.

    Source: `is_op_dup`. heartbeat 2.1.3 (January 2008) and Pacemaker 1.0 run neither of two entries whose intervals are
    the same text, disabled ones included; 60s and 1min they run as one, as the first enabled entry says. Pacemaker
    2.1.5 compares times and runs neither. Of start, stop, promote and demote each takes the first. Witness: decisions
    ops-0280, ops-0467 and ops-0522 of the first engine. Trigger: the same name and interval, whatever the units, in one
    resource. Changes: of entries that 2.1 ran as one the first stays; nothing if it ran neither.
    """
    for operations in draft.iter("operations"):
        ops = [*operations.iterchildren("op")]
        if len({op.get("name") for op in ops}) < len(ops):
            for entries in _groups(ops):
                yield from _settle(entries)


def _groups(ops: Entries) -> Iterator[Entries]:
    """Operations of the same name and interval, two or more."""
    found: dict[tuple[str, int | str], Entries] = {}
    for op in ops:
        interval = op.get("interval", "")
        time = parse_time(interval)
        found.setdefault((op.get("name", ""), interval if time is None else time), []).append(op)
    return (entries for entries in found.values() if len(entries) > 1)


def _settle(entries: Entries) -> Iterator[Note]:
    first, *others = entries
    if not parse_time(first.get("interval", "")):
        for op in others:
            yield _ask(op, first, "every release uses the first and logs an error")
        return
    stays = _stay(entries)
    if not stays:
        enabled = [op for op in entries if op.get("enabled") != "false"]
        for op in enabled if len(enabled) > 1 else enabled[:0]:
            if op is not enabled[0]:
                yield _ask(op, enabled[0], "no release runs either of them")
        return
    for op in entries:
        if op in stays:
            continue
        if op.get("enabled") != "false":
            yield _ask(op, stays[0], "heartbeat 2.1 ran the two as one, Pacemaker 2.x runs neither. cibtools left one")
        yield drop("M059", op, "Pacemaker 2.x runs neither of two operations of one name and interval")
    for op in stays[1:]:
        yield _ask(op, stays[0], "Pacemaker 2.x runs neither of them, whatever their roles")


def _stay(entries: Entries) -> Entries:
    """What 2.1 ran, the first for each role."""
    written = Counter(op.get("interval") for op in entries)
    found: dict[str, etree._Element] = {}
    for op in entries:
        if op.get("enabled") != "false" and written[op.get("interval")] == 1:
            role = op.get("role", "")
            in_master = next(op.iterancestors("master"), None) is not None
            if role == "Stopped" or (role == "Master" and not in_master):
                continue  # `RecurringOp`: no resource is to have that role
            found.setdefault(role if role == "Master" else "", op)
    return [*found.values()]


def _ask(op: etree._Element, first: etree._Element, what: str) -> Note:
    return decide(
        "M059",
        op,
        f"Operation '{op.get('id', '')}' is a second {named_operation(op)} beside '{first.get('id', '')}': {what}.",
        ("delete the one that is not meant, or change its interval",),
    )
