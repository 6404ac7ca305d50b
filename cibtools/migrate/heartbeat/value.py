"""Values as the policy engine of heartbeat 2.1 reads them, and the spelling that Pacemaker 1.0 takes for the same.

The old engine is lenient: it takes the number that a text begins with. What it makes of a text is written out, so that
no later engine can read it otherwise.
"""

from __future__ import annotations

import re

from msgspec import Struct

from cibtools.cluster.value import INFINITY, show_score, whole_number
from cibtools.cluster.vocabulary import option_table

_LEADING = re.compile(r"\s*([+-]?\d+)")
_PLAIN = re.compile(r"\s*[+-]?\d+(\.\d*)?\s*$|\s*[+-]?0?\.\d+\s*$")
_INFINITIES = {"infinity": INFINITY, "+infinity": INFINITY, "-infinity": -INFINITY}
_INT_MAX = 2_147_483_647
ROLES = {role.lower(): role for role in option_table.ROLES}
"""Roles in lower case, as the engine compares them, and as they are written."""


class Reading(Struct, frozen=True):
    """What a text meant to the old engine."""

    text: str
    """The same, as Pacemaker 1.0 takes it."""
    doubtful: bool
    """True if the author can hardly have meant what the engine made of it."""


def read_score(text: str | None) -> Reading:
    """A score: INFINITY in any case, else the whole number at the start, else 0; beyond a million it is INFINITY.

    Source: `char2score` of 2.1 and 0.6, tried on the engine. A number that does not fit into an `int` came out as the
    platform would have it, hence doubtful.
    """
    word = (text or "").strip()
    infinite = _INFINITIES.get(word.lower())
    if infinite is not None:
        return Reading(show_score(infinite), False)
    match = _LEADING.match(word)
    if match is None:
        return Reading("0", True)
    number = whole_number(match[1])
    clamped = max(-INFINITY, min(INFINITY, number))
    return Reading(show_score(clamped), not _PLAIN.match(word) or abs(number) > _INT_MAX)


def read_count(text: str | None) -> Reading:
    """A count such as clone_max: the whole number at the start, else 0."""
    match = _LEADING.match(text or "")
    if match is None:
        return Reading("0", True)
    return Reading(str(whole_number(match[1])), not re.fullmatch(r"\s*[+-]?\d+\s*", text or ""))
