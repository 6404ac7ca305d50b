"""M030, M033, M045: options of resources get Pacemaker's names and their place in meta_attributes."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.answers import Answers, StatusChoice
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.draft.option import (
    DASHED,
    LATER,
    NEW_NAMES,
    OPTIONS,
    RESOURCES,
    foreign_attributes,
    named,
    option_pairs,
    owner,
    pairs_in,
)
from cibtools.migrate.heartbeat.nvset import by_strength, is_conditional
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add, decide, drop, drop_attribute, shown, whole_text

_DEAD = "on_stopfail"
_IGNORED = "ignored since heartbeat 2.0.2"
_WRITTEN_BY_HB2OPENAIS = "globally-unique"
"""hb2openais puts it, with a dash, into CIBs of the old language; its `interleave` has the same name in both."""
_SETS = ("meta_attributes", "instance_attributes")


def drop_inert_spellings(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M033: remove options under a dashed name, which heartbeat 2.1 did not read.

    Source: policy engine 0.6, which reads the underscored names only. Witness: tests/migrate/inert.toml. Trigger: a
    dashed option of a resource as an XML attribute, or in one of its sets. Changes: it goes, globally-unique excepted;
    parameters that a live upgrade compares stay.
    """
    for resource, names in foreign_attributes(draft):
        for name in names:
            if name in DASHED:
                value = resource.get(name, "")
                yield drop_attribute("M033", resource, name, f"2.1 reads {_old(name)} only; {name} had no effect")
                yield _ask(resource, resource, name, value)
    for name in DASHED:
        for pair in option_pairs(draft, name):
            yield from _inert_pair(pair, name)
        for pair in pairs_in(draft, name, "instance_attributes", RESOURCES):
            if answers.status is not StatusChoice.KEEP or owner(pair).tag != "primitive":
                yield from _inert_pair(pair, name)


def _inert_pair(pair: etree._Element, name: str) -> Iterator[Note]:
    resource, value, old = owner(pair), pair.get("value", ""), _old(name)
    if _has(resource, old):
        yield drop("M033", pair, f"2.1 reads {old} only, which is set here too; {name} had no effect")
    elif name == _WRITTEN_BY_HB2OPENAIS:
        yield decide(
            "M033",
            pair,
            f'{named(resource)} has {name}="{value}", which heartbeat 2.1 does not read (it reads {old}) and Pacemaker '
            "does. hb2openais writes it so, hence it is kept and takes effect from now on.",
            (f"delete nvpair '{pair.get('id', '')}' from the input to go on without it",),
        )
    else:
        yield drop("M033", pair, f"2.1 reads {old} only; {name} had no effect")
        yield _ask(resource, pair, name, value)


def _ask(resource: etree._Element, element: etree._Element, name: str, value: str) -> Note:
    return decide(
        "M033",
        element,
        f'{named(resource)} has {name}="{value}", which had no effect: heartbeat 2.1 reads {_old(name)}. Pacemaker '
        "would obey it, so it is left out and everything stays as it was.",
        (f"if it is meant, write {_old(name)} in the input and migrate again",),
    )


def _old(name: str) -> str:
    return OPTIONS[name].name


def _has(resource: etree._Element, name: str) -> bool:
    """True if a resource sets an option of that very name, wherever."""
    return resource.get(name) is not None or any(
        pair.get("name") == name for nvset in resource.iterchildren(*_SETS) for pair in nvset.iterchildren("nvpair")
    )


def attributes_to_meta(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M030: turn the options that are XML attributes of a resource into meta_attributes.

    Source: `get_meta_attributes` of 0.6, which looks at the XML attribute first; pacemaker-1.0 RelaxNG, which allows
    none. Trigger: an option as an attribute of a resource. Changes: it becomes an nvpair of the strongest
    unconditional set, or of a new one; pairs of that name, which it overrode, go from all sets.
    """
    for resource, names in foreign_attributes(draft):
        found = [name for name in names if name in NEW_NAMES]
        target = None
        for name in found:
            value = resource.get(name, "")
            if value == "#default":
                yield drop_attribute("M030", resource, name, "#default says that nothing is set here")
                continue
            yield from _drop_overridden(answers, resource, name)
            if target is None:
                sets = by_strength(resource.iterchildren("meta_attributes"))
                target = next((nvset for nvset in sets if not is_conditional(nvset)), None)
            if target is None:
                target = etree.Element("meta_attributes")
                target.set("id", draft.book(f"{resource.get('id', '')}-meta_attributes", "meta_attributes"))
                yield add("M030", draft, resource, target, "a set for its options", cause=resource, index=0)
            yield _attribute_to_pair(draft, resource, name, target)


def _drop_overridden(answers: Answers, resource: etree._Element, name: str) -> Iterator[Note]:
    for nvset in resource.iterchildren(*_SETS):
        if answers.status is StatusChoice.KEEP and resource.tag == "primitive" and nvset.tag == "instance_attributes":
            continue
        for pair in [*nvset.iterchildren("nvpair")]:
            if pair.get("name") == name:
                yield drop("M030", pair, f"the XML attribute {name} of {named(resource)} overrode it")


def _attribute_to_pair(draft: Draft, resource: etree._Element, name: str, target: etree._Element) -> Note:
    value, new = str(resource.attrib.pop(name)), NEW_NAMES[name]
    identity = draft.book(f"{resource.get('id', '')}-{new}", "nvpair")
    pair = draft.create(target, "nvpair", (("id", identity), ("name", new), ("value", value)), cause=resource)
    draft.pairs.setdefault(new, []).append(pair)
    reason = "options stand in meta_attributes"
    return Note("M030", ChangeKind.REWRITTEN, resource, name, shown(name, value), whole_text(pair), reason)


def drop_dead(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M045: remove attributes and options of a resource that nothing reads.

    Source: policy engine 0.6, which ignores on_stopfail since 2.0.2; pacemaker-1.0 RelaxNG. Trigger: on_stopfail, or
    any attribute that is no option (those are moved already). Changes: it goes.
    """
    for resource, names in foreign_attributes(draft):
        for name in names:
            reason = _IGNORED if name == _DEAD else "no attribute of a resource; nothing read it"
            yield drop_attribute("M045", resource, name, reason)
    for pair in option_pairs(draft, _DEAD):
        yield drop("M045", pair, _IGNORED)


def rename_options(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M033: write the names of options with dashes.

    Source: Pacemaker 1.0 (msg_xml.h); it reads no underscores. Trigger: one of the eighteen options in the
    meta_attributes of a resource. Changes: its name; all other names there stay as they are.
    """
    for old, new in NEW_NAMES.items():
        if old == new:
            continue
        before, after = shown("name", old), shown("name", new)
        pairs = option_pairs(draft, old)
        for pair in pairs:
            pair.set("name", new)
            yield Note(
                "M033", ChangeKind.REWRITTEN, pair, "name", before, after, "Pacemaker writes options with dashes"
            )
        draft.pairs[new] = draft.pairs.get(new, []) + pairs
    for name in LATER:
        for pair in option_pairs(draft, name):
            yield decide(
                "M033",
                pair,
                f'{named(owner(pair))} has {name}="{pair.get("value", "")}", which heartbeat 2.1 does not know '
                "and Pacemaker does. It is kept and takes effect from now on.",
                (f"delete nvpair '{pair.get('id', '')}' from the input to go on without it",),
            )
