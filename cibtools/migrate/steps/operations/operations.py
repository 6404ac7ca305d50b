"""M050 to M057 and M059: operations, their attributes and what 2.1 made of odd ones."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_boolean, parse_time
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.condition import drop_unread
from cibtools.migrate.heartbeat.value import ROLES
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add_attribute, decide, drop, drop_attribute, rename, rewrite, shown

_ONCE = ("start", "stop", "promote", "demote")
"""Actions that never recur."""
_REQUIRES = ("nothing", "quorum", "fencing")
_ON_FAIL = {
    "ignore": "ignore",
    "nothing": "ignore",
    "block": "block",
    "stop": "stop",
    "restart": "restart",
    "fence": "fence",
    "migrate": "restart",
}
"""What 2.1 understood, and the word of Pacemaker 1.0 for it."""


def clean_operations(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M050: drop what was no operation.

    Source: policy engine 0.6, which looks an op up by its name; pacemaker-1.0 RelaxNG, where `operations` has an id at
    most. Trigger: attributes of `operations`, an op without a name. Changes: they go.
    """
    for operations in draft.iter("operations"):
        for name in [str(name) for name in operations.attrib if name != "id"]:
            yield drop_attribute("M050", operations, name, "2.1 read no attribute of operations")
    for op in draft.iter("op"):
        if not op.get("name"):
            yield drop("M050", op, "an operation without a name was never used")


