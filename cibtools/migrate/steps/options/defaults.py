"""M013 and M037: cluster-wide defaults of resources and operations, which have sections of their own from 1.0 on."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from copy import deepcopy

from lxml import etree

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import RESOURCE_TAGS, Draft
from cibtools.migrate.heartbeat.nvset import find_pair, is_conditional, option_of, property_sets, put_pair
from cibtools.migrate.record.change import ChangeKind, Note
from cibtools.migrate.record.edit import add, decide, drop, move, rewrite

_HOMES = {
    "default-resource-stickiness": ("rsc_defaults", "resource-stickiness"),
    "is-managed-default": ("rsc_defaults", "is-managed"),
    "default-action-timeout": ("op_defaults", "timeout"),
}
_SHORT = {"rsc_defaults": "rsc", "op_defaults": "op"}
_OLD_DEFAULTS = {"resource-stickiness": "0", "is-managed": "true", "target-role": "Started"}


def move_defaults(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M013: move the defaults of resources and operations out of crm_config.

    Source: Pacemaker 1.0 has rsc_defaults and op_defaults; 2.0 reads nothing else. Trigger:
    default-resource-stickiness, is-managed-default, default-action-timeout; and a resource with the value `default`,
    which 1.0 does not know. Changes: the nvpairs move, with score and rule of their set; `default` becomes the default
    itself where a container says something else, and goes elsewhere.
    """
    for nvset in property_sets(draft):
        homes: dict[str, etree._Element] = {}
        for pair in nvset.findall("nvpair"):
            section, name = _HOMES.get(pair.get("name", ""), ("", ""))
            if not section:
                continue
            if section not in homes:
                homes[section] = yield from _target(draft, nvset, section)
            yield rewrite("M013", pair, "name", name, f"the name it has in {section}")
            yield move("M013", pair, homes[section], "Pacemaker keeps the defaults apart from the cluster options")
        if homes and next(nvset.iterchildren("nvpair"), None) is None:
            yield drop("M013", nvset, "nothing is left in the set")
    yield from _resolve_default_words(draft)


def defaults_section(
    step: str, draft: Draft, name: str, cause: etree._Element
) -> Generator[Note, None, etree._Element]:
    """The section for the defaults of resources or operations, made if it is not there."""
    section = draft.section(name)
    if section is None:
        section = draft.need_section(name, cause)
        yield Note(step, ChangeKind.ADDED, section, "", "", f"<{name}>", "Pacemaker's section for defaults")
    return section


def _target(draft: Draft, nvset: etree._Element, name: str) -> Generator[Note, None, etree._Element]:
    """A set for what moves out of another one, as strong and under the same rule."""
    section = yield from defaults_section("M013", draft, name, nvset)
    short = _SHORT[name]
    wanted = f"{nvset.get('id', '')}-{name.replace('_', '-')}" if is_conditional(nvset) else f"{short}-options"
    made = etree.Element("meta_attributes", {"id": draft.book(wanted, "meta_attributes")})
    score = nvset.get("score")
    if score is not None:
        made.set("score", score)
    for rule in nvset.iterchildren("rule"):
        copy = deepcopy(rule)
        copy.tail = None
        for part in copy.iter("*"):
            if part.get("id"):
                part.set("id", draft.book(f"{part.get('id')}-{short}", part.tag))
        made.append(copy)
    yield add("M013", draft, section, made, f"takes what {nvset.get('id', '')} said of defaults", cause=nvset)
    return made


def _resolve_default_words(draft: Draft) -> Iterator[Note]:
    for pair in _default_words(draft):
        name = pair.get("name", "")
        resource = next(pair.iterancestors(*RESOURCE_TAGS), None)
        if resource is None or name not in _OLD_DEFAULTS:
            continue
        above = [holder for holder in resource.iterancestors() if option_of(holder, name) is not None]
        sticky_clone = name == "resource-stickiness" and any(
            holder.tag in ("clone", "master") for holder in (resource, *resource.iterancestors())
        )
        if not above and not sticky_clone:
            yield drop("M013", pair, "`default` stood for the cluster's default, which holds without it")
            continue
        value = _default_of(draft, name)
        why = "a clone has 1 otherwise" if not above else f"{above[0].get('id', '')} says something else"
        yield rewrite("M013", pair, "value", value, f"`default` stood for the cluster's default, and {why}")
        if "crm_config" not in draft.known:
            yield decide(
                "M013",
                pair,
                f'{resource.get("id", "")}: {name}="default" stood for the default of the cluster, which this file '
                f"does not tell; {value} was written. Is it that?",
                ("give the file with crm_config as well",),
                attribute="value",
            )


def _default_words(draft: Draft) -> list[etree._Element]:
    # No value is `default` in most CIBs, whatever its case; then no nvpair need be asked.
    if not draft.mentions.word("default", "Default", "DEFAULT"):
        return []
    section = draft.section("resources")
    pairs = [] if section is None else section.iter("nvpair")
    return [pair for pair in pairs if pair.get("value", "").lower() == "default"]


def _default_of(draft: Draft, name: str) -> str:
    section = draft.section("rsc_defaults")
    pair = None if section is None else find_pair(section, "meta_attributes", name)
    return _OLD_DEFAULTS[name] if pair is None else pair.get("value", "")


def guard_clones(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M037: keep the cluster's default stickiness away from clones.

    Source: policy engine 0.6 gives instances of a clone the stickiness 1, whatever the default is; rsc_defaults would
    apply to them. Trigger: a default stickiness other than 0, and a clone or master without its own.
    Changes: it gets `resource-stickiness=1`.
    """
    section = draft.section("rsc_defaults")
    if section is None:
        return
    sticky = [
        pair
        for pair in section.iterfind("meta_attributes/nvpair")
        if pair.get("name") == "resource-stickiness" and pair.get("value") != "0"
    ]
    if not sticky:
        return
    for clone in draft.resources():
        if clone.tag in ("clone", "master") and option_of(clone, "resource-stickiness") is None:
            yield from put_pair(
                "M037",
                draft,
                clone,
                "meta_attributes",
                ("resource-stickiness", "1"),
                "instances of a clone had the stickiness 1 in 2.1, whatever the cluster's default",
                identity=f"{clone.get('id', '')}-resource-stickiness",
                cause=clone,
            )
    if "resources" not in draft.known:
        yield decide(
            "M037",
            sticky[0],
            f'rsc_defaults: resource-stickiness="{sticky[0].get("value")}" will hold for clones too; in 2.1 they had 1 '
            "whatever the default. Clones that are not among these files need resource-stickiness=1 of their own.",
            ("migrate the resources together with crm_config",),
        )
