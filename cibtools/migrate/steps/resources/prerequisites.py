"""M044: what the start of a resource waits for."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_time
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import containers, named, option_pairs, owner
from cibtools.migrate.heartbeat.nvset import find_value, is_conditional
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, add_attribute, decide, drop

_NAME = "start-prereq"
_WORDS = ("nothing", "quorum", "fencing")


def state_prerequisites(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M044: replace start_prereq with requires of the start operation.

    Source: `unpack_operation` of 0.6, which looks at the option, a container's too, where the start operation has no
    prereq; Pacemaker has no such option. Trigger: start_prereq on a resource. Changes: `requires` on the start
    operation of each primitive concerned, made if there is none; the option goes, and asks if it depends on a rule.
    """
    pairs = [*option_pairs(draft, _NAME)]
    if not pairs:
        return
    for resource in draft.resources():
        if resource.tag == "primitive" and resource.get("class") != "stonith":
            wanted = _wanted(resource)
            if wanted in _WORDS:
                yield from _require(draft, resource, wanted)
    for pair in pairs:
        nvset, resource = pair.getparent(), owner(pair)
        assert nvset is not None
        conditional = is_conditional(nvset)
        alone = sum(1 for _ in nvset.iterchildren("nvpair")) == 1
        yield drop("M044", nvset if alone else pair, "the start operation says what it waits for")
        if conditional:
            yield decide(
                "M044",
                pair,
                f'{named(resource)} has start_prereq="{pair.get("value", "")}" under a rule. Pacemaker knows no '
                "condition for what a start waits for; it is left out.",
                ("set prereq on its start operation in the input, for all circumstances",),
            )


def _wanted(primitive: etree._Element) -> str:
    """What the start waits for, by the option of the primitive or the nearest container that has it."""
    values = (find_value(holder, "meta_attributes", _NAME) for holder in (primitive, *containers(primitive)))
    return next((value for value in values if value), "").lower()


def _require(draft: Draft, primitive: etree._Element, wanted: str) -> Iterator[Note]:
    reason = f"its start_prereq, or that of its container, is {wanted}"
    operations = primitive.find("operations")
    start = None if operations is None else next((op for op in operations.iterchildren("op") if _is_start(op)), None)
    if start is not None:
        if start.get("requires") is None:
            yield add_attribute("M044", start, "requires", wanted, reason)
        return
    identity = draft.book(f"{primitive.get('id', '')}-start-0", "op")
    op = etree.Element("op", {"id": identity, "name": "start", "interval": "0", "requires": wanted})
    if operations is not None:
        yield add("M044", draft, operations, op, reason, cause=primitive)
        return
    operations = etree.Element("operations")
    operations.append(op)
    yield add("M044", draft, primitive, operations, reason, cause=primitive)


def _is_start(op: etree._Element) -> bool:
    return op.get("name") == "start" and not parse_time(op.get("interval") or "0")
