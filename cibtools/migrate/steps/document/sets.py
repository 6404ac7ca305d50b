"""M006, M007 and the scores of sets: what several sets below one parent say together, for every engine alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, takewhile

from lxml import etree

from cibtools.backup.cib.tree import is_comment
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import SET_TAGS, Draft
from cibtools.migrate.heartbeat.nvset import by_strength, is_conditional, state_scores
from cibtools.migrate.heartbeat.value import read_score
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, add_attribute, decide, drop, move, rewrite


def join_rules(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M006: join several rules of a set into one.

    Source: policy engine 0.6 (`test_ruleset`: one rule that is true is enough, none at all is true too) and the
    pacemaker-1.0 RelaxNG. Trigger: a set with several rules, or with one that is empty. Changes: several rules come
    into one `or`; an empty rule was always true, so that no rule is left, or never if it is an `or`, and then it goes.
    """
    for nvset in dict.fromkeys(rule.getparent() for rule in draft.iter("rule")):
        if nvset is None or nvset.tag not in SET_TAGS:
            continue
        rules = [*nvset.iterchildren("rule")]
        empty = [rule for rule in rules if next(rule.iterchildren("*"), None) is None]
        if any(not _is_or(rule) for rule in empty):
            for rule in rules:
                yield drop("M006", rule, "a rule without an expression is always true, so the set holds everywhere")
            continue
        if empty and len(empty) == len(rules):
            yield drop("M006", nvset, "no rule of the set can be true: an `or` without an expression never is")
            continue
        for rule in empty:
            yield drop("M006", rule, "an `or` without an expression is never true")
        rest = [rule for rule in rules if rule not in empty]
        if len(rest) > 1:
            yield from _join(draft, nvset, rest)


def _is_or(rule: etree._Element) -> bool:
    return (rule.get("boolean_op") or rule.get("boolean-op") or "").strip().lower() == "or"


def _join(draft: Draft, nvset: etree._Element, rules: list[etree._Element]) -> Iterator[Note]:
    reason = "a set takes one rule; one of several being true was enough"
    made = etree.Element("rule", {"id": draft.book(f"{nvset.get('id', '')}-rule", "rule")})
    made.set("boolean-op", "or")
    made.set("score", "0")
    yield add("M006", draft, nvset, made, reason, cause=rules[0], index=nvset.index(rules[0]))
    for rule in rules:
        yield move("M006", rule, made, reason)
        if rule.get("score") is None and rule.get("score_attribute") is None:
            yield add_attribute("M006", rule, "score", "0", "a rule needs a score; in a set it has no effect")


def normalise_scores(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M034: write booleans as true or false, and scores as whole numbers.

    Here: the scores of sets. Source: `char2score` of policy engine 0.6. Trigger: a score that is not written as the
    engine read it. Changes: the number that was in force; asks where the author can hardly have meant it.
    """
    for nvset in draft.iter(*SET_TAGS):
        text = nvset.get("score")
        if text is None:
            continue
        reading = read_score(text)
        if reading.text == text:
            continue
        yield rewrite("M034", nvset, "score", reading.text, "the number that 2.1 read")
        if reading.doubtful:
            yield decide(
                "M034",
                nvset,
                f'{nvset.tag} {nvset.get("id", "")}: the score "{text}" counted as {reading.text} in 2.1. '
                "Is that the rank that the set should have?",
                ("edit the score in the CIB if you meant another number",),
                attribute="score",
            )


def state_precedence(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M007: remove options that a stronger set overrides; remove empty sets.

    Source: sets of equal score rank last first in 2.1, first first in Pacemaker 1.0, last first again in 1.1. Trigger:
    a name that several sets of one kind below one parent have, or one set twice. Changes: what never took effect goes;
    where rules make several pairs of one name possible, the sets stand strongest first and have distinct scores.
    """
    families: dict[tuple[etree._Element, str], list[etree._Element]] = {}
    for nvset in draft.iter(*SET_TAGS):
        parent = nvset.getparent()
        if parent is not None:
            families.setdefault((parent, nvset.tag), []).append(nvset)
    for sets in families.values():
        if len(sets) == 1 and _is_plain(sets[0]):
            continue
        yield from _drop_shadowed(sets)
        left = []
        for nvset in sets:
            if _became_empty(draft, nvset):
                yield drop("M007", nvset, "nothing is left in the set")
            else:
                left.append(nvset)
        if len(left) > 1 and _share_names(left):
            yield from _rank(left)


def _is_plain(nvset: etree._Element) -> bool:
    """True for a set that has pairs, and no name twice: nearly all of them."""
    names = [pair.get("name") for pair in nvset.iterchildren("nvpair")]
    return len(set(names)) == len(names) > 0


def _drop_shadowed(sets: list[etree._Element]) -> Iterator[Note]:
    decided: set[str] = set()
    for nvset in by_strength(sets) if len(sets) > 1 else sets:
        here: set[str] = set()
        for pair in nvset.findall("nvpair"):
            name = pair.get("name", "")
            if name in decided:
                yield drop("M007", pair, f"shadowed: a stronger set decides {name} already")
            elif name in here:
                yield drop("M007", pair, f"shadowed: the set has {name} once already, and the first one counts")
            here.add(name)
        if len(sets) > 1 and not is_conditional(nvset):
            decided |= here


def _became_empty(draft: Draft, nvset: etree._Element) -> bool:
    """True for a set that has lost its last pair; one that never had any is left as it is."""
    if next(nvset.iterchildren("nvpair"), None) is not None:
        return False
    original = draft.origin(nvset)
    return original is not None and next(original.iter("nvpair"), None) is not None


def _share_names(sets: list[etree._Element]) -> bool:
    names = [{pair.get("name", "") for pair in nvset.iterchildren("nvpair")} for nvset in sets]
    return len(set().union(*names)) < sum(len(found) for found in names)


def _rank(sets: list[etree._Element]) -> Iterator[Note]:
    """Put the sets strongest first, each with the comments right before it, and give them scores that say the same."""
    strong = by_strength(sets)
    parent = sets[0].getparent()
    assert parent is not None
    for before, nvset in pairwise(strong):
        if parent.index(nvset) < parent.index(before):
            anchor = before
            for comment in reversed([*takewhile(is_comment, nvset.itersiblings(preceding=True))]):
                parent.insert(parent.index(anchor) + 1, comment)
                anchor = comment
            reason = f"the strongest set stands first, and {before.get('id', '')} is stronger"
            yield move("M007", nvset, parent, reason, parent.index(anchor) + 1)
    yield from state_scores("M007", strong)
