"""M051: at which interval an operation runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_time
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import ONCE, named_operation
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add_attribute, decide, drop, rewrite, shown

_DURATION = re.compile(r"\s*P[0-9TYMWDHS.,]+\s*")
"""An ISO 8601 duration."""


def write_intervals(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M051: write the interval of each operation.

    Source: heartbeat 2.1.3 (January 2008): `find_rsc_op_entry` looks for a start, stop, promote or demote at interval 0
    only; `RecurringOp` runs one with an interval again and again, as the decisions of that engine show, and
    `crm_get_msec` does not read ISO 8601 durations, which Pacemaker 1.0 does (`crm_get_interval`). Witness:
    tests/migrate/inert.toml. Trigger: no interval; another one on such an action; a duration such as PT10S. Changes:
    `interval="0"`; an entry that would then come before the one that 2.1 used goes; what never ran is disabled, with a
    question.
    """
    for op in draft.all("op"):
        written, name = op.get("interval"), op.get("name", "")
        if not written:
            reason = "interval is required; heartbeat 2.1 treated a missing one as 0"
            if written is None:
                yield add_attribute("M051", op, "interval", "0", reason)
            else:
                yield rewrite("M051", op, "interval", "0", reason)
        elif _DURATION.fullmatch(written):
            yield from _never_ran(op, written)
        elif name in ONCE and written != "0" and parse_time(written) != 0:
            yield from _once(op, name, written)


def _once(op: etree._Element, name: str, written: str) -> Iterator[Note]:
    home = op.getparent()
    others = () if home is None else home.iterchildren("op")
    if any(
        other is not op and other.get("name") == name and parse_time(other.get("interval") or "0") == 0
        for other in others
    ):
        yield drop("M051", op, f"2.1 never used a {name} with an interval, and there is one without")
        return
    reason = f"a {name} does not recur: Pacemaker 2.x calls it an error"
    yield rewrite("M051", op, "interval", "0", reason)
    yield decide(
        "M051",
        op,
        f"Operation {named_operation(op)} has {shown('interval', written)}. heartbeat 2.1 ran it again and again "
        f"beside the {name} itself, and did not use its timeout for that {name}. cibtools wrote interval=0: it runs "
        "once, with this timeout.",
        ("delete the operation from the input to keep the default timeout",),
        attribute="interval",
        before=shown("interval", written),
        after='interval="0"',
    )


def _never_ran(op: etree._Element, written: str) -> Iterator[Note]:
    if op.get("name") in ONCE:
        yield drop("M051", op, f"heartbeat 2.1 could not read the interval {written!r} and passed over the entry")
        return
    reason = f"heartbeat 2.1 could not read the interval {written!r}, so it never ran"
    if op.get("enabled") is None:
        yield add_attribute("M051", op, "enabled", "false", reason)
    elif op.get("enabled") != "false":
        yield rewrite("M051", op, "enabled", "false", reason)
    yield decide(
        "M051",
        op,
        f"Operation {named_operation(op)} has {shown('interval', written)}. heartbeat 2.1 could not read that and "
        "never ran it; Pacemaker would. cibtools disabled the operation.",
        ("to have it run, write the interval in seconds in the input: 10s",),
        attribute="interval",
        before=shown("interval", written),
        after='enabled="false"',
    )
