"""M014: failure stickiness, which Pacemaker does without, becomes migration-threshold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree
from msgspec import Struct

from cibtools.migrate.answers import Answers
from cibtools.migrate.draft.draft import RESOURCE_TAGS, Draft
from cibtools.migrate.heartbeat.nvset import conditional_pair, find_pair, property_sets, put_pair
from cibtools.migrate.heartbeat.preference import Preferences
from cibtools.migrate.heartbeat.stickiness import (
    FAILURE,
    STICKINESS,
    Defaults,
    Weights,
    exact_threshold,
    score_in,
    weights,
)
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import drop
from cibtools.migrate.steps.options.defaults import defaults_section
from cibtools.migrate.steps.resources.threshold_question import (
    STEP,
    ask_about_default,
    ask_about_oddity,
    ask_about_some,
    refuse_rule,
)

_DEFAULT_FAILURE = f"default-{FAILURE}"
_THRESHOLD = "migration-threshold"


class _Wanted(Struct, frozen=True):
    """What one resource, or all that is in a container, needs."""

    holder: etree._Element
    weight: Weights
    threshold: int | None


def replace_failure_stickiness(draft: Draft, answers: Answers) -> Iterator[Note]:
    """M014: replace failure stickiness with migration-threshold.

    Source: policy engine 0.6, by bisection on real transitions; Pacemaker 2.0 ignores failure stickiness. Trigger:
    resource-failure-stickiness on a resource, or its default among the cluster options. Changes: those nvpairs go;
    migration-threshold comes, as a default where the defaults of the cluster made it, else on the resource or its
    outermost container; asks for each of them.
    """
    spent = _failure_pairs(draft)
    if not spent:
        return
    defaults = _defaults(draft)
    if answers.threshold == "exact" and any(score_in(pair.get("value")) < 0 for pair in spent):
        yield from _refuse_rules(draft, defaults)
    usual = Weights(draft.configuration, defaults.stickiness, defaults.failure, own=False)
    general = _threshold(usual, answers, draft.configuration.iterchildren("crm_config"))
    wanted = [row for top in _tops(draft) for row in _wanted(top, defaults, answers)]
    yield from _write_default(draft, answers, usual, general, wanted, spent)
    rows = [row for row in wanted if row.weight.own or row.threshold != general]
    for row in rows:
        yield from _write(draft, row, general, answers)
    yield from _ask(rows, general, Preferences(draft))
    for pair in spent:
        yield drop(STEP, pair, "Pacemaker counts failures against migration-threshold instead")


def _failure_pairs(draft: Draft) -> list[etree._Element]:
    resources = draft.section("resources")
    found = [pair for nvset in property_sets(draft) for pair in nvset.iterchildren("nvpair")]
    kept = [pair for pair in found if pair.get("name") == _DEFAULT_FAILURE]
    pairs = [] if resources is None else [pair for pair in resources.iter("nvpair") if pair.get("name") == FAILURE]
    return kept + [pair for pair in pairs if next(pair.iterancestors(), pair).tag == "meta_attributes"]


def _tops(draft: Draft) -> list[etree._Element]:
    section = draft.section("resources")
    return [] if section is None else [*section.iterchildren(*RESOURCE_TAGS)]


def _defaults(draft: Draft) -> Defaults:
    options, resources = draft.section("crm_config"), draft.section("rsc_defaults")
    failure = None if options is None else find_pair(options, "cluster_property_set", _DEFAULT_FAILURE)
    held = None if resources is None else find_pair(resources, "meta_attributes", STICKINESS)
    known = 0 if "crm_config" in draft.known else None
    return Defaults(
        known if held is None else score_in(held.get("value")), 0 if failure is None else score_in(failure.get("value"))
    )


def _threshold(weight: Weights, answers: Answers, holders: Iterable[etree._Element]) -> int | None:
    """What replaces a failure stickiness that these holders may state, by the operator's answer; None for nothing."""
    if isinstance(answers.threshold, int):
        drives_away = weight.failure < 0 or any(_drives_away_at_times(holder) for holder in holders)
        return answers.threshold if drives_away else None
    if weight.failure >= 0 or answers.threshold == "none":
        return None
    return None if weight.stickiness is None else exact_threshold(weight.stickiness, weight.failure)


