"""M070: the lifetime of a constraint."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.condition import never
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, add_attribute, decide, drop, drop_attribute, move, rewrite

_FOLDED = "the lifetime is a condition of the rule, which every release understands"


def rewrite_lifetimes(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M070: fold the lifetime of a location into its rules; move the others.

    Source: policy engine 0.6: the rules of the first lifetime are ored and tested without a node, so that no expression
    about one is ever true; without rules it never ends. pacemaker-1.0 RelaxNG: it comes last and has no id. Witness:
    tests/migrate/inert.toml. Trigger: a lifetime. Changes: in a location with rules each becomes an and-rule of itself
    and the lifetime; elsewhere the lifetime loses its id and stands last.
    """
    read: set[etree._Element] = set()
    for lifetime in draft.iter("lifetime"):
        constraint = lifetime.getparent()
        if constraint is None or not draft.is_live(lifetime):
            continue
        if constraint in read:
            yield drop("M070", lifetime, "2.1 read the first lifetime of a constraint only")
            continue
        read.add(constraint)
        if next(lifetime.iterchildren("rule"), None) is None:
            yield drop("M070", lifetime, "a lifetime without rules never ended")
            continue
        yield from _without_nodes(draft, lifetime)
        if not draft.is_live(lifetime):
            continue
        hidden = constraint.get("node") is not None and constraint.get("score") is not None
        rules = [] if hidden else [*constraint.iterchildren("rule")]
        if constraint.tag == "rsc_location" and not hidden:
            yield from _fold(draft, constraint, lifetime, rules)
        else:
            yield from _keep(constraint, lifetime)


def _without_nodes(draft: Draft, lifetime: etree._Element) -> Iterator[Note]:
    for expression in [*lifetime.iter("expression")]:
        if draft.is_live(expression):
            yield never("M070", expression, "a lifetime is tested without a node, where no node attribute matches")


def _keep(constraint: etree._Element, lifetime: etree._Element) -> Iterator[Note]:
    if lifetime.get("id") is not None:
        yield drop_attribute("M070", lifetime, "id", "a lifetime has no id in Pacemaker 1.0")
    if len(constraint) and constraint[-1] is not lifetime:
        yield move("M070", lifetime, constraint, "it stands after the rules")
    yield decide(
        "M070",
        constraint,
        f"{constraint.tag} '{constraint.get('id', '')}' has a lifetime. Every release up to Pacemaker 2.x reads it, "
        "though it is deprecated; 3.0 drops it, and the constraint would always apply.",
        ("delete the constraint if its time is over", "delete the lifetime if the constraint is to stay"),
    )


def _fold(
    draft: Draft, location: etree._Element, lifetime: etree._Element, rules: list[etree._Element]
) -> Iterator[Note]:
    if not rules:
        yield drop("M070", lifetime, "there is no rule whose time it could limit")
        return
    term: etree._Element | None = None
    for rule in rules:
        outer = etree.Element("rule")
        if location.get("id"):
            outer.set("id", draft.book(f"{location.get('id')}-rule", "rule"))
        index = location.index(rule)
        weight = [*_hand_over(rule, outer)]
        outer.set("boolean-op", "and")
        yield add("M070", draft, location, outer, _FOLDED, cause=lifetime, index=index)
        yield from weight
        yield move("M070", rule, outer, _FOLDED)
        if term is None:
            yield from _move_term(draft, lifetime, outer)
            term = outer[1]
        else:
            yield add("M070", draft, outer, _copied(draft, term), _FOLDED, cause=lifetime)
    for comment in [*lifetime]:
        location.append(comment)
    yield drop("M070", lifetime, _FOLDED)


def _hand_over(rule: etree._Element, outer: etree._Element) -> Iterator[Note]:
    """Give a rule's score and role to the rule around it."""
    for name in ("score", "score-attribute", "role"):
        value = rule.get(name)
        if value is None:
            continue
        outer.set(name, value)
        reason = f"the rule around it has its {name}"
        if name != "score":
            yield drop_attribute("M070", rule, name, reason)
        elif value != "0":
            yield rewrite("M070", rule, name, "0", reason)
    if rule.get("score") is None:
        yield add_attribute("M070", rule, "score", "0", "a rule needs a score")


def _move_term(draft: Draft, lifetime: etree._Element, outer: etree._Element) -> Iterator[Note]:
    """Put a lifetime's rules at the end of a rule, ored if there are several."""
    rules = [*lifetime.iterchildren("rule")]
    home = outer
    if len(rules) > 1:
        home = etree.Element("rule")
        if outer.get("id"):
            home.set("id", draft.book(f"{outer.get('id')}-lifetime", "rule"))
        home.set("score", "0")
        home.set("boolean-op", "or")
        yield add("M070", draft, outer, home, "one of the lifetime's rules must be true", cause=lifetime)
    for rule in rules:
        yield move("M070", rule, home, _FOLDED)


def _copied(draft: Draft, term: etree._Element) -> etree._Element:
    """The same rules once more, with ids of their own."""
    copy = deepcopy(term)
    copy.tail = None
    for found in copy.iter("*"):
        if found.get("id"):
            found.set("id", draft.book(found.get("id", ""), str(found.tag)))
    return copy
