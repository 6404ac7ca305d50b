"""Everything that a migration to another stack gives besides the CIB."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.migrate.answers import Answers, Stack
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.product import NewFile, Products
from cibtools.migrate.sle11.corosync import legacy_text, modern_text
from cibtools.migrate.sle11.domufile import new_domu_files
from cibtools.migrate.sle11.membership import Membership
from cibtools.migrate.sle11.reminder import reminders
from cibtools.migrate.sle11.steps.hacf import settled_membership


def produce(draft: Draft, answers: Answers) -> Products:
    """The configuration of the new stack, the domU files with new paths, and the reminders; nothing for heartbeat."""
    if not answers.converts_stack:
        return Products()
    membership = settled_membership(draft)
    configuration = _configuration(membership, answers.stack) if membership else ()
    return Products((*configuration, *new_domu_files(draft, answers)), tuple(reminders(draft, answers, membership)))


def _configuration(membership: Membership, stack: Stack) -> Iterator[NewFile]:
    text = legacy_text(membership, stack).encode()
    if stack is Stack.OPENAIS:
        yield NewFile("openais.conf", text, "/etc/ais/openais.conf", "membership and Pacemaker on SLE HA 11")
        return
    yield NewFile(
        "corosync.conf", text, "/etc/corosync/corosync.conf", "membership and Pacemaker on SLE HA 11 SP1 or later"
    )
    yield NewFile(
        "corosync-3.conf", modern_text(membership).encode(), "/etc/corosync/corosync.conf",
        "the same for corosync 3, for a later release; not for SLE HA 11",
    )  # fmt: skip