def _drives_away_at_times(holder: etree._Element) -> bool:
    """True if a failure stickiness under a rule may drive a resource away."""
    tag, name = (
        ("cluster_property_set", _DEFAULT_FAILURE) if holder.tag == "crm_config" else ("meta_attributes", FAILURE)
    )
    pair = conditional_pair(holder, tag, name)
    return pair is not None and score_in(pair.get("value")) < 0


def _wanted(top: etree._Element, defaults: Defaults, answers: Answers) -> list[_Wanted]:
    """One row for a resource at the top level; for a container only if the primitives in it differ, one for each."""
    rows = [
        _Wanted(
            weight.primitive,
            weight,
            _threshold(weight, answers, (weight.primitive, *weight.primitive.iterancestors(*RESOURCE_TAGS))),
        )
        for weight in weights(top, defaults)
    ]
    if len({row.threshold for row in rows}) == 1 and len({row.weight.failure for row in rows}) == 1:
        return [_Wanted(top, rows[0].weight, rows[0].threshold)]
    return rows


def _refuse_rules(draft: Draft, defaults: Defaults) -> Iterator[Note]:
    options, general = draft.section("crm_config"), draft.section("rsc_defaults")
    places = []
    if options is not None:
        places.append((options, "cluster_property_set", _DEFAULT_FAILURE))
    if general is not None:
        places.append((general, "meta_attributes", STICKINESS))
    for resource in draft.resources():
        places.append((resource, "meta_attributes", FAILURE))
        holders = (resource, *resource.iterancestors(*RESOURCE_TAGS))
        if defaults.failure < 0 or any(find_pair(holder, "meta_attributes", FAILURE) is not None for holder in holders):
            places.append((resource, "meta_attributes", STICKINESS))
    for parent, tag, name in places:
        pair = conditional_pair(parent, tag, name)
        if pair is not None:
            yield refuse_rule(pair, parent.get("id") or parent.tag)


def _write_default(
    draft: Draft,
    answers: Answers,
    usual: Weights,
    general: int | None,
    wanted: list[_Wanted],
    spent: list[etree._Element],
) -> Iterator[Note]:
    cause = next((pair for pair in spent if pair.get("name") == _DEFAULT_FAILURE), None)
    if cause is None:
        return
    if general is None:
        if answers.threshold == "exact":
            yield from ask_about_oddity(cause, "crm_config", usual)
        return
    section = yield from defaults_section(STEP, draft, "rsc_defaults", cause)
    yield from put_pair(
        STEP,
        draft,
        section,
        "meta_attributes",
        (_THRESHOLD, str(general)),
        "takes the place of default-resource-failure-stickiness",
        identity=f"{{set}}-{_THRESHOLD}",
        new_set="rsc-options",
        cause=cause,
    )
    preferences = Preferences(draft)
    apart = [
        f"{row.holder.get('id', '')} {found}"
        for row in wanted
        if not row.weight.own and (found := preferences.thresholds(row.holder, row.weight))
    ]
    yield ask_about_default(cause, usual, general, apart)


def _write(draft: Draft, row: _Wanted, general: int | None, answers: Answers) -> Iterator[Note]:
    """Write what a resource needs of its own."""
    identity = row.holder.get("id", "")
    if row.threshold is None and answers.threshold == "exact":
        yield from ask_about_oddity(row.holder, identity, row.weight)
    if row.threshold != general:
        own = find_pair(row.holder, "meta_attributes", FAILURE)
        yield from put_pair(
            STEP,
            draft,
            row.holder,
            "meta_attributes",
            (_THRESHOLD, "INFINITY" if row.threshold is None else str(row.threshold)),
            f"takes the place of failure stickiness: {row.weight.shown}",
            identity=f"{identity}-{_THRESHOLD}",
            cause=row.holder if own is None else own,
        )


def _ask(rows: list[_Wanted], general: int | None, preferences: Preferences) -> Iterator[Note]:
    """One question for all resources that are alike."""
    alike: dict[tuple[str, str, str, int], list[_Wanted]] = {}
    for row in rows:
        apart = preferences.thresholds(row.holder, row.weight)
        if row.threshold is not None and (row.threshold != general or apart):
            kind = "clone" if row.holder.tag == "master" else row.holder.tag
            alike.setdefault((kind, row.weight.shown, apart, row.threshold), []).append(row)
    for (_, _, apart, threshold), found in alike.items():
        yield ask_about_some([row.holder for row in found], found[0].weight, threshold, apart)
