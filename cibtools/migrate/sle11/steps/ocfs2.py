"""M127: OCFS2 gets the base that it has under Pacemaker: lock manager and o2cb."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import drop_pair, parameters, put
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide
from cibtools.migrate.sle11.base_clone import add_clone, not_whole, share
from cibtools.migrate.sle11.blueprint import DLM, O2CB
from cibtools.migrate.sle11.foundation import agents, clone_around, ocfs2_mounts

_OCFS2_GONE = frozenset(("ocfs2_cluster", "ocfs2_configfs"))


def support_ocfs2(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M127: add the lock manager (dlm) and o2cb for OCFS2.

    Source: SLE HA 11, OCFS2 and cLVM. Trigger: a Filesystem resource with fstype=ocfs2; clvmd. Changes: clones of
    ocf:pacemaker:controld and ocf:ocfs2:o2cb unless there are any, `interleave=true` on the mount's clone, and the
    parameters go that the agent lost.
    """
    if not answers.converts_stack:
        return
    mounts = ocfs2_mounts(draft)
    wanted = [(DLM, ("controld",), "OCFS2 and clvmd lock through it")] if mounts or agents(draft, "clvmd") else []
    wanted += [(O2CB, ("o2cb",), "OCFS2 runs on it under Pacemaker")] if mounts else []
    for blueprint, types, reason in wanted:
        found = agents(draft, *types)
        if found:
            yield from share("M127", draft, found[0], reason)
        elif "resources" not in draft.known:
            yield not_whole("M127", f"ocf:{blueprint.provider}:{blueprint.type}")
        else:
            yield add_clone("M127", draft, blueprint, reason)
    for mount in mounts:
        yield from _fit_mount(draft, mount)
    if mounts:
        names = ", ".join(mount.get("id", "") for mount in mounts)
        yield decide(
            "M127", mounts[0],
            f"OCFS2 ({names}) runs under Pacemaker's lock manager from now on, and a volume knows which stack it "
            "belongs to. Before the first mount it must be told, with dlm and o2cb running and mounted nowhere. Will "
            "that be done?",
            ('yes, with tunefs.ocfs2 as the reminders say: accept = ["M127"]',),
        )  # fmt: skip


def _fit_mount(draft: Draft, mount: etree._Element) -> Iterator[Note]:
    for pair in [pair for pair in parameters(mount) if pair.get("name") in _OCFS2_GONE]:
        yield drop_pair("M127", pair, "the agent of SLE HA 11 has no such parameter")
    clone = clone_around(mount)
    if clone is not None:
        reason = "without it a joining node makes the others unmount and mount again"
        yield from put("M127", draft, clone, "meta_attributes", "interleave", "true", reason)
        return
    yield decide(
        "M127", mount,
        f"{mount.get('id')} mounts OCFS2 and is not cloned; the agent of SLE HA 11 refuses that. Is it to be mounted "
        "on all nodes?",
        ("put a clone with interleave=true around it in the input",
         "mount another file system, if one node at a time is enough"),
    )  # fmt: skip
