"""The questions that failure stickiness leaves for the operator (M014), in words."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.cluster.value import show_score
from cibtools.migrate.heartbeat.stickiness import Weights, exact_threshold
from cibtools.migrate.record.change import Note
from cibtools.migrate.record.edit import decide

STEP = "M014"
_USUAL = (
    "threshold = 3 in the answers file gives all of them that number: the usual choice, together with a "
    'failure-timeout such as "10min", after which failures are forgotten'
)
_NEVER = 'threshold = "none": failures never move a resource'
_STAY = 'threshold = "exact": keep the values of heartbeat 2.1 (default)'
_NAMED = 10
"""How many resources a question names before it counts the rest."""


def ask_about_default(pair: etree._Element, weight: Weights, threshold: int, apart: list[str]) -> Note:
    """Ask whether the general threshold should stay; `apart` are those that a location score makes differ."""
    held = "unknown" if weight.stickiness is None else show_score(weight.stickiness)
    more = (
        f" Location scores made it another number: {_named(apart, '; ')}; Pacemaker has one for all nodes."
        if apart
        else ""
    )
    return decide(
        STEP,
        pair,
        f"rsc_defaults: with default-resource-stickiness={held} and default-resource-failure-stickiness="
        f"{show_score(weight.failure)} a resource left its node at failure {threshold}; "
        f"migration-threshold={threshold} is the same.{_hint(threshold, cloned=False)}{more} Default: keep it.",
        (_USUAL, _NEVER, _STAY),
        attribute="value",
        answer="threshold",
    )


def ask_about_some(holders: list[etree._Element], weight: Weights, threshold: int, apart: str) -> Note:
    """Ask whether the threshold of some resources, which are alike, should stay."""
    first = holders[0]
    cloned = first.tag in ("clone", "master") or next(first.iterancestors("clone", "master"), None) is not None
    left = "it left its node" if len(holders) == 1 else "each left its node"
    more = f" Location scores made it {apart}; Pacemaker has one number for all nodes." if apart else ""
    names = _named([holder.get("id", "") for holder in holders], ", ")
    return decide(
        STEP,
        first,
        f"{names}: with {weight.shown} {left} at failure {threshold}; "
        f"migration-threshold={threshold} is the same.{_hint(threshold, cloned=cloned)}{more} Default: keep it.",
        (_USUAL, _NEVER, _STAY),
        answer="threshold",
    )


def _named(names: list[str], separator: str) -> str:
    """The names, or the first of them and how many more there are."""
    more = [f"and {len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return separator.join(names[:_NAMED] + more)


def _hint(threshold: int, *, cloned: bool) -> str:
    if threshold >= 100:
        return " In practice it never moves because of failures."
    if threshold == 1 and cloned:
        return " A single failed monitor bans the instance from the node until somebody cleans up."
    if threshold == 1:
        return " A single failure bans it from the node until somebody cleans up."
    return ""


def ask_about_oddity(element: etree._Element, title: str, weight: Weights) -> Iterator[Note]:
    """Ask about weights that no exact threshold can stand for."""
    if weight.failure > 0:
        question = (
            f"{title}: failure stickiness {show_score(weight.failure)} drew the resource to the node where it failed; "
            "Pacemaker has nothing like it, and it was left out. Is that all right?"
        )
        yield decide(STEP, element, question, ("a location score for that node instead",), answer="threshold")
    elif weight.failure < 0 and weight.stickiness is None:
        question = (
            f"{title}: {weight.shown}, since crm_config is not among the files; so no migration-threshold was written. "
            "After how many failures should it leave its node?"
        )
        yield decide(STEP, element, question, ("give crm_config as well", _USUAL, _NEVER), answer="threshold")
    elif weight.failure < 0 and exact_threshold(weight.stickiness or 0, weight.failure) is None:
        question = (
            f"{title}: {weight.shown}; a negative stickiness drives it away at once, whatever fails, so no "
            "migration-threshold was written. Is the stickiness meant?"
        )
        yield decide(STEP, element, question, ("a stickiness of 0 or more", _USUAL, _NEVER), answer="threshold")


def refuse_rule(pair: etree._Element, title: str) -> Note:
    """Refuse to go on, since no one threshold stands for a weight that holds now and then."""
    return decide(
        STEP,
        pair,
        f'{title}: {pair.get("name", "")}="{pair.get("value", "")}" holds under a rule alone, so that no one '
        "migration-threshold comes to the same. After how many failures should a resource leave its node?",
        (
            "threshold = 3 in the answers file, or another number",
            _NEVER,
            'accept = ["M014"]: work it out as if the value under the rule were not there',
        ),
        attribute="value",
        inhibits=True,
    )
