"""M058: the attribute sets of an operation, of which 2.1 took what Pacemaker wants as XML attributes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, add_attribute, decide, drop, drop_attribute, shown, whole_text

_HOISTED = ("timeout", "interval", "start_delay")
"""What 2.1 takes from a set too, where the XML attribute is missing."""
_UNREAD = ("prereq", "requires", "on_fail", "on-fail", "role", "disabled", "enabled", "start-delay")
"""What 2.1 takes from the XML attribute only, in either spelling."""
_SETS = ("meta_attributes", "instance_attributes")
"""The stronger first."""


def hoist_nested(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M058: move timeout, interval and start_delay of an operation's sets to its attributes.

    Source: policy engine 0.6 (`unpack_operation`); Pacemaker 1.0, where op_defaults beat an op's meta_attributes.
    Trigger: timeout, interval or start_delay in a set of an op; names there that only Pacemaker would read;
    `role_after_failure` as an attribute. Changes: the first become attributes of the op, unless it has them, the second
    go, the third becomes a meta attribute; agent parameters stay.
    """
    own = [found.getparent() for found in draft.iter(*_SETS)]
    ops = dict.fromkeys(op for op in own if op is not None and op.tag == "op")
    for op in draft.iter("op") if draft.mentions.attribute("role_after_failure") else ops:
        if op.get("role_after_failure") is not None:
            yield from _role_after_failure(draft, op)
        # Strongest first: M007 has put the sets of a kind in this order, and within a set the first pair wins.
        pairs = [pair for tag in _SETS for found in op.iterchildren(tag) for pair in found.iterchildren("nvpair")]
        for name in _HOISTED:
            yield from _hoist(op, name, [pair for pair in pairs if pair.get("name") == name])
        for pair in pairs:
            if pair.get("name") in _UNREAD:
                yield from _unread(op, pair)
        for found in [*op.iterchildren(*_SETS)]:
            if pairs and next(found.iterchildren("nvpair"), None) is None:
                yield drop("M058", found, "nothing is left in the set")


def _hoist(op: etree._Element, name: str, pairs: list[etree._Element]) -> Iterator[Note]:
    for pair in pairs:
        home = pair.getparent()
        assert home is not None
        if op.get(name) is not None:
            yield drop("M058", pair, f"the operation's own {name} is stronger")
        elif next(home.iterchildren("rule"), None) is not None:
            yield decide(
                "M058",
                op,
                f"Operation '{op.get('id', '')}' gets its {name} from a set with a rule, '{home.get('id', '')}'. An "
                f"XML attribute cannot depend on a rule, so it stays; Pacemaker 1.0 lets a {name} in op_defaults win.",
                (f"write the {name} as an attribute of the operation and drop the rule",),
                before=whole_text(pair),
            )
            return
        else:
            yield drop("M058", pair, f"the {name} of an operation is an XML attribute of it")
            yield add_attribute("M058", op, name, pair.get("value", ""), "2.1 took it from the operation's set")
            if name == "interval":
                yield decide(
                    "M058",
                    op,
                    f"Operation '{op.get('id', '')}' had its interval in a set, where 2.1 found it too late to repeat "
                    f"the operation: it recurs every {pair.get('value', '')} from now on.",
                    ('write interval="0" instead to leave it unrepeated',),
                    before=whole_text(pair),
                    after=shown(name, pair.get("value", "")),
                )


def _unread(op: etree._Element, pair: etree._Element) -> Iterator[Note]:
    text = whole_text(pair)
    yield drop("M058", pair, "2.1 read it as an XML attribute of the operation only; Pacemaker would read it here")
    yield decide(
        "M058",
        op,
        f"Operation '{op.get('id', '')}' has {shown(pair.get('name', ''), pair.get('value', ''))} in a set, which had "
        "no effect in 2.1 and would have one now: it was left out.",
        ("write it as an attribute of the operation if it is meant",),
        before=text,
    )


def _role_after_failure(draft: Draft, op: etree._Element) -> Iterator[Note]:
    name, value = "role_after_failure", op.get("role_after_failure", "")
    yield drop_attribute("M058", op, name, "Pacemaker 1.0 reads it as a meta attribute of the operation")
    for found in op.iterchildren("meta_attributes"):
        for pair in [*found.iterchildren("nvpair")]:
            if pair.get("name") == name:
                yield drop("M058", pair, "the operation's own role_after_failure is stronger")
    home = next((found for found in op.iterchildren("meta_attributes") if found.find("rule") is None), None)
    identity = op.get("id") or "op"
    pair = etree.Element("nvpair", id=draft.book(f"{identity}-{name}", "nvpair"), name=name, value=value)
    reason = "Pacemaker 1.0 reads it here"
    if home is not None:
        yield add("M058", draft, home, pair, reason, cause=op)
        return
    made = etree.Element("meta_attributes", id=draft.book(f"{identity}-meta_attributes", "meta_attributes"))
    made.append(pair)
    yield add("M058", draft, op, made, reason, cause=op, index=0)
