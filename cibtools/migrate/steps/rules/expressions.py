"""M064 and M065: expressions, the operations that never matched, and comparing by text or by number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.condition import always, named, never, read_rules
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add_attribute, decide, drop_attribute, rewrite, shown

_COMPARING = ("lt", "lte", "gt", "gte")
_EQUAL = ("eq", "ne")
_ALONE = ("defined", "not_defined")
_TYPES = ("string", "number", "version")
_NUMBER = re.compile(r"\s*[+-]?\d")
_NEVER, _ALWAYS, _SET = "never true", "true on every node", "true where the attribute is set"
_EMPTY = {"eq": _NEVER, "ne": _ALWAYS, "lt": _NEVER, "lte": _NEVER, "gt": _SET, "gte": _SET}
"""What a comparison with the empty text came to, no attribute being empty itself."""


def _is_plain(found: etree._Element) -> bool:
    """True for an expression of which every release makes the same."""
    operation = found.get("operation", "")
    known = operation in _EQUAL or operation in _ALONE or operation in _COMPARING
    return known and bool(found.get("attribute")) and found.get("type") is None and found.get("value") != ""


def _is_untyped(found: etree._Element) -> bool:
    return found.get("operation") in _COMPARING and found.get("type") is None and found.get("value") is not None


def spell_expressions(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M064: write the operations of expressions as Pacemaker 1.0 does; remove what never matched.

    Source: policy engine 0.6 (`test_attr_expression`): words are compared without case, an expression with an unknown
    operation or without an attribute is false, any value equals any other if the type is unknown. An empty value is a
    text like any other there, and 0 as a number; Pacemaker takes it for none (`crm_element_value`), which equals an
    attribute that is not set. Witness: tests/migrate/inert.toml; decisions loc-0063, loc-0360 and loc-0525 of that
    engine. Trigger: such words. Changes: the case; what was false goes, with all that needed it, and so does what was
    true everywhere; an unknown type becomes number, an empty number 0.
    """
    for found in read_rules(draft, [found for found in draft.all("expression") if not _is_plain(found)]):
        written = found.get("operation")
        operation = (written or "").lower()
        if operation not in (*_COMPARING, *_EQUAL, *_ALONE):
            said = "without an operation" if written is None else f"with {shown('operation', written)}"
            yield never("M064", found, f"an expression {said} never matched")
            continue
        if not found.get("attribute"):
            yield never("M064", found, "an expression without an attribute never matched")
            continue
        if operation != written:
            yield rewrite("M064", found, "operation", operation, "Pacemaker 1.0 spells it so")
        kind = found.get("type")
        if kind is not None and kind not in _TYPES:
            yield from _type(found, kind)
        if found.get("value") == "" and operation not in _ALONE:
            yield from _empty(draft, found, operation)


def _type(found: etree._Element, written: str) -> Iterator[Note]:
    if written.lower() in _TYPES:
        yield rewrite("M064", found, "type", written.lower(), "Pacemaker 1.0 spells it so")
    elif found.get("operation") in _ALONE:
        yield drop_attribute("M064", found, "type", "nothing is compared here")
    else:
        yield rewrite("M064", found, "type", "number", "Pacemaker 1.0 knows string, number and version")
        yield decide(
            "M064",
            found,
            f"Expression {_of(found)} has {shown('type', written)}, which 2.1 did not know: any two values were equal "
            "to it. Numbers are compared from now on.",
            ('write type="string" or type="version" if that is meant',),
            attribute="type",
            before=shown("type", written),
            after='type="number"',
        )


def _empty(draft: Draft, found: etree._Element, operation: str) -> Iterator[Note]:
    """Say what a comparison with an empty value came to."""
    if found.get("type") in ("number", "version"):
        yield rewrite("M064", found, "value", "0", "2.1 took an empty number for 0; Pacemaker takes it for no value")
        return
    came_to = _EMPTY[operation]
    yield decide(
        "M064",
        found,
        f"Expression {_of(found)} compares with an empty text. In heartbeat 2.1 it was {came_to}; Pacemaker takes an "
        "empty value for none. cibtools wrote what it came to.",
        ('write operation="defined" or operation="not_defined" in the input if that is meant',),
        attribute="value",
        before=shown("value", ""),
    )
    reason = f"2.1 compared with the empty text: {came_to}"
    if came_to is _NEVER:
        yield never("M064", found, reason)
    elif came_to is _ALWAYS:
        yield from always("M064", draft, found, reason)
    else:
        yield rewrite("M064", found, "operation", "defined", reason)
        yield drop_attribute("M064", found, "value", "nothing is compared here")
        if found.get("type") is not None:
            yield drop_attribute("M064", found, "type", "nothing is compared here")


def _of(found: etree._Element) -> str:
    """An expression as a message names it: by what it says and where."""
    words = " ".join(word for name in ("attribute", "operation", "value") if (word := found.get(name)))
    return f"{words} ({named(found)})"


def write_types(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M065: add type= to comparisons in rules.

    Source: policy engine 0.6 compares text where no type is given, so that 1000 is less than 200; Pacemaker compares
    numbers. Trigger: lt, lte, gt or gte with a value and without a type. Changes: `type`, as the answer `compare` says.
    For a ping score against 0 both are the same; what is no number, such as a node's name, can only be text.
    """
    scores: frozenset[str] | None = None
    for found in read_rules(draft, [found for found in draft.all("expression") if _is_untyped(found)]):
        if found.get("value") == "0":
            scores = _ping_scores(draft) if scores is None else scores
            if found.get("attribute") in scores:
                reason = "2.1 compared text; for a connectivity score and 0 that is the same"
                yield add_attribute("M065", found, "type", "number", reason)
                continue
        reason = "2.1 compared text where no type is given, Pacemaker compares numbers"
        if not _NUMBER.match(found.get("value", "")):
            yield add_attribute("M065", found, "type", "string", reason)
            continue
        yield add_attribute("M065", found, "type", answers.compare, reason)
        yield decide(
            "M065",
            found,
            f"Expression {_of(found)} says not how to compare. 2.1 compared text, for which 1000 is less than 200; "
            "from now on numbers are compared. Is that meant?",
            ('compare = "string" keeps comparing text',),
            after=shown("type", answers.compare),
            answer="compare",
        )


def _ping_scores(draft: Draft) -> frozenset[str]:
    """Names of the attributes that ping agents set."""
    names = {"pingd"}
    for primitive in draft.iter("primitive"):
        if primitive.get("type") in ("pingd", "ping"):
            names.update(pair.get("value", "") for pair in primitive.iter("nvpair") if pair.get("name") == "name")
    return frozenset(names)
