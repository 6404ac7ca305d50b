"""Rules by their truth in 2.1: what becomes of a rule when a part of it could never, or would always, hold.

Pacemaker 1.0's language cannot spell such parts, and taking one out alone could turn the meaning round: an attribute
set whose only rule goes applies always, while in 2.1 it never did. So the verdict climbs until it finds what may go.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.draft.draft import SET_TAGS, Draft
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, decide, drop, drop_attribute, shown

CONDITIONS = ("expression", "date_expression", "rule")
"""What a rule is made of."""


def conditions(rule: etree._Element) -> list[etree._Element]:
    """The direct parts of a rule."""
    return [*rule.iterchildren(*CONDITIONS)]


def is_or(rule: etree._Element) -> bool:
    """True if one true part makes the rule true; from M060 on."""
    return rule.get("boolean-op") == "or"


def read_rules(draft: Draft, selected: list[etree._Element]) -> Iterator[etree._Element]:
    """Rules, or parts of rules, that 2.1 read and that are still there; a location with node and score hid its own."""
    hidden = {
        part
        for location in (draft.constraints("rsc_location") if selected else ())
        if location.get("node") is not None and location.get("score") is not None
        for rule in location.iterchildren("rule")
        for part in rule.iter(*CONDITIONS)
    }
    for found in selected:
        if found not in hidden and draft.is_live(found):
            yield found


def is_location_rule(rule: etree._Element) -> bool:
    """True for a rule directly in a rsc_location: the only kind whose score and role count."""
    parent = rule.getparent()
    return parent is not None and parent.tag == "rsc_location"


def named(element: etree._Element) -> str:
    """A part of a rule as a message names it, by the nearest id that the file has for it."""
    identity = element.get("id")
    if identity:
        return f"{element.tag} '{identity}'"
    above = next((found for found in element.iterancestors() if found.get("id")), None)
    return element.tag if above is None else f"{element.tag} in {above.tag} '{above.get('id')}'"


def never(step: str, element: etree._Element, reason: str) -> Note:
    """Take out a part that was never true, with all that it kept from ever applying."""
    target = element
    while (parent := target.getparent()) is not None:
        if parent.tag == "rule":
            if is_or(parent) and len(conditions(parent)) > 1:
                break
        elif target.tag == "rule" and parent.tag in (*SET_TAGS, "lifetime"):
            if len([*parent.iterchildren("rule")]) > 1:
                break
        elif target.tag != "lifetime":
            break
        target = parent
    return drop(step, target, reason if target is element else f"{reason}, so this had no effect")


def always(step: str, draft: Draft, element: etree._Element, reason: str) -> Iterator[Note]:
    """Take out a part that was always true, and what it made true."""
    target = element
    while (parent := target.getparent()) is not None and parent.tag == "rule":
        if not is_or(parent) and len(conditions(parent)) > 1:
            break
        if is_location_rule(parent):
            index = parent.index(target)
            yield drop(step, target, reason)
            yield everywhere(step, draft, parent, index)
            return
        target = parent
    home = target.getparent()
    if home is not None and home.tag in SET_TAGS and target.tag == "rule":
        for rule in [*home.iterchildren("rule")]:
            yield drop(step, rule, f"{reason}, so the set applied always")
    elif home is not None and home.tag == "lifetime":
        yield drop(step, home, f"{reason}, so the lifetime never ended")
    elif target.tag == "rule" and is_location_rule(target):
        yield everywhere(step, draft, target, 0)
    else:
        yield drop(step, target, reason)


def everywhere(step: str, draft: Draft, rule: etree._Element, index: int) -> Note:
    """Say in a location's rule that it holds on every node."""
    made = etree.Element("expression")
    if identity := rule.get("id"):
        made.set("id", draft.book(f"{identity}-expression", "expression"))
    made.set("attribute", "#uname")
    made.set("operation", "defined")
    return add(step, draft, rule, made, "the rule held on every node; a rule must say so", cause=rule, index=index)


def drop_unread(step: str, draft: Draft, element: etree._Element, name: str) -> Iterator[Note]:
    """Take away an attribute in the spelling of Pacemaker 1.0, which 2.1 did not read, and ask."""
    value = element.get(name)
    if value is None or element in draft.created:
        return
    written = shown(name, value)
    yield drop_attribute(step, element, name, f"2.1 did not read {name}, spelt so; it would take effect from now on")
    yield decide(
        step,
        element,
        f"{named(element)} has {written}, which had no effect in 2.1 and would have one now: it was left out.",
        (f"add {written} to the new CIB if it is meant",),
        attribute=name,
        before=written,
    )
