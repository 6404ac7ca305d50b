"""Clones that storage stands on: share the one there is, add one, or say that the input is not known in full."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.draft.draft import RESOURCE_TAGS, Draft
from cibtools.migrate.heartbeat.nvset import put
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add, decide, rewrite, start_tag, whole_text
from cibtools.migrate.sle11.blueprint import Blueprint, build_clone, wrap_in_clone
from cibtools.migrate.sle11.foundation import clone_around

REFERENCES = ("rsc", "with-rsc", "first", "then")
"""Attributes of constraints that name a resource, in the dialect of Pacemaker 1.0."""


def share(step: str, draft: Draft, primitive: etree._Element, reason: str) -> Iterator[Note]:
    """See to it that a primitive is cloned, each instance waiting for those of its own node only."""
    clone = clone_around(primitive)
    if clone is None:
        before = start_tag(primitive)
        top = primitive
        while (above := top.getparent()) is not None and above.tag in RESOURCE_TAGS:
            top = above
        clone = wrap_in_clone(draft, top)
        yield Note(step, ChangeKind.ADDED, clone, "", before, whole_text(clone), reason)
        for constraint in draft.constraints():
            for name in REFERENCES:
                if constraint.get(name) == top.get("id"):
                    yield rewrite(step, constraint, name, clone.get("id", ""), "the clone is what constraints may name")
        return
    yield from put(step, draft, clone, "meta_attributes", "interleave", "true",
                   "else a joining node restarts what runs on the others")  # fmt: skip


def add_clone(step: str, draft: Draft, blueprint: Blueprint, reason: str) -> Note:
    """Add a clone of that blueprint to the resources."""
    clone = build_clone(draft, blueprint)
    return add(step, draft, draft.need_section("resources", draft.top), clone, reason, cause=None)


def not_whole(step: str, what: str) -> Note:
    """Ask whether there is such a clone, since the input does not hold all resources."""
    return decide(
        step, None,
        f"A clone of {what} is needed, but the input does not hold all resources, so none was made. Is there one?",
        ("give the whole CIB, and it is made if there is none",),
    )  # fmt: skip
