"""M064 and M065: expressions, the operations that never matched, and comparing by text or by number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.condition import named, never, read_rules
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add_attribute, decide, drop_attribute, rewrite, shown

_COMPARING = ("lt", "lte", "gt", "gte")
_EQUAL = ("eq", "ne")
_ALONE = ("defined", "not_defined")
_TYPES = ("string", "number", "version")
_NUMBER = re.compile(r"\s*[+-]?\d")


def _is_plain(found: etree._Element) -> bool:
    """True for an expression of which every release makes the same."""
    operation = found.get("operation", "")
    known = operation in _EQUAL or operation in _ALONE or operation in _COMPARING
    return known and bool(found.get("attribute")) and found.get("type") is None


def _is_untyped(found: etree._Element) -> bool:
    return found.get("operation") in _COMPARING and found.get("type") is None and found.get("value") is not None


def spell_expressions(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M064: write the operations of expressions as Pacemaker 1.0 does; remove what never matched.

    Source: policy engine 0.6 (`test_attr_expression`): words are compared without case, an expression with an unknown
    operation or without an attribute is false, any value equals any other if the type is unknown. Trigger: such
    words. Changes: the case; what was false goes, with all that needed it; an unknown type becomes number.
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
