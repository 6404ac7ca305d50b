"""Which nodes a step concerns, for the filter of the page and the sheet of each node."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cibtools.runbook.plan.step import Step

_EACH = re.compile(r"\b(?:each|any|every) node\b|\ball nodes(?! in order)")


def nodes_of(step: Step, names: Iterable[str]) -> tuple[str, ...]:
    """The nodes whose operator needs this step, in the order of the cluster; all of them where none is named.

    A step is never hidden from a node that it could concern.
    """
    listed = tuple(names)
    places = [step.where, *(found.run_on for found in step.commands), *(found.run_on for found in step.verify)]
    if any(_EACH.search(place) for place in places):
        return listed
    words = {word.strip(",;:()") for place in places for word in place.split()} | set(places)
    return tuple(name for name in listed if name in words) or listed