def write_intervals(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M051: give each operation an interval, and 0 to those that never recur.

    Source: policy engine 0.6 (`find_rsc_op_entry`) looks for a start, stop, promote or demote at interval 0 only.
    Trigger: no interval; another one on such an action. Changes: `interval="0"`; an entry that would then come before
    the one that 2.1 used goes.
    """
    for op in draft.all("op"):
        written, name = op.get("interval"), op.get("name", "")
        if not written:
            reason = "the language of Pacemaker 1.0 wants an interval; none meant 0"
            if written is None:
                yield add_attribute("M051", op, "interval", "0", reason)
            else:
                yield rewrite("M051", op, "interval", "0", reason)
        elif name in _ONCE and written != "0" and parse_time(written) != 0:
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
    reason = f"a {name} does not recur; 2.1 never used this entry, and Pacemaker 2.x calls it an error"
    yield rewrite("M051", op, "interval", "0", reason)
    yield decide(
        "M051",
        op,
        f"Operation {_of(op)} has {shown('interval', written)}, so 2.1 never used it: with interval 0 its timeout and "
        "the rest of it take effect for the first time.",
        ("delete the operation from the old CIB to keep what 2.1 did",),
        attribute="interval",
        before=shown("interval", written),
        after='interval="0"',
    )


def _of(op: etree._Element) -> str:
    """An operation as a message names it."""
    owner = next(op.iterancestors("primitive"), None)
    words = " ".join(word for word in (op.get("name", ""), op.get("interval", "")) if word and word != "0")
    return f"{words} of '{owner.get('id', '')}'" if owner is not None else f"{words} ('{op.get('id', '')}')"


def write_enabled(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M052 and M053: replace disabled with enabled; remove an enabled that heartbeat 2.1 did not read.

    Source: `find_rsc_op_entry` of heartbeat 2.1.3 (January 2008) reads `disabled` as a boolean, passes over the entry
    as a whole, and knows no `enabled`, which the HASI guide recommends; Pacemaker reads the other attributes of a
    disabled entry. Trigger: either. Changes: `disabled` becomes `enabled="false"` or goes; what a disabled entry says
    of failures and prerequisites goes, and so does a disabled entry that would only set a timeout; `enabled` goes,
    unless the answer `stray-enabled` is `keep`.
    """
    for op in draft.all("op"):
        disabled = op.get("disabled")
        if disabled is not None:
            if op.get("enabled") is not None:
                yield drop_attribute("M052", op, "enabled", "heartbeat 2.1 reads disabled, not enabled")
            if parse_boolean(disabled):
                yield from _disable(op)
            else:
                yield drop_attribute("M052", op, "disabled", "the operation was not disabled; enabled is the default")
        elif op.get("enabled") is not None:
            yield from _stray(op, answers)


def _disable(op: etree._Element) -> Iterator[Note]:
    name = op.get("name", "")
    if name in _ONCE or not parse_time(op.get("interval") or "0"):
        yield drop("M052", op, f"heartbeat 2.1 read nothing of a disabled {name}; Pacemaker would read its timeout")
        return
    yield rename("M052", op, "disabled", "enabled", "enabled=false means the same in Pacemaker 1.0", "false")
    for unread in ("on_fail", "prereq"):
        if unread in op.attrib:
            reason = f"heartbeat 2.1 did not read {unread} of a disabled operation; Pacemaker would"
            yield drop_attribute("M052", op, unread, reason)


def _stray(op: etree._Element, answers: Answers) -> Iterator[Note]:
    written = op.get("enabled", "")
    value = parse_boolean(written)
    if value is None:
        yield drop_attribute("M053", op, "enabled", "2.1 did not read enabled, and this is no boolean")
        return
    if value or answers.stray_enabled == "keep":
        word = "true" if value else "false"
        if word != written:
            yield rewrite("M053", op, "enabled", word, "Pacemaker 1.0 wants true or false")
        return
    yield drop_attribute("M053", op, "enabled", "2.1 did not read enabled; the operation ran, and goes on running")
    yield decide(
        "M053",
        op,
        f"Operation {_of(op)} has {shown('enabled', written)}, which 2.1 did not read: it ran all the same, and goes "
        "on running. Is it to be disabled?",
        ('stray-enabled = "keep" really disables it',),
        attribute="enabled",
        before=shown("enabled", written),
        answer="stray-enabled",
    )


def rename_prereq(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M054: rename prereq to requires on start and promote, and drop it elsewhere.

    Source: `unpack_operation` of heartbeat 2.1.3 (January 2008), which compares without case and lets any operation
    wait; pacemaker-1.0 RelaxNG; Pacemaker 2 reads `requires` of start and promote alone and warns of others. Trigger:
    either attribute. Changes: the name and the case; another word goes, and so does `requires`, which 2.1 did not read;
    prereq of other operations goes, with a question where it made them wait.
    """
    for op in draft.all("op"):
        if op.get("requires") is not None:
            yield from drop_unread("M054", draft, op, "requires")
        written = op.get("prereq")
        if written is None:
            continue
        word = written.lower()
        if word not in _REQUIRES:
            yield drop_attribute("M054", op, "prereq", "heartbeat 2.1 does not have this word, and took its default")
        elif op.get("name") in ("start", "promote"):
            yield rename("M054", op, "prereq", "requires", "Pacemaker 1.0 calls it requires", word)
        elif word == "nothing" or op.get("name") not in ("stop", "demote"):
            reason = "it never had an effect there: only start and promote wait; later releases would warn of it"
            yield drop_attribute("M054", op, "prereq", reason)
        else:
            yield from _waiting(op, written)


def _waiting(op: etree._Element, written: str) -> Iterator[Note]:
    yield drop_attribute("M054", op, "prereq", "in Pacemaker only start and promote wait")
    yield decide(
        "M054",
        op,
        f"Operation {_of(op)} has {shown('prereq', written)}: without quorum heartbeat 2.1 did not run it. Pacemaker "
        "runs it always. cibtools dropped the attribute.",
        ("nothing else can be written: Pacemaker has no such condition",),
        attribute="prereq",
        before=shown("prereq", written),
    )


def rename_on_fail(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M055: on_fail becomes on-fail.

    Source: policy engine 0.6 (`unpack_operation`), which compares without case; pacemaker-1.0 RelaxNG. Trigger: either
    attribute. Changes: the name and the case; `nothing` is ignore, `migrate` restart; another word goes, and so does
    `on-fail`, which 2.1 did not read.
    """
    for op in draft.all("op"):
        if op.get("on-fail") is not None:
            yield from drop_unread("M055", draft, op, "on-fail")
        written = op.get("on_fail")
        if written is None:
            continue
        word = _ON_FAIL.get(written.lower())
        if word is None:
            yield drop_attribute("M055", op, "on_fail", "2.1 did not know this word, and took its default")
            continue
        yield rename("M055", op, "on_fail", "on-fail", "Pacemaker 1.0 spells it with a dash", word)
        if written.lower() == "migrate":
            yield decide(
                "M055",
                op,
                f"Operation {_of(op)} has {shown('on_fail', written)}: after a failure 2.1 moved the resource to "
                "another node. Pacemaker 1.0 has no such word; it is restarted where it is.",
                ("add migration-threshold=1 to the resource's meta_attributes to have it moved",),
                attribute="on_fail",
                before=shown("on_fail", written),
                after=shown("on-fail", word),
            )


def spell_roles(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M056: write an operation's role as Pacemaker 1.0 does.

    Source: policy engine 0.6 (`RecurringOp`): a recurring operation runs in its role, compared without case, so one
    with an unknown role never ran; roles of others are not read. Trigger: a role in other letters, an unknown one.
    Changes: the case; an unknown role goes, and what never ran is disabled.
    """
    for op in draft.all("op") if draft.mentions.attribute("role") else ():
        written = op.get("role")
        if written is None:
            continue
        role = ROLES.get(written.lower())
        if role is not None:
            if role != written:
                yield rewrite("M056", op, "role", role, "Pacemaker 1.0 spells it so")
        elif parse_time(op.get("interval")) == 0:
            yield drop_attribute("M056", op, "role", "2.1 reads the role of recurring operations only")
        else:
            yield from _unknown_role(op, written)


def _unknown_role(op: etree._Element, written: str) -> Iterator[Note]:
    yield drop_attribute("M056", op, "role", "there is no such role")
    if op.get("enabled") is None:
        yield add_attribute("M056", op, "enabled", "false", "in 2.1 it never ran, its resource never having that role")
    elif op.get("enabled") != "false":
        yield rewrite("M056", op, "enabled", "false", "in 2.1 it never ran, its resource never having that role")
    yield decide(
        "M056",
        op,
        f"Operation {_of(op)} has {shown('role', written)}, which is no role, so it never ran in 2.1: it is disabled.",
        ("in the new CIB take enabled=false away and give it the role that was meant, Master, Slave or Started",),
        attribute="role",
        before=shown("role", written),
        after='enabled="false"',
    )


def rename_start_delay(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M057: start_delay becomes start-delay.

    Source: policy engine 0.6; pacemaker-1.0 RelaxNG. Both engines add the delay to the timeout. Trigger: either
    attribute. Changes: the name; `start-delay` goes, which 2.1 did not read.
    """
    for op in draft.all("op"):
        if op.get("start-delay") is not None:
            yield from drop_unread("M057", draft, op, "start-delay")
        if op.get("start_delay") is not None:
            yield rename("M057", op, "start_delay", "start-delay", "Pacemaker 1.0 spells it with a dash")


def find_duplicates(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M059: point at two operations of one name and interval.

    Source: every engine uses the first and logs an error. Trigger: the same name and interval, whatever the units, in
    one resource. Changes: nothing.
    """
    for operations in draft.iter("operations"):
        ops = [*operations.iterchildren("op")]
        if len({op.get("name") for op in ops}) == len(ops):
            continue
        seen: dict[tuple[str, int | str], etree._Element] = {}
        for op in ops:
            interval = op.get("interval", "")
            time = parse_time(interval)
            first = seen.setdefault((op.get("name", ""), interval if time is None else time), op)
            if first is not op:
                yield decide(
                    "M059",
                    op,
                    f"Operation '{op.get('id', '')}' is a second {_of(op)}: every release uses the first, "
                    f"'{first.get('id', '')}', and logs an error.",
                    ("delete the one that is not meant, or change its interval",),
                )
