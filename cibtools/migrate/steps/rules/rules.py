"""M060 to M063, M066 and M067: rules, in locations, attribute sets and lifetimes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.condition import (
    always,
    conditions,
    drop_unread,
    everywhere,
    is_location_rule,
    is_or,
    never,
    read_rules,
)
from cibtools.migrate.heartbeat.value import ROLES, read_score
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, add_attribute, decide, drop, drop_attribute, move, rename, rewrite, shown

_DOUBLE = ("0", "INFINITY", "-INFINITY")
"""Scores that are the same however often they are added."""


def _has(rule: etree._Element, *names: str) -> bool:
    return any(rule.get(name) is not None for name in names)


def _is_plainly_scored(rule: etree._Element) -> bool:
    """True for a rule with a score that no release could read otherwise, and nothing else in its place."""
    score = rule.get("score", "")
    if _has(rule, "score_attribute", "score_attribute_mangled", "score-attribute"):
        return False
    return score in ("INFINITY", "-INFINITY") or (len(score) < 7 and score.isascii() and score.isdecimal())


def spell_boolean(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M060: rename boolean_op to boolean-op.

    Source: policy engine 0.6 compares it with "or" without case, all else is and; pacemaker-1.0 RelaxNG. Witness:
    tests/migrate/inert.toml. Trigger: either attribute. Changes: the name and the word; `boolean-op` goes, which 2.1
    did not read.
    """
    for rule in read_rules(draft, [rule for rule in draft.all("rule") if _has(rule, "boolean_op", "boolean-op")]):
        if rule.get("boolean-op") is not None:
            yield from drop_unread("M060", draft, rule, "boolean-op")
        written = rule.get("boolean_op")
        if written is not None:
            word = "or" if written.lower() == "or" else "and"
            yield rename(
                "M060", rule, "boolean_op", "boolean-op", "Pacemaker 1.0 spells it so; all but or is and", word
            )


