"""Sets say the same to every engine after the migration, whatever tie rule it has."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest
from lxml import etree

from tests.migrate.lab import migrated, whole

NAMES = ("state", "fake", "more")


def sets_of(seed: int) -> str:
    """A few sets of instance attributes with equal and different scores, with rules and without."""
    chance = random.Random(seed)
    found = []
    for number in range(chance.randint(1, 4)):
        score = chance.choice(["", "", ' score="1"', ' score="7"', ' score="INFINITY"', ' score="-3"'])
        rule = ""
        for at in range(chance.choice([0, 0, 1, 2])):
            node = chance.choice(["n1", "n2"])
            expression = f'<expression id="e{number}{at}" attribute="#uname" operation="eq" value="{node}"/>'
            rule += f'<rule id="r{number}{at}">{chance.choice([expression, expression, ""])}</rule>'
        pairs = "".join(
            f'<nvpair id="n{number}{at}" name="{chance.choice(NAMES)}" value="{number}{at}"/>'
            for at in range(chance.randint(0, 4))
        )
        body = f"{rule}<attributes>{pairs}</attributes>"
        found.append(f'<instance_attributes id="set{number}"{score}>{body}</instance_attributes>')
    return "".join(found)


def holds(nvset: etree._Element, node: str) -> bool:
    rules = nvset.findall("rule")
    return not rules or any(rule_holds(rule, node) for rule in rules)


def rule_holds(rule: etree._Element, node: str) -> bool:
    parts = [
        rule_holds(part, node) if part.tag == "rule" else part.get("value") == node for part in rule.iterchildren("*")
    ]
    either = "or" in (rule.get("boolean_op"), rule.get("boolean-op"))
    return any(parts) if either else all(parts)


def score(nvset: etree._Element) -> float:
    text = nvset.get("score", "0")
    return float("inf") if text == "INFINITY" else float(text)


def effective(sets: list[etree._Element], node: str) -> Mapping[str, str]:
    """The value of each name on a node, the sets strongest first."""
    found: dict[str, str] = {}
    for nvset in sets:
        if holds(nvset, node):
            for pair in nvset.iter("nvpair"):
                found.setdefault(pair.get("name", ""), pair.get("value", ""))
    return found


def last_of_equals(sets: list[etree._Element]) -> list[etree._Element]:
    flipped = [*sets]
    flipped.reverse()
    return sorted(flipped, key=lambda nvset: -score(nvset))


def first_of_equals(sets: list[etree._Element]) -> list[etree._Element]:
    return sorted(sets, key=lambda nvset: -score(nvset))


def as_written(sets: list[etree._Element]) -> list[etree._Element]:
    return sets


@pytest.mark.parametrize("engine", [first_of_equals, last_of_equals, as_written], ids=lambda engine: engine.__name__)
def test_every_engine_reads_what_the_old_one_did(
    engine: Callable[[list[etree._Element]], list[etree._Element]],
) -> None:
    interesting = 0
    for seed in range(150):
        cib = sets_of(seed)
        before = etree.fromstring(f"<x>{cib}</x>").findall("instance_attributes")
        migration = migrated(whole(cib))
        after = migration.top.findall(".//primitive[@id='a']/instance_attributes")
        interesting += len(after) > 1
        for node in ("n1", "n2", "n3"):
            assert effective(engine(after), node) == effective(last_of_equals(before), node), (seed, node)
    assert interesting > 15
