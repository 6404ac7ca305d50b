"""One mistake, one finding: on the same place or topic a rule replaces those that it supersedes."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from cibtools.lint.record.finding import Hit, Severity
from cibtools.lint.record.rule import Rule


def topics(hit: Hit) -> frozenset[Hashable]:
    """What a hit is about: its place, and whatever the check names."""
    place = hit.place
    return hit.topics | {(id(place.document), place.element, place.attribute, place.spot)}


def without_general(hits: Iterable[tuple[Rule, Hit]]) -> list[tuple[Rule, Hit]]:
    """Leave out hits that a more specific rule, which is not left out itself, has on the same topic.

    An error gives way only to an error: else a run could end well for being told less.
    """
    found = list(hits)
    asked: dict[str, list[tuple[Rule, Hit]]] = {}
    general: dict[str, list[str]] = {}
    for rule, hit in found:
        if rule.code not in asked:
            for other in rule.supersedes:
                general.setdefault(other, []).append(rule.code)
        asked.setdefault(rule.code, []).append((rule, hit))
    left: dict[str, list[tuple[Rule, Hit]]] = {}

    def survivors(code: str) -> list[tuple[Rule, Hit]]:
        if code not in left:
            rivals = [rival for specific in general.get(code, ()) for rival in survivors(specific)]
            every = {topic for _, hit in rivals for topic in topics(hit)}
            grave = {topic for rule, hit in rivals if _is_error(rule, hit) for topic in topics(hit)}
            left[code] = [
                (rule, hit)
                for rule, hit in asked.get(code, ())
                if not topics(hit) & (grave if _is_error(rule, hit) else every)
            ]
        return left[code]

    kept = {id(hit) for code in asked for _, hit in survivors(code)}
    return [(rule, hit) for rule, hit in found if id(hit) in kept]


def _is_error(rule: Rule, hit: Hit) -> bool:
    return rule.severity_of(hit.variant, hit.severity) is Severity.ERROR
