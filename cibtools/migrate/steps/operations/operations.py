"""M050 and M054 to M057: attributes of operations, and what heartbeat 2.1 made of odd ones."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_time
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import named_operation
from cibtools.migrate.heartbeat.condition import drop_unread
from cibtools.migrate.heartbeat.value import ROLES
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add_attribute, decide, drop, drop_attribute, rename, rewrite, shown

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
    """M050: remove what was no operation.

    Source: policy engine 0.6, which looks an op up by its name; pacemaker-1.0 RelaxNG, where `operations` has an id at
    most. Trigger: attributes of `operations`, an op without a name. Changes: they go.
    """
    for operations in draft.iter("operations"):
        for name in [str(name) for name in operations.attrib if name != "id"]:
            yield drop_attribute("M050", operations, name, "2.1 read no attribute of operations")
    for op in draft.iter("op"):
        if not op.get("name"):
            yield drop("M050", op, "an operation without a name was never used")


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
        f"Operation {named_operation(op)} has {shown('prereq', written)}: without quorum heartbeat 2.1 did not "
        "run it. Pacemaker runs it always. cibtools dropped the attribute.",
        ("nothing else can be written: Pacemaker has no such condition",),
        attribute="prereq",
        before=shown("prereq", written),
    )


def rename_on_fail(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M055: rename on_fail to on-fail.

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
                f"Operation {named_operation(op)} has {shown('on_fail', written)}: after a failure heartbeat 2.1 "
                "moved the resource to another node. Pacemaker 1.0 has no such word. cibtools wrote on-fail=restart: "
                "the resource is restarted on its node.",
                ("to have it moved, add migration-threshold=1 to the meta_attributes of the resource",),
                attribute="on_fail",
                before=shown("on_fail", written),
                after=shown("on-fail", word),
            )


def spell_roles(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M056: write the role of each operation as Pacemaker 1.0 does.

    Source: policy engine 0.6 (`RecurringOp`): a recurring operation runs in its role, compared without case, so one
    with an unknown role never ran; roles of others are not read. Witness: tests/migrate/inert.toml. Trigger: a role in
    other letters, an unknown one. Changes: the case; an unknown role goes, and what never ran is disabled.
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
        f"Operation {named_operation(op)} has {shown('role', written)}, which is no role. heartbeat 2.1 never ran "
        "the operation. cibtools disabled it.",
        ("to have it run, write role Master, Slave or Started in the input",),
        attribute="role",
        before=shown("role", written),
        after='enabled="false"',
    )


def rename_start_delay(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M057: rename start_delay to start-delay.

    Source: policy engine 0.6; pacemaker-1.0 RelaxNG. Both engines add the delay to the timeout. Trigger: either
    attribute. Changes: the name; `start-delay` goes, which 2.1 did not read.
    """
    for op in draft.all("op"):
        if op.get("start-delay") is not None:
            yield from drop_unread("M057", draft, op, "start-delay")
        if op.get("start_delay") is not None:
            yield rename("M057", op, "start_delay", "start-delay", "Pacemaker 1.0 spells it with a dash")
