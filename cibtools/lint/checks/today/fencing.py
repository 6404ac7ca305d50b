"""Fencing with Pacemaker 1.1 and later: two names of one option."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.cluster.derived.option import RENAMED, effective
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.value import parse_boolean, parse_time
from cibtools.lint.record.finding import Hit, Note


def two_names(cluster: Cluster) -> Iterator[Hit]:
    """Report options that are set under their old and their new name, and to different values (CIB413)."""
    for old, new in RENAMED.items():
        first = effective(cluster.property_sets, (old,), cluster.dialect)
        second = effective(cluster.property_sets, (new,), cluster.dialect)
        if first is None or second is None or _same(first.value, second.value):
            continue
        yield Hit(
            cluster.place(first.element, "value"),
            {"old": old, "new": new, "before": first.value, "value": second.value},
            subject=old,
            discriminator=old,
            notes=(Note(cluster.place(second.element, "value"), "the new name"),),
        )


def _same(one: str, other: str) -> bool:
    if one.strip().lower() == other.strip().lower():
        return True
    truths = parse_boolean(one), parse_boolean(other)
    times = parse_time(one), parse_time(other)
    return (None not in truths and truths[0] is truths[1]) or (None not in times and times[0] == times[1])
