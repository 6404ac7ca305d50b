"""Folding: many findings of one rule in one file become one with a list, so that the rare ones stay visible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cibtools.lint.record.finding import Hit, Severity
from cibtools.lint.record.rule import Rule

LIMIT = 5
"""Up to so many findings of one rule and variant in one file are shown one by one."""


def fold(hits: Iterable[tuple[Rule, Hit]], remedy_of: Callable[[Rule, Hit], str]) -> list[tuple[Rule, Sequence[Hit]]]:
    """Group hits: each alone, or more than `LIMIT` that differ in nothing but their objects together.

    Together are hits of one rule, variant and severity, in one file and with one remedy; errors stay alone.
    """
    groups: dict[tuple[str, str, Severity, int, str], tuple[Rule, list[Hit]]] = {}
    for rule, hit in hits:
        severity = rule.severity_of(hit.variant, hit.severity)
        key = (rule.code, hit.variant, severity, id(hit.place.document), remedy_of(rule, hit))
        groups.setdefault(key, (rule, []))[1].append(hit)
    folded: list[tuple[Rule, Sequence[Hit]]] = []
    for (_, _, severity, _, _), (rule, group) in groups.items():
        if len(group) > LIMIT and severity is not Severity.ERROR:
            folded.append((rule, sorted(group, key=lambda hit: hit.place.span.start)))
        else:
            folded += [(rule, [hit]) for hit in group]
    return folded
