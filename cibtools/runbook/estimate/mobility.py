"""What makes a domU restart instead of migrate, or without moving at all: mandatory ties to clones."""

from __future__ import annotations

from collections.abc import Mapping

from cibtools.cluster.derived.option import meta_is
from cibtools.cluster.model.objects import OrderConstraint, Resource, Strength
from cibtools.cluster.value import INFINITY
from cibtools.runbook.facts.survey import Survey

Anchors = Mapping[str, tuple[int, str]]
"""By resource: the first constraint that ties it to a clone that stops, as its number and in words."""


def anchors(survey: Survey, stopping: set[str]) -> Anchors:
    """Find what ties resources to these clones while they stop an instance, orders before colocations.

    The old schedulers migrate only what is at the bottom of the stack; the ones of today do it anyway.
    """
    found: dict[str, tuple[int, str]] = {}
    for order in survey.cluster.orders if stopping else ():
        if order.strength is Strength.MANDATORY and _clone(survey, order.first) in stopping:
            reason = f"{order.id} makes it wait for {order.first}, which stops at the same time"
            found.setdefault(order.then, (len(found), reason))
    for tie in survey.cluster.colocations if stopping else ():
        strict = tie.score is not None and tie.score >= INFINITY
        if strict and _clone(survey, tie.with_rsc) in stopping:
            reason = f"{tie.id} ties it to {tie.with_rsc}, which stops at the same time"
            found.setdefault(tie.rsc, (len(found), reason))
    return found


def anchored(top: Resource, found: Anchors) -> str:
    """Tell why a resource is restarted rather than migrated; empty if it is not."""
    return min((found[member.id] for member in top.walk() if member.id in found), default=(0, ""))[1]


def ties(survey: Survey) -> bool:
    """True if any constraint could keep a domU from migrating live."""
    mandatory = any(order.strength is Strength.MANDATORY for order in survey.cluster.orders)
    return mandatory or any(found.score is not None and found.score >= INFINITY for found in survey.cluster.colocations)


def _clone(survey: Survey, name: str) -> str:
    """The clone that is or holds the resource of that name."""
    resource = survey.cluster.resource(name)
    clone = survey.cluster.clone_of(resource) if resource else None
    return clone.id if clone else ""


def restart_orders(survey: Survey) -> tuple[tuple[OrderConstraint, ...], tuple[str, ...]]:
    """The orders that make domUs restart when a node comes back, and those domUs.

    A clone that is not interleaved waits for every instance of the clone before it: a new instance of that one restarts
    all of its own, and what runs on top of them. With score 0 nothing of the kind happens.
    """
    cluster = survey.cluster
    found: list[OrderConstraint] = []
    restarted: dict[str, None] = {}
    for order in cluster.orders:
        if order.strength is not Strength.MANDATORY or not _clone(survey, order.first):
            continue
        then = cluster.resource(order.then)
        clone = cluster.clone_of(then) if then else None
        if clone is not None:
            if meta_is(cluster, clone, "interleave", False):
                continue
            hit = _guests_after(survey, {clone.id})
        else:
            tops = {member.id for member in cluster.top(then).walk()} if then else set()
            hit = [guest.id for guest in survey.guests if guest.id in tops]
            if _interleaved_below(survey, order):
                continue
        if hit:
            found.append(order)
            restarted.update(dict.fromkeys(hit))
    domus = tuple(guest.id for guest in survey.guests if guest.id in restarted)
    return tuple(found), domus


def _interleaved_below(survey: Survey, order: OrderConstraint) -> bool:
    """True if the clone that a domU waits for cannot be restarted by a new instance of another one."""
    resource = survey.cluster.resource(order.first)
    clone = survey.cluster.clone_of(resource) if resource else None
    return clone is not None and meta_is(survey.cluster, clone, "interleave", False)


def _guests_after(survey: Survey, names: set[str]) -> list[str]:
    """DomUs that start after any of these, directly or by way of others, however strong the orders."""
    reached = set(names)
    while True:
        more = {order.then for order in survey.cluster.orders if order.first in reached} - reached
        if not more:
            return [guest.id for guest in survey.guests if guest.id in reached]
        reached |= more
