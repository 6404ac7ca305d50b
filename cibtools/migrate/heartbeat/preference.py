"""Scores that location constraints add to a resource on single nodes, as far as they are plain to see.

What counts is a score for a node by its name; what a rule works out at run time cannot be told beforehand.
"""

from __future__ import annotations

from functools import cached_property

from lxml import etree

from cibtools.cluster.value import INFINITY
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.heartbeat.stickiness import Weights, exact_threshold, score_in


class Preferences:
    """The finite positive location scores of a draft, looked up by resource."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft

    @cached_property
    def _scores(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for constraint in self._draft.constraints("rsc_location"):
            resource = found.setdefault(constraint.get("rsc", ""), {})
            for node, score in _node_scores(constraint):
                if 0 < score < INFINITY:
                    resource[node] = resource.get(node, 0) + score
        return found

    def thresholds(self, holder: etree._Element, weight: Weights) -> str:
        """The fail-counts that a location score makes different, for people; nothing if there are none."""
        if weight.stickiness is None or not 0 <= weight.stickiness < INFINITY:
            return ""
        plain = exact_threshold(weight.stickiness, weight.failure)
        found = [
            (node, exact_threshold(min(INFINITY, weight.stickiness + score), weight.failure))
            for node, score in self._scores.get(holder.get("id", ""), {}).items()
        ]
        return ", ".join(f"{threshold} on {node}" for node, threshold in found if threshold != plain)


def _node_scores(constraint: etree._Element) -> list[tuple[str, int]]:
    node, score = constraint.get("node"), constraint.get("score")
    if node is not None and score is not None:
        return [(node, score_in(score))]
    return [found for rule in constraint.iterchildren("rule") for found in _of_rule(rule)]


def _of_rule(rule: etree._Element) -> list[tuple[str, int]]:
    expressions = [*rule.iterchildren("*")]
    if len(expressions) != 1 or rule.get("score") is None:
        return []
    (only,) = expressions
    if only.get("attribute") != "#uname" or (only.get("operation") or "").lower() != "eq":
        return []
    return [(only.get("value", ""), score_in(rule.get("score")))]
