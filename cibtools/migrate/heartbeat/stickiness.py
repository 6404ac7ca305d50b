"""What failures cost a resource under heartbeat 2.1, and the migration-threshold that comes to the same.

2.1 adds the fail-count times the failure stickiness to the score of the node, so that a resource leaves when this eats
up its stickiness. Checked against policy engine 0.6 by bisection on real transitions.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree
from msgspec import Struct

from cibtools.cluster.value import INFINITY, parse_score, show_score
from cibtools.migrate.heartbeat.nvset import option_of
from cibtools.migrate.heartbeat.value import read_score

STICKINESS = "resource-stickiness"
FAILURE = "resource-failure-stickiness"


def exact_threshold(stickiness: int, failure: int) -> int | None:
    """The fail-count at which a resource left its node; None if failures never drove it away.

    A negative stickiness moved it at once, whatever the fail-count.
    """
    if failure >= 0 or (stickiness < 0 and failure > -INFINITY):
        return None
    if failure <= -INFINITY:
        return 1
    if stickiness >= INFINITY:
        return -(-INFINITY // -failure)
    return stickiness // -failure + 1


class Weights(Struct, frozen=True):
    """What holds one primitive on its node, and what a failure costs it."""

    primitive: etree._Element
    stickiness: int | None
    """Of its whole group if it is in one; None if the files do not tell."""
    failure: int
    own: bool
    """True if any of the two is said on the resource or a container, or the primitive is in a container."""

    @property
    def shown(self) -> str:
        """The two numbers, for people."""
        held = "unknown" if self.stickiness is None else show_score(self.stickiness)
        return f"stickiness {held} and failure stickiness {show_score(self.failure)}"


class Defaults(Struct, frozen=True):
    """The defaults of the cluster; None for a stickiness that the files do not tell."""

    stickiness: int | None
    failure: int


def weights(top: etree._Element, defaults: Defaults) -> Iterator[Weights]:
    """The weights of a resource at the top level, or of every primitive in it."""
    for primitive in [top] if top.tag == "primitive" else top.iter("primitive"):
        group = next(primitive.iterancestors("group"), None)
        members = [primitive] if group is None else group.findall("primitive")
        held = [_stickiness(member, defaults) for member in members]
        known = [score for score in held if score is not None]
        total = _sum(known) if len(known) == len(held) else None
        text = _inherited(primitive, FAILURE)
        own = primitive is not top or text is not None or _inherited(primitive, STICKINESS) is not None
        yield Weights(primitive, total, defaults.failure if text is None else score_in(text), own)


def _stickiness(primitive: etree._Element, defaults: Defaults) -> int | None:
    text = _inherited(primitive, STICKINESS)
    if text is not None:
        return score_in(text)
    # The cluster's default does not reach clones; their instances have 1.
    return 1 if next(primitive.iterancestors("clone", "master"), None) is not None else defaults.stickiness


def _inherited(primitive: etree._Element, name: str) -> str | None:
    """What a primitive or the innermost container that says anything says; `default` hides the outer ones."""
    for holder in (primitive, *primitive.iterancestors("group", "clone", "master")):
        text = option_of(holder, name)
        if text is not None:
            return None if text.lower() == "default" else text
    return None


def score_in(text: str | None) -> int:
    """The score that a text means to the old engine."""
    return parse_score(read_score(text).text) or 0


def _sum(scores: list[int]) -> int:
    """Scores as the engine adds them: -INFINITY beats INFINITY, and INFINITY everything else."""
    if min(scores) <= -INFINITY:
        return -INFINITY
    if max(scores) >= INFINITY:
        return INFINITY
    return max(-INFINITY, min(INFINITY, sum(scores)))
