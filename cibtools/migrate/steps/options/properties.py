"""M010 to M017: cluster options, under the names and with the values that Pacemaker 1.0 reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.value import parse_boolean, parse_time
from cibtools.cluster.vocabulary.option_table import UNDERSCORE_ONLY, Option, ValueType, cluster_options
from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.nvset import is_conditional, property_sets
from cibtools.migrate.heartbeat.value import read_count, read_score
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide, drop, rewrite

ALIASES = {
    name.replace("-", "_"): name
    for name in (
        "no-quorum-policy", "symmetric-cluster", "stonith-enabled", "stonith-action", "default-resource-stickiness",
        "default-resource-failure-stickiness", "is-managed-default", "default-action-timeout", "stop-orphan-resources",
        "stop-orphan-actions", "remove-after-stop", "startup-fencing", *sorted(UNDERSCORE_ONLY),
    )
} | {"transition_idle_timeout": "cluster-delay"}  # fmt: skip
"""The underscored names that 2.1 reads, and what Pacemaker calls them."""
_SHORTEST = {"cluster-delay": 5000, "default-action-timeout": 5000}
"""Milliseconds below which the engine takes the default (`check_time`)."""


def drop_bare_pairs(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M015: remove nvpairs that stand directly in crm_config.

    Source: policy engine 0.6, which reads sets alone, since 2.0.1. Trigger: an nvpair, or a wrapper of nvpairs, right
    below crm_config. Changes: it goes.
    """
    section = draft.section("crm_config")
    for found in [] if section is None else section.findall("*"):
        if found.tag in ("nvpair", "attributes"):
            yield drop("M015", found, "outside of a cluster_property_set it had no effect since 2.0.1")