def one_score(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M061: give each rule either a score or a score-attribute. M062: rename score_attribute to score-attribute.

    Source: policy engine 0.6 (`generate_location_rule`): a score beats score_attribute, this beats
    score_attribute_mangled, which means the same; none is 0. Witness: tests/migrate/inert.toml. Trigger: another number
    than one of them, a score that is no number, the underscore. Changes: the one that counted stays, in Pacemaker's
    spelling.
    """
    for rule in read_rules(draft, [rule for rule in draft.all("rule") if not _is_plainly_scored(rule)]):
        if rule.get("score-attribute") is not None:
            yield from drop_unread("M062", draft, rule, "score-attribute")
        score = rule.get("score")
        names = [name for name in ("score_attribute", "score_attribute_mangled") if rule.get(name) is not None]
        if score is not None:
            yield from _score(rule, score)
        elif names:
            reason = "Pacemaker 1.0 spells it with a dash"
            if names[0] != "score_attribute":
                reason = "2.1 read it as it did score_attribute, which Pacemaker 1.0 spells with a dash"
            yield rename("M062", rule, names.pop(0), "score-attribute", reason)
        elif rule.get("score-attribute") is None:
            yield add_attribute("M061", rule, "score", "0", "a rule needs a score; none was 0")
        for name in names:
            yield drop_attribute("M061", rule, name, "the other one was stronger")


def _score(rule: etree._Element, written: str) -> Iterator[Note]:
    reading = read_score(written)
    if reading.text == written:
        return
    yield rewrite("M061", rule, "score", reading.text, "2.1 read it so")
    if reading.doubtful and is_location_rule(rule):
        yield decide(
            "M061",
            rule,
            f"Rule '{rule.get('id', '')}' has {shown('score', written)}, which 2.1 read as {reading.text}.",
            ("write the score that was meant",),
            attribute="score",
            before=shown("score", written),
            after=shown("score", reading.text),
        )


def rule_roles(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M063: write the role of each rule as Pacemaker 1.0 does.

    Source: policy engine 0.6 (`generate_location_rule`): a rule with an unknown role is passed over, one for slaves is
    never applied; only the rules directly in a location have a role. Witness: tests/migrate/inert.toml. Trigger: a
    role. Changes: its case; a rule with an unknown one goes, and so does the role of any other rule.
    """
    for rule in read_rules(draft, [rule for rule in draft.all("rule") if _has(rule, "role")]):
        written = rule.get("role")
        if written is None:
            continue
        role = ROLES.get(written.lower())
        if not is_location_rule(rule):
            yield drop_attribute("M063", rule, "role", "2.1 read the role of a location's own rules only")
        elif role is None:
            yield drop("M063", rule, f"2.1 passed over a rule with {shown('role', written)}, which is no role")
        else:
            if role != written:
                yield rewrite("M063", rule, "role", role, "Pacemaker 1.0 spells it so")
            if role == "Slave":
                yield decide(
                    "M063",
                    rule,
                    f"Rule '{rule.get('id', '')}' is for slaves: 2.1 and Pacemaker 1.0 never apply it, 2.x does.",
                    ("delete the rule to keep what 2.1 did on every release",),
                    attribute="role",
                    before=shown("role", written),
                )


def split_additive(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M066: split an or-rule whose score heartbeat 2.1 added for each part.

    Source: policy engine 0.6 (`generate_location_rule`) adds the score of an or-rule once for each true part; Pacemaker
    adds it once, but adds up several rules. Trigger: an or-rule directly in a location, with two parts or more, and a
    finite score or a score-attribute. Changes: one rule for each part, with ids `<id>-1` and so on.
    """
    for rule in read_rules(draft, [rule for rule in draft.all("rule") if is_or(rule) and is_location_rule(rule)]):
        if rule.get("score") in _DOUBLE:
            continue
        parts = conditions(rule)
        if len(parts) > 1:
            yield from _split(draft, rule, parts)


def _split(draft: Draft, rule: etree._Element, parts: list[etree._Element]) -> Iterator[Note]:
    location, identity = rule.getparent(), rule.get("id")
    assert location is not None
    reason = "2.1 added the score of an or-rule once for each part that was true; several rules still add up"
    yield drop_attribute("M066", rule, "boolean-op", reason)
    if identity:
        yield rewrite("M066", rule, "id", draft.book(f"{identity}-1", "rule"), "it is one of several now")
    index = location.index(rule)
    for number, part in enumerate(parts[1:], start=2):
        made = etree.Element("rule")
        if identity:
            made.set("id", draft.book(f"{identity}-{number}", "rule"))
        for name in ("score", "score-attribute", "role"):
            if rule.get(name) is not None:
                made.set(name, rule.get(name, ""))
        yield add("M066", draft, location, made, reason, cause=rule, index=index + number - 1)
        yield move("M066", part, made, reason)
    weight = f"score {rule.get('score')}" if rule.get("score") is not None else f"the {rule.get('score-attribute')}"
    yield decide(
        "M066",
        rule,
        f"Rule '{identity or ''}' is an or-rule of {len(parts)} parts with {weight}, which 2.1 added for each part "
        "that was true. That is kept, as one rule for each; was the addition meant?",
        ('keep one rule with boolean-op="or" in the new CIB if its score was to count once',),
        before=shown("id", identity) if identity else "",
    )


def fill_empty(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M067: fill or remove empty rules.

    Source: policy engine 0.6: without any part, an and-rule is true, an or-rule false. Witness:
    tests/migrate/inert.toml. Trigger: a rule without parts. Changes: in a location it holds on every node and says so;
    elsewhere the rule goes, and with a rule that was never true all that depended on it.
    """
    for rule in read_rules(
        draft, [rule for rule in draft.all("rule") if not conditions(rule) and "id-ref" not in rule.attrib]
    ):
        if is_or(rule):
            yield never("M067", rule, "an or-rule without parts is never true")
        elif is_location_rule(rule):
            yield everywhere("M067", draft, rule, 0)
        else:
            yield from always("M067", draft, rule, "an and-rule without parts is always true")
