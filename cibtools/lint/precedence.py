"""One mistake, one finding: on the same place or topic a specific rule replaces a general one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from cibtools.lint.finding import Hit
from cibtools.lint.rule import Rule

_SPECIFIC_FIRST = (
    ("CIB203", "CIB202"),
    ("CIB203", "CIB003"),
    ("CIB202", "CIB003"),
    ("CIB504", "CIB003"),
    ("CIB105", "CIB103"),
    ("CIB406", "CIB403"),
    ("CIB604", "CIB609"),
    ("CIB608", "CIB003"),
    ("CIB701", "CIB612"),
    ("XEN203", "XEN102"),
    ("XEN203", "XEN104"),
    ("XEN102", "XEN103"),
    # The same mistake seen twice, from the ground floor and from above:
    ("CIB101", "CIB003"),
    ("CIB102", "CIB003"),
    ("CIB201", "CIB003"),
    ("CIB702", "CIB703"),
)


def topics(hit: Hit) -> frozenset[Hashable]:
    """What a hit is about: its place, and whatever the check names."""
    place = hit.place
    return hit.topics | {(id(place.document), place.element, place.attribute, place.spot)}


def without_general(hits: Iterable[tuple[Rule, Hit]]) -> list[tuple[Rule, Hit]]:
    """Leave out hits that a more specific rule has on the same topic."""
    found = list(hits)
    by_code: dict[str, set[Hashable]] = {}
    for rule, hit in found:
        by_code.setdefault(rule.code, set()).update(topics(hit))
    general: dict[str, list[str]] = {}
    for specific, other in _SPECIFIC_FIRST:
        general.setdefault(other, []).append(specific)
    return [
        (rule, hit)
        for rule, hit in found
        if not any(topics(hit) & by_code.get(specific, set()) for specific in general.get(rule.code, ()))
    ]