def rename_properties(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M010: rename cluster options to the names that Pacemaker reads. M012: rename transition_idle_timeout to
    cluster-delay.

    Source: policy engine 0.6 (`cluster_pref`) and crmd 2.1. Trigger: one of the seventeen underscored names, in a
    cluster_property_set alone and as the whole name. Changes: the name; where both spellings occur, the one that 2.1
    did not look at goes.
    """
    spelled: dict[str, list[etree._Element]] = {}
    for pair in property_pairs(draft):
        spelled.setdefault(pair.get("name", ""), []).append(pair)
    for alias, name in ALIASES.items():
        old, new = spelled.get(alias, []), spelled.get(name, [])
        step = "M012" if name == "cluster-delay" else "M010"
        if name in UNDERSCORE_ONLY:
            yield from _only_underscored(old, new, name)
        elif old and any(not _is_in_conditional(pair) for pair in new):
            for pair in old:
                yield drop(step, pair, f"2.1 took {name}, which is set as well, and never looked at {alias}")
            continue
        elif old and new:
            yield _ask_about_both(new[0], alias)
        for pair in old:
            yield rewrite(step, pair, "name", name, "Pacemaker's name of the option")


def _only_underscored(old: list[etree._Element], new: list[etree._Element], name: str) -> Iterator[Note]:
    """Options that crmd read under their underscored names alone, so that the dashed one had no effect."""
    for pair in new:
        value = pair.get("value", "")
        if old:
            yield drop("M010", pair, f"2.1 took {name.replace('-', '_')}, which is set as well, and knew no other name")
        elif parse_time(value) != parse_time(cluster_options(Dialect.P10)[name].default):
            yield decide(
                "M010",
                pair,
                f'{name}="{value}" had no effect in 2.1, which knows the option as {name.replace("-", "_")}; '
                "Pacemaker reads it, and it was kept. Is it still wanted?",
                ("take it out of the CIB to have Pacemaker's default, "
                 f"{cluster_options(Dialect.P10)[name].default}",),
                attribute="name",
            )  # fmt: skip


def _ask_about_both(pair: etree._Element, alias: str) -> Note:
    name = pair.get("name", "")
    return decide(
        "M010",
        pair,
        f"{name} is set where a rule holds and {alias} elsewhere; 2.1 let the first win over the second, from now on "
        "the stronger set does. Does it come out as you mean it?",
        (f"give the set with the rule a higher score than the set of {alias}",),
        attribute="name",
    )


def normalise_values(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M016: write the values of cluster options as heartbeat 2.1 read them. M034: write the scores of cluster options
    as whole numbers.

    Source: policy engine 0.6 (`pe_opts`) and crmd 2.1: what a check rejects leaves the default standing. Trigger: a
    known option with another spelling of its value, or a value of the wrong kind. Changes: the value is written
    plainly, or the nvpair goes; an invalid stonith-enabled becomes false, and asks.
    """
    old, new = cluster_options(Dialect.HB2), cluster_options(Dialect.P10)
    pairs = property_pairs(draft)
    counts = Counter(pair.get("name", "") for pair in pairs)
    for pair in pairs:
        name = pair.get("name", "")
        if name in old and name in new:
            yield from _normalise(pair, name, old[name], alone=counts[name] == 1)


def _normalise(pair: etree._Element, name: str, option: Option, *, alone: bool) -> Iterator[Note]:
    text = pair.get("value", "")
    if option.type is ValueType.SCORE:
        yield from _normalise_score(pair, name, text)
        return
    plain = _plain(option, name, text)
    if plain is None and name == "stonith-enabled":
        yield rewrite("M016", pair, "value", "false", "2.1 could not read the value and took its default")
        question = f'stonith-enabled="{text}" is neither true nor false; 2.1 ran without fencing. Should it stay off?'
        yield decide("M016", pair, question, ("write true, once stonith resources are tested",), attribute="value")
    elif plain is None and not alone:
        reason = "2.1 could not take the value and used its default, whatever a weaker set says"
        yield rewrite("M016", pair, "value", option.default, reason)
    elif plain is None:
        yield drop("M016", pair, f"2.1 could not take the value of {name} and used its default, {option.default}")
    elif plain != text:
        yield rewrite("M016", pair, "value", plain, "the same value, spelled as Pacemaker's tools write it")


def _normalise_score(pair: etree._Element, name: str, text: str) -> Iterator[Note]:
    reading = read_score(text)
    if reading.text != text:
        yield rewrite("M034", pair, "value", reading.text, "the number that 2.1 read")
    if reading.doubtful:
        question = f'{name}="{text}" counted as {reading.text} in 2.1. Is that what it should be?'
        yield decide("M034", pair, question, (f"write another number for {name}",), attribute="value")


def _plain(option: Option, name: str, text: str) -> str | None:
    """The value as it is written plainly; None if the engine's check rejects it."""
    match option.type:
        case ValueType.BOOLEAN:
            value = parse_boolean(text)
            return None if value is None else str(value).lower()
        case ValueType.ENUM:
            word = text.strip().lower()
            return word if word in option.words else None
        case ValueType.INTEGER:
            number = read_count(text)
            return None if number.doubtful and number.text == "0" else number.text
        case ValueType.TIME:
            time = parse_time(text)
            return None if time is None or time < _SHORTEST.get(name, 0) else text
        case _:
            return text


def drop_meaningless(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M017: remove expected-nodes.

    Source: hb2openais writes it, no release has ever read it. Trigger: the property. Changes: it goes; other names that
    no release knows stay, since agents and tools may read them.
    """
    for pair in property_pairs(draft):
        if pair.get("name") == "expected-nodes":
            yield drop("M017", pair, "no release reads expected-nodes")


def property_pairs(draft: Draft) -> list[etree._Element]:
    """All nvpairs of cluster options."""
    return [pair for nvset in property_sets(draft) for pair in nvset.iterchildren("nvpair")]


def _is_in_conditional(pair: etree._Element) -> bool:
    nvset = pair.getparent()
    return nvset is not None and is_conditional(nvset)
