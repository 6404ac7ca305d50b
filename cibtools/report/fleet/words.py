"""The overview of a fleet in words that all its formats share."""

from __future__ import annotations

from cibtools.fleet.record import CopyDrift, Fleet, Member, Shared, State, TimeDrift, Wave
from cibtools.report.shared.printable import counted
from cibtools.runbook.plan.step import as_words

SIGNS = {State.GO: "✔", State.LOOK: "△", State.STOP: "✖", State.NONE: "?"}
"""The sign that goes with each verdict."""
LOOKS = {State.GO: "good", State.LOOK: "look", State.STOP: "stop", State.NONE: "stop"}
"""The class of the page for each verdict."""
LISTED = 12
"""So many names are listed; the table of clusters has all."""


def verdict(member: Member) -> str:
    """Say the verdict with its sign."""
    return f"{SIGNS[member.state]} {member.state.value}"


def counts(fleet: Fleet) -> str:
    """Say how many clusters have which verdict."""
    parts = [f"{fleet.count(state)} {state.value}" for state in State if fleet.count(state)]
    return f"{counted(len(fleet.members), 'cluster')}: {', '.join(parts)}"


def names(found: tuple[str, ...]) -> str:
    """List names, and say how many more there are."""
    more = len(found) - LISTED
    return ", ".join(found[:LISTED]) + (f" and {more} more" if more > 0 else "")


def shared_line(one: Shared) -> str:
    """Say a condition in one line."""
    said = f"{one.code}: {one.title}" if one.code else one.title
    return f"{said} ({counted(len(one.blocks), 'cluster')})"


def plan(member: Member) -> str:
    """Say how long the upgrade takes."""
    if not member.evenings:
        return ""
    away = f"; a domU is away for {as_words(member.outage)} at most" if member.outage else ""
    return f"{counted(member.evenings, 'evening')}, the longest {as_words(member.longest)}{away}"


def copies(one: CopyDrift) -> str:
    """Say which nodes have which content of a file."""
    return f"{one.name} differs: {' | '.join(', '.join(group) for group in one.hosts)}"


def since(one: TimeDrift | None) -> str:
    """Say what changed since an earlier backup; nothing if there is none."""
    if one is None:
        return ""
    if not one.differences:
        return f"no difference to {one.earlier}"
    more = one.differences - len(one.told)
    said = "; ".join(one.told) + (f"; and {more} more" if more > 0 else "")
    return f"{counted(one.differences, 'difference')} to {one.earlier}: {said}"


def window(wave: Wave) -> str:
    """Say which window is enough for each cluster of a wave."""
    return f"{counted(wave.evenings, 'evening')} of {as_words(wave.longest)}"


def left_out(fleet: Fleet) -> tuple[str, ...]:
    """Return the clusters that are in no wave."""
    placed = {name for wave in fleet.waves for name in wave.members}
    return tuple(member.name for member in fleet.members if member.name not in placed)
