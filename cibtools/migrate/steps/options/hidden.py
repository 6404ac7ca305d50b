"""M031 and M032: options that stand among the instance attributes of a resource, where Pacemaker does not look.

heartbeat 2.1 looks there after the meta_attributes, so what comes from there must stay weaker than they are. M007 sorts
sets by score, and of equals takes the last for the strongest, as 2.1 does: therefore such a set goes in front of the
original ones, and its score is lowered to the lowest of theirs, where they have a name in common.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from copy import deepcopy

from lxml import etree

from cibtools.cluster.value import show_score
from cibtools.cluster.vocabulary.option_table import dashed
from cibtools.migrate.answers import Answers, StatusChoice
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import DASHED, NEW_NAMES, named, owner, pairs_in
from cibtools.migrate.heartbeat.nvset import CONTAINERS, by_strength, is_conditional, score_of
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import add, add_attribute, decide, drop, move, retag, rewrite

_PRIMITIVE = frozenset({"primitive"})
_SEARCHED = frozenset((*NEW_NAMES, *DASHED))


def options_of_primitives(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M031: move the options among a primitive's instance attributes to meta_attributes.

    Source: `get_meta_attributes` of 0.6, which reads them there; Pacemaker 2.0 does not, and under names with
    underscores no Pacemaker does. Trigger: one of the eighteen options in instance_attributes. Changes: it moves to a
    set with the same score and rules; where meta_attributes set it anyway, it goes. With the status kept it is copied
    instead, since the digest of a running resource's parameters counts it.
    """
    hidden = {owner(pair) for name in _SEARCHED for pair in pairs_in(draft, name, "instance_attributes", _PRIMITIVE)}
    for resource in draft.resources() if hidden else ():
        if resource in hidden:
            yield from _extract(draft, resource, "M031", answers.status is StatusChoice.KEEP)


