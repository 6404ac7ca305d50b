"""M036: whether the instances of a clone are told apart."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import OPTIONS, named
from cibtools.migrate.heartbeat.nvset import find_pair, put_pair
from cibtools.migrate.heartbeat.value import read_count
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, rewrite, shown

_META = "meta_attributes"
_NAME = "globally-unique"


def state_uniqueness(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M036: write globally-unique on each clone and master.

    Source: heartbeat 2.1 takes true for granted, Pacemaker false, and of agents that are not OCF Pacemaker runs one
    instance on each node whatever is written. Trigger: a clone or master without the option, or with true and an agent
    that is not OCF. Changes: true is written, or false for such an agent; asks if the counts relied on true.
    """
    for clone in draft.iter("clone", "master"):
        others = [child for child in clone.iterdescendants("primitive") if child.get("class") != "ocf"]
        pair = find_pair(clone, _META, _NAME)
        if others and (pair is None or pair.get("value") == "true"):
            yield from _make_anonymous(draft, clone, others[0])
        elif pair is None:
            reason = "the default of heartbeat 2.1; write false if its instances are interchangeable"
            yield from _write(draft, clone, "true", reason)


def _write(draft: Draft, clone: etree._Element, value: str, reason: str) -> Iterator[Note]:
    identity = clone.get("id", "")
    yield from put_pair(
        "M036",
        draft,
        clone,
        _META,
        (_NAME, value),
        reason,
        identity=f"{identity}-{_NAME}",
        new_set=f"{identity}-{_META}",
        cause=clone,
    )


def _make_anonymous(draft: Draft, clone: etree._Element, child: etree._Element) -> Iterator[Note]:
    kind = child.get("class", "")
    in_all, per_node = (find_pair(clone, _META, name) for name in ("clone-max", "clone-node-max"))
    several = per_node is not None and _number(per_node) > 1
    more = in_all is not None and _exceeds_nodes(draft, _number(in_all))
    counts = [
        shown(OPTIONS[pair.get("name", "")].name, pair.get("value", ""))
        for pair in (in_all, per_node)
        if pair is not None
    ]
    yield from _write(draft, clone, "false", f"Pacemaker does not tell instances of {kind} agents apart")
    if per_node is not None and several:
        yield rewrite("M036", per_node, "value", "1", "one instance on each node, if they are not told apart")
    if several or more:
        yield decide(
            "M036",
            clone,
            f"{named(clone)} has {' and '.join(counts)}, which needs globally unique instances "
            f"(globally-unique=true). Of {kind} agents such as {named(child)} Pacemaker runs one on each node at most: "
            "fewer may run than before. cibtools wrote globally-unique=false.",
            (
                "give each further instance a primitive of its own in the input",
                f'accept = ["M036:{clone.get("id", "")}"] if one on each node is enough',
            ),
        )


def _number(pair: etree._Element) -> int:
    return int(read_count(pair.get("value")).text)


def _exceeds_nodes(draft: Draft, wanted: int) -> bool:
    """True if there are fewer nodes than instances wanted; how many there are must be known."""
    section = draft.section("nodes")
    if section is None or "nodes" not in draft.known:
        return False
    return wanted > sum(1 for node in section.iterchildren("node") if node.get("type") in ("normal", "member"))
