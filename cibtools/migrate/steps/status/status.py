"""M110 and M111: the status section, dropped or kept."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers, StatusChoice
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.reference import Directory
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add_attribute, drop, drop_attribute, rewrite, shown_all

_DASHED = {
    name: name.replace("_", "-")
    for name in (
        "op_status", "rc_code", "call_id", "transition_key", "transition_magic", "op_digest", "op_restart_digest",
        "op_force_restart", "last_run", "last_rc_change", "exec_time", "queue_time",
    )
}  # fmt: skip


def drop_status(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M110: remove the status section.

    Source: SLE HA 11 is reached with all nodes down, and no release writes the status to disk; it comes from a
    `cibadmin -Q` only. Trigger: anything in the status, unless it is to be kept. Changes: it goes.
    """
    section = draft.section("status")
    if section is None or answers.status is StatusChoice.KEEP:
        return
    for child in [*section.iterchildren("*")]:
        yield drop("M110", child, "the cluster finds out its status when it starts")


def keep_status(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M111: rewrite the status as Pacemaker 1.0 has it.

    Source: `lrm_rsc_op` of both releases; policy engine 1.0, which stops and forgets a resource whose recorded agent is
    not the configured one; `common_apply_stickiness` of heartbeat 2.1.3 (January 2008), which counts the failures of a
    clone's instance under `fail-count-CHILD:N` alone. Trigger: a status that is to be kept. Changes: names of
    attributes; class and provider of a recorded resource as M041 writes them for the resource itself; a fail-count of a
    clone's child without a number goes.
    """
    section = draft.section("status")
    if section is None or answers.status is not StatusChoice.KEEP:
        return
    yield from _drop_uncounted(draft, section)
    for operation in [*section.iter("lrm_rsc_op")]:
        yield from _dash(operation)
    for resource in [*section.iter("lrm_resource")]:
        yield from _same_agent(resource)


def _drop_uncounted(draft: Draft, section: etree._Element) -> Iterator[Note]:
    cloned = Directory(draft).cloned
    for pair in [*section.iter("nvpair")] if cloned else ():
        name = pair.get("name", "")
        if name.startswith("fail-count-") and name.removeprefix("fail-count-") in cloned:
            yield drop("M111", pair, "heartbeat 2.1 counts failures for each instance; Pacemaker would count this too")


def _dash(operation: etree._Element) -> Iterator[Note]:
    old = {name: operation.get(name, "") for name in _DASHED if name in operation.attrib}
    if not old:
        return
    new = {_DASHED[name]: value for name, value in old.items()}
    # 2.1 read its own spelling only, so that one holds.
    old |= {name: operation.get(name, "") for name in new if name in operation.attrib}
    for name in old:
        del operation.attrib[name]
    for name, value in new.items():
        operation.set(name, value)
    reason = "Pacemaker 1.0 spells them with a dash"
    yield Note("M111", ChangeKind.RENAMED, operation, "", shown_all(old), shown_all(new), reason)


def _same_agent(resource: etree._Element) -> Iterator[Note]:
    reason = "the recorded agent has to be the configured one, or the resource is stopped"
    family = resource.get("class")
    if family is not None and family != family.lower():
        yield rewrite("M111", resource, "class", family.lower(), reason)
    match resource.get("class"), resource.get("provider"):
        case "ocf", None:
            yield add_attribute("M111", resource, "provider", "heartbeat", reason)
        case str(other), str() if other != "ocf":
            yield drop_attribute("M111", resource, "provider", reason)