def options_of_containers(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M032: move the options among a container's instance attributes to meta_attributes, and drop the rest.

    Source: policy engine 0.6, tried: they never reach the children, while Pacemaker hands them down as parameters.
    Trigger: instance_attributes of a group, clone or master. Changes: options move, always; other pairs go.
    """
    for resource in draft.iter(*CONTAINERS):
        for nvset in [*resource.iterchildren("instance_attributes")]:
            yield from _drop_parameters(resource, nvset)
        yield from _extract(draft, resource, "M032", keep=False)


def _drop_parameters(resource: etree._Element, nvset: etree._Element) -> Iterator[Note]:
    pairs = [*nvset.iterchildren("nvpair")]
    parameters = [pair for pair in pairs if pair.get("name") not in _SEARCHED]
    if not parameters:
        return
    reason = "instance attributes of a container had no effect; Pacemaker would hand them to its children"
    if len(parameters) == len(pairs):
        yield drop("M032", nvset, reason)
    else:
        for pair in parameters:
            yield drop("M032", pair, reason)
    words = " ".join(f'{pair.get("name", "")}="{pair.get("value", "")}"' for pair in parameters)
    child = next(resource.iterdescendants("primitive"), None)
    where = f"the instance_attributes of {named(child)}" if child is not None else "a primitive"
    yield decide(
        "M032",
        parameters[0] if len(parameters) == 1 and len(pairs) > 1 else nvset,
        f"{named(resource)} has instance attributes of its own ({words}). heartbeat 2.1 gave them to no agent, "
        "Pacemaker would give them to everything in it; they are left out.",
        (f"if they are meant, write them into {where} in the input and migrate again",),
    )


def _extract(draft: Draft, resource: etree._Element, step: str, keep: bool) -> Iterator[Note]:
    """Turn the options of a resource's instance_attributes into sets of meta_attributes below the present ones."""
    found = [(nvset, pairs) for nvset in resource.iterchildren("instance_attributes") if (pairs := _options(nvset))]
    if not found:
        return
    metas = [*resource.iterchildren("meta_attributes")]
    fixed = _names(nvset for nvset in metas if not is_conditional(nvset))
    derived: list[etree._Element] = []
    for nvset, pairs in found:
        wanted = [pair for pair in pairs if dashed(pair.get("name", "")) not in fixed]
        if not keep:
            yield from _drop_weaker(step, resource, nvset, [pair for pair in pairs if pair not in wanted])
        if not wanted:
            continue
        if keep or len(wanted) < sum(1 for _ in nvset.iterchildren("nvpair")):
            derived.append((yield from _new_set(draft, nvset, step, wanted, keep)))
        else:
            yield retag(step, nvset, "meta_attributes", "it holds nothing but options")
            derived.append(nvset)
    yield from _rank_below(step, derived, [nvset for nvset in metas if nvset not in draft.created])


def _drop_weaker(
    step: str, resource: etree._Element, nvset: etree._Element, pairs: Sequence[etree._Element]
) -> Iterator[Note]:
    if pairs and len(pairs) == sum(1 for _ in nvset.iterchildren("nvpair")):
        yield drop(step, nvset, f"meta_attributes of {named(resource)} set all that it sets, and come first")
        return
    for pair in pairs:
        yield drop(step, pair, f"{pair.get('name')} in meta_attributes of {named(resource)} comes first")


def _options(nvset: etree._Element) -> list[etree._Element]:
    return [pair for pair in nvset.iterchildren("nvpair") if pair.get("name") in _SEARCHED]


def _names(sets: Iterable[etree._Element]) -> set[str]:
    return {dashed(pair.get("name", "")) for nvset in sets for pair in nvset.iterchildren("nvpair")}


def _new_set(
    draft: Draft, nvset: etree._Element, step: str, pairs: Sequence[etree._Element], keep: bool
) -> Generator[Note, None, etree._Element]:
    """Make the set of meta_attributes that takes options out of instance attributes; same score, same rules."""
    parent = nvset.getparent()
    assert parent is not None
    made = etree.Element("meta_attributes")
    made.set("id", draft.book(f"{nvset.get('id') or parent.get('id', '')}-meta", "meta_attributes"))
    if "score" in nvset.attrib:
        made.set("score", nvset.get("score", ""))
    for rule in nvset.iterchildren("rule"):
        copy = deepcopy(rule)
        for part in copy.iter("*"):
            if part.get("id"):
                part.set("id", draft.book(f"{part.get('id')}-meta", part.tag))
        made.append(copy)
    index = parent.index(nvset)
    yield add(step, draft, parent, made, "options stand in meta_attributes", cause=nvset, index=index)
    for pair in pairs:
        if not keep:
            yield move(step, pair, made, "an option, which no later Pacemaker reads among the parameters")
            continue
        copy = deepcopy(pair)
        copy.set("id", draft.book(f"{pair.get('id', '')}-meta", "nvpair"))
        reason = f"an option; {pair.get('name')} stays for the running resource, delete it after the upgrade"
        yield add(step, draft, made, copy, reason, cause=pair)
        draft.pairs.setdefault(pair.get("name", ""), []).append(copy)
    return made


def _rank_below(step: str, derived: Sequence[etree._Element], metas: Sequence[etree._Element]) -> Iterator[Note]:
    """Make sure that sets taken from instance attributes stay weaker than the original meta_attributes."""
    if not derived or not metas or _names(derived).isdisjoint(_names(metas)):
        return
    reason = "heartbeat 2.1 reads options among instance attributes after all meta_attributes"
    parent, floor = metas[0].getparent(), min(score_of(nvset) for nvset in metas)
    assert parent is not None
    weakest_first = by_strength(derived)[::-1]
    for nvset in weakest_first:
        if score_of(nvset) > floor:
            text = show_score(floor)
            has = "score" in nvset.attrib
            yield (rewrite if has else add_attribute)(step, nvset, "score", text, reason)
    places = [parent.index(nvset) for nvset in (*weakest_first, metas[0])]
    if places != sorted(places):
        for nvset in weakest_first:
            yield move(step, nvset, parent, reason, parent.index(metas[0]))
