"""M052 and M053: whether an operation is disabled."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_boolean, parse_time
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import ONCE, named_operation
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, drop, drop_attribute, rename, rewrite, shown


def write_enabled(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M052: replace disabled with enabled. M053: remove an enabled that heartbeat 2.1 ignored.

    Source: `find_rsc_op_entry` of heartbeat 2.1.3 (January 2008) reads `disabled` as a boolean, passes over the entry
    as a whole, and knows no `enabled`, which the HASI guide recommends; Pacemaker reads the other attributes of a
    disabled entry. Witness: tests/migrate/inert.toml. Trigger: either. Changes: `disabled` becomes `enabled="false"` or
    goes; what a disabled entry says of failures and prerequisites goes, and so does a disabled entry that would only
    set a timeout; `enabled` goes, unless the answer `stray-enabled` is `keep`.
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
    if name in ONCE or not parse_time(op.get("interval") or "0"):
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
        f"Operation {named_operation(op)} has {shown('enabled', written)}. heartbeat 2.1 does not read enabled "
        "and ran the operation. cibtools removed the attribute, so that it runs on.",
        ('stray-enabled = "keep" keeps the attribute (disables the operation)',),
        attribute="enabled",
        before=shown("enabled", written),
        answer="stray-enabled",
    )
