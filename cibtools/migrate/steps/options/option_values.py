"""M034, M035 and M038: values of options as Pacemaker takes them, meaning what heartbeat 2.1 made of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import parse_boolean
from cibtools.cluster.vocabulary.option_table import ROLES, ValueType
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import (
    OPTIONS,
    accepting,
    containers,
    is_set_besides,
    named,
    option_pairs,
    owner,
)
from cibtools.migrate.heartbeat.nvset import find_pair
from cibtools.migrate.heartbeat.value import read_count, read_score
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, drop, rewrite

_BOOLEANS = tuple(name for name, option in OPTIONS.items() if option.type is ValueType.BOOLEAN)
_SCORES = tuple(name for name, option in OPTIONS.items() if option.type is ValueType.SCORE)
_NUMBERS = (*_SCORES, "priority")
_WHOLE = re.compile(r"\s*[+-]?\d+(\.0*)?\s*")
"""A number that every release reads alike, also with a point: nobody need look at it."""
_ROLES = {role.lower(): role for role in ROLES}
_COUNTS = ("clone-max", "clone-node-max", "master-max", "master-node-max")
_TRUE_IN_GROUPS = frozenset({"ordered", "collocated"})
"""Options of a group that stay true if their value is no boolean; is-managed does so everywhere."""


def normalise_values(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M034: write booleans as true or false, and scores as whole numbers.

    Source: policy engine 0.6 (`crm_is_true`, `char2score`, `crm_parse_int`). Trigger: an option of a resource whose
    value is written otherwise. Changes: its value; asks where the author can hardly have meant it. `default` stays.
    """
    for name in _BOOLEANS:
        for pair in option_pairs(draft, name):
            if pair.get("value") not in ("true", "false"):
                yield from _boolean(draft, pair, name)
    for name in _NUMBERS:
        for pair in option_pairs(draft, name):
            yield from _number(draft, pair, name)


def _boolean(draft: Draft, pair: etree._Element, name: str) -> Iterator[Note]:
    text = pair.get("value", "")
    if name == "is-managed" and text.lower() == "default":
        return
    # The engine compares the whole text; a space makes it something else.
    meant = parse_boolean(text) if text == text.strip() else None
    if meant is not None:
        yield rewrite("M034", pair, "value", _word(meant), "the spelling that every release takes")
        return
    meant = name == "is-managed" or (name in _TRUE_IN_GROUPS and owner(pair).tag == "group")
    yield rewrite("M034", pair, "value", _word(meant), f"what heartbeat 2.1 made of {text!r}")
    yield _ask(draft, pair, name, text, _word(meant), "true or false")


def _word(value: bool) -> str:
    return "true" if value else "false"


def _number(draft: Draft, pair: etree._Element, name: str) -> Iterator[Note]:
    text = pair.get("value", "")
    if name in _SCORES and text.lower() == "default":
        return
    reading = read_score(text) if name in _SCORES else read_count(text)
    if reading.text == text:
        return
    yield rewrite("M034", pair, "value", reading.text, "the number that heartbeat 2.1 read")
    if reading.doubtful and not _WHOLE.fullmatch(text):
        yield _ask(draft, pair, name, text, reading.text, "a whole number")


def _ask(draft: Draft, pair: etree._Element, name: str, text: str, written: str, wanted: str) -> Note:
    return decide(
        "M034",
        pair,
        f'{named(owner(pair))} has {OPTIONS[name].name}="{text}", which is not {wanted}. heartbeat 2.1 took it for '
        f"{written}, and so it is written now.",
        (
            f"{accepting(draft, 'M034', pair)} if {written} is right",
            "correct the value in the input and migrate again",
        ),
        attribute="value",
    )


