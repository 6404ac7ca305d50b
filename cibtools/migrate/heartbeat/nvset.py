"""Attribute sets while they are being rewritten: which come first, what holds unconditionally, where a pair belongs.

Before step M007 the order of heartbeat 2.1 decides; after it the sets of each parent stand strongest first wherever
that matters, and no name occurs twice unconditionally.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from lxml import etree

from cibtools.cluster.derived.option import BOOTSTRAP
from cibtools.cluster.value import parse_score
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.value import read_score
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add, add_attribute, rewrite, whole_text

CONTAINERS = ("group", "clone", "master")


def property_sets(draft: Draft) -> list[etree._Element]:
    """The sets of cluster options."""
    section = draft.section("crm_config")
    return [] if section is None else [*section.iterchildren("cluster_property_set")]


def is_conditional(nvset: etree._Element) -> bool:
    """True if a rule decides whether the set holds."""
    return next(nvset.iterchildren("rule"), None) is not None


def score_of(nvset: etree._Element) -> int:
    """The score of a set as the old engine reads it."""
    return parse_score(read_score(nvset.get("score", "0")).text) or 0


def by_strength(sets: Iterable[etree._Element]) -> list[etree._Element]:
    """Sets of one kind below one parent, strongest first: bootstrap, then by score, of equals the last in the file."""
    found = [*sets]
    found.reverse()
    return sorted(found, key=lambda nvset: (nvset.get("id") != BOOTSTRAP, -score_of(nvset)))


def unconditional(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The sets of one kind that hold without a rule."""
    return (found for found in parent.iterchildren(tag) if next(found.iterchildren("rule"), None) is None)


def find_pair(parent: etree._Element, tag: str, name: str) -> etree._Element | None:
    """The nvpair in force of a name in the sets of one kind."""
    pairs = (pair for nvset in unconditional(parent, tag) for pair in nvset.iterchildren("nvpair"))
    return next((pair for pair in pairs if pair.get("name") == name), None)


def find_value(parent: etree._Element, tag: str, name: str) -> str:
    """The value in force of a name, or nothing."""
    pair = find_pair(parent, tag, name)
    return "" if pair is None else pair.get("value", "")


def parameters(primitive: etree._Element) -> Iterator[etree._Element]:
    """Every nvpair of a primitive's own parameters, the conditional ones too; those of its operations not."""
    return (pair for nvset in primitive.iterchildren("instance_attributes") for pair in nvset.iterchildren("nvpair"))


def put(
    step: str, draft: Draft, parent: etree._Element, tag: str, name: str, value: str, reason: str
) -> Iterator[Note]:
    """Give a name a value below the object that it is for, under the customary id; nothing if it has it."""
    prefix = parent.get("id", "") if tag == "meta_attributes" else "{set}"
    yield from put_pair(step, draft, parent, tag, (name, value), reason, identity=f"{prefix}-{name}", cause=parent)


def make_pair(draft: Draft, identity: str, name: str, value: str) -> etree._Element:
    """A new nvpair that stands nowhere yet."""
    return etree.Element("nvpair", {"id": draft.book(identity, "nvpair"), "name": name, "value": value})


def pairs_named(parent: etree._Element, tag: str, name: str) -> Iterator[etree._Element]:
    """The nvpairs of that name in all sets of one kind below a parent, in the order of the file."""
    for nvset in parent.iterchildren(tag):
        for pair in nvset.iterchildren("nvpair"):
            if pair.get("name") == name:
                yield pair


def conditional_pair(parent: etree._Element, tag: str, name: str) -> etree._Element | None:
    """The first nvpair that sets a name only where a rule holds."""
    return next((pair for pair in pairs_named(parent, tag, name) if _in_conditional_set(pair)), None)


def option_of(resource: etree._Element, name: str) -> str | None:
    """What a resource itself says about an option, containers and defaults left out."""
    pair = find_pair(resource, "meta_attributes", name)
    return None if pair is None else pair.get("value")


def _in_conditional_set(pair: etree._Element) -> bool:
    nvset = pair.getparent()
    return nvset is not None and is_conditional(nvset)


def put_pair(
    step: str,
    draft: Draft,
    parent: etree._Element,
    tag: str,
    pair: tuple[str, str],
    reason: str,
    *,
    identity: str,
    new_set: str = "",
    cause: etree._Element | None,
) -> Iterator[Note]:
    """Let a name have a value wherever no rule says otherwise; the sets stand strongest first (M007).

    It goes into the first unconditional set behind all conditional ones with that name; without one, into a new set
    with the id `new_set`. `identity` is the id for the nvpair; `{set}` in it stands for that of its set.
    """
    name, value = pair
    there = find_pair(parent, tag, name)
    if there is not None:
        if there.get("value") != value:
            yield rewrite(step, there, "value", value, reason)
        return
    sets = [*parent.iterchildren(tag)]
    with_rule = [found for found in sets if is_conditional(found) and _has(found, name)]
    below = sets[max((sets.index(found) for found in with_rule), default=-1) + 1 :]
    home = next((found for found in below if not is_conditional(found)), None)
    if home is not None:
        made = make_pair(draft, identity.replace("{set}", home.get("id", "")), name, value)
        yield add(step, draft, home, made, reason, cause=cause)
        return
    home = etree.Element(tag, {"id": draft.book(new_set or f"{parent.get('id', '')}-{tag}", tag)})
    home.append(make_pair(draft, identity.replace("{set}", home.get("id", "")), name, value))
    yield add(step, draft, parent, home, reason, cause=cause, index=_place_for(parent, sets, with_rule))
    if with_rule:
        yield from state_scores(step, [*parent.iterchildren(tag)])


def _has(nvset: etree._Element, name: str) -> bool:
    return any(pair.get("name") == name for pair in nvset.iterchildren("nvpair"))


def _place_for(parent: etree._Element, sets: list[etree._Element], stronger: list[etree._Element]) -> int:
    """Index for a new set: behind all others if it must be weaker than some of them, else in front."""
    if stronger:
        return parent.index(sets[-1]) + 1
    if sets:
        return parent.index(sets[0])
    return 0


def state_scores(step: str, sets: list[etree._Element]) -> Iterator[Note]:
    """Give the sets of one kind, which stand strongest first, scores that every engine orders in that way."""
    scores = [score_of(nvset) for nvset in sets]
    stated = all(nvset.get("score") is not None for nvset in sets)
    if stated and all(strong > weak for strong, weak in pairwise(scores)):
        return
    reason = "sets of equal score rank differently in each release, and these name the same options"
    for at, nvset in enumerate(sets):
        wanted = str(10 * (len(sets) - at))
        if nvset.get("score") is None:
            yield add_attribute(step, nvset, "score", wanted, reason)
        elif nvset.get("score") != wanted:
            yield rewrite(step, nvset, "score", wanted, reason)


def drop_pair(step: str, pair: etree._Element, reason: str) -> Note:
    """Take an nvpair out, and its set with it if nothing else is in there."""
    nvset = pair.getparent()
    assert nvset is not None
    note = Note(step, ChangeKind.DROPPED, pair, "", whole_text(pair), "", reason)
    gone = nvset if len(nvset) == 1 else pair
    if gone is nvset:
        note = note._replace(element=nvset, before=whole_text(nvset))
    above = gone.getparent()
    assert above is not None
    above.remove(gone)
    return note
