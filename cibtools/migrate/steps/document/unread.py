"""M008: what only Pacemaker reads, in a CIB that ran with heartbeat 2.1."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, drop, drop_attribute, shown_all, start_tag, whole_text

_ENDS = ("from", "to")
_NEWER = {
    "rsc_order": ("first", "then", "first-action", "then-action", "kind"),
    "rsc_colocation": ("rsc", "with-rsc", "rsc-role", "with-rsc-role", "node-attribute"),
}
"""Attributes that only Pacemaker reads."""
_RESOURCES = ("master", "bundle", "template")
_SECTIONS = ("rsc_defaults", "op_defaults")
_SETS = ("instance_attributes", "meta_attributes", "operations")
_UNREAD = "heartbeat 2.1 did not read it"


def drop_unread(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M008: drop what heartbeat 2.1 did not read and Pacemaker would.

    Source: crm-1.0 DTD; policy engine 0.6, which refuses an order or a colocation without `from` and `to` and knows no
    resource by these names. Witness: tests/migrate/inert.toml. Trigger: orders with `first`, `then` or sets,
    colocations with `rsc`, `with-rsc` or sets; their attributes beside `from` and `to`; `master`, `bundle`, `template`;
    `rsc_defaults` and `op_defaults` with something in them; sets that are only a reference by `id-ref`. Changes: each
    goes, with a question of its own.
    """
    for constraint in draft.constraints("rsc_order", "rsc_colocation"):
        yield from _constraint(constraint)
    for resource in [found for section in draft.configuration.iterchildren("resources") for found in section.iter("*")]:
        if resource.tag in _RESOURCES:
            yield from _whole(resource)
    for section in [*draft.configuration.iterchildren(*_SECTIONS)]:
        if next(section.iter("nvpair"), None) is not None:
            yield from _whole(section)
    for nvset in [*draft.configuration.iter(*_SETS)]:
        if "id-ref" in nvset.attrib and next(nvset.iter("nvpair", "op"), None) is None:
            yield from _whole(nvset)


def _constraint(constraint: etree._Element) -> Iterator[Note]:
    newer = {name: constraint.get(name, "") for name in _NEWER[str(constraint.tag)] if name in constraint.attrib}
    sets = [*constraint.iterchildren("resource_set")]
    if not newer and not sets:
        return
    if not any(name in constraint.attrib for name in _ENDS):
        yield from _whole(constraint)
        return
    text = " ".join([shown_all(newer), *map(whole_text, sets)]).strip()
    for name in newer:
        yield drop_attribute("M008", constraint, name, _UNREAD)
    for found in sets:
        yield drop("M008", found, _UNREAD)
    yield decide(
        "M008",
        constraint,
        f"{constraint.tag} '{constraint.get('id', '')}' has words that only Pacemaker reads: {text}. Heartbeat 2.1 "
        "read from and to. cibtools dropped the other words.",
        (f"if they are meant, add them to the new CIB: {text}",),
        before=text,
    )


def _whole(element: etree._Element) -> Iterator[Note]:
    """Drop an element, and ask about it."""
    text, tag = whole_text(element), start_tag(element)
    parent = element.getparent()
    around = f" of {parent.tag} '{parent.get('id')}'" if parent is not None and parent.get("id") else ""
    yield drop("M008", element, _UNREAD)
    yield decide(
        "M008",
        element,
        f"{tag}{around} is in Pacemaker's dialect. Heartbeat 2.1 did not read it, so it had no effect. cibtools "
        "dropped it.",
        (f"if it is meant, add it to the new CIB: {text}",),
        before=text,
    )