def settle_target_roles(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M035: write target-role as one of the four roles.

    Source: `common_unpack` and `text2role` of 0.6: any case will do; `default` and unknown words mean that no role is
    wanted, whatever weaker sets and containers say. Witness: tests/migrate/inert.toml. Trigger: a target-role written
    otherwise, or Master or Slave where nothing can be promoted. Changes: its value; it goes, or becomes Started where
    something weaker would show.
    """
    for pair in option_pairs(draft, "target-role"):
        text, resource = pair.get("value", ""), owner(pair)
        role = _ROLES.get(text.lower())
        if role is None:
            yield from _no_role(draft, pair, text)
            continue
        if role != text:
            yield rewrite("M035", pair, "value", role, "the spelling of the role")
        if role in ("Master", "Slave") and not _can_be_promoted(resource):
            yield decide(
                "M035",
                pair,
                f'{named(resource)} has the target-role "{text}", but is not in a master. heartbeat 2.1 tried to '
                "promote it all the same; Pacemaker only starts it.",
                (
                    f"{accepting(draft, 'M035', pair)} if started is enough",
                    'put it into a master_slave, or write target_role="started" in the input',
                ),
                attribute="value",
            )


def _no_role(draft: Draft, pair: etree._Element, text: str) -> Iterator[Note]:
    resource, known = owner(pair), text.lower() == "default"
    reason = "`default` wanted no role" if known else f"{text!r} is no role, and heartbeat 2.1 passed over it"
    if is_set_besides(pair):
        yield rewrite("M035", pair, "value", "Started", f"{reason}; it stood before others all the same")
    else:
        yield drop("M035", pair, reason)
    if not known:
        yield decide(
            "M035",
            pair,
            f'{named(resource)} has the target-role "{text}", which is no role. heartbeat 2.1 logged an error and ran '
            "it as if none was set; so will Pacemaker now.",
            (
                f"{accepting(draft, 'M035', pair)} if it may run",
                'write "started" or "stopped" in the input and migrate again',
            ),
            attribute="value",
        )


def _can_be_promoted(resource: etree._Element) -> bool:
    return resource.tag in ("master", "loose") or any(above.tag == "master" for above in containers(resource))


def settle_counts(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M038: write the counts of clones and masters as whole numbers.

    Source: `clone_unpack` of 0.6: the number at the start of the text; a negative clone_max is the number of nodes,
    while Pacemaker starts nothing; an anonymous clone has one instance on a node. Trigger: a count that says something
    else. Changes: its value, or it goes; asks where heartbeat 2.1 did not do what is written.
    """
    for pair in (pair for name in _COUNTS for pair in option_pairs(draft, name)):
        resource = owner(pair)
        if resource.tag not in ("clone", "master"):
            continue
        name, text = pair.get("name", ""), pair.get("value", "")
        reading = read_count(text)
        number = int(reading.text)
        if name == "clone-max" and number < 0 and not is_set_besides(pair):
            yield drop("M038", pair, "less than none meant one for each node; Pacemaker would start none")
            continue
        if reading.text != text:
            yield rewrite("M038", pair, "value", reading.text, "the number that heartbeat 2.1 read")
        if number <= 0 or reading.doubtful:
            yield _ask_count(draft, pair, name, text, reading.text)
        elif name == "clone-node-max" and number > 1 and _is_anonymous(resource):
            yield rewrite("M038", pair, "value", "1", "a clone that is not unique has one instance on a node")


def _is_anonymous(clone: etree._Element) -> bool:
    pair = find_pair(clone, "meta_attributes", "globally-unique")
    return pair is not None and pair.get("value") == "false"


def _ask_count(draft: Draft, pair: etree._Element, name: str, text: str, written: str) -> Note:
    effect = "With none, heartbeat 2.1 behaves erratically and Pacemaker starts none." if int(written) <= 0 else ""
    return decide(
        "M038",
        pair,
        f'{named(owner(pair))} has {OPTIONS[name].name}="{text}", read as {written}. {effect}'.rstrip(),
        (
            f"{accepting(draft, 'M038', pair)} if {written} is right",
            "correct the value in the input and migrate again",
        ),
        attribute="value",
    )
