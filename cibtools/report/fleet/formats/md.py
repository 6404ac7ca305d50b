"""The overview of a fleet as Markdown: for a ticket or a wiki page."""

from __future__ import annotations

from collections.abc import Iterator

from cibtools.fleet.record import Fleet, Member, State
from cibtools.report.fleet.words import copies, counts, left_out, names, plan, since, verdict, window
from cibtools.report.runbook.formats.md import grid, plain

SUFFIX = ".md"


def render(fleet: Fleet) -> str:
    """What is shared first, then the waves, then each cluster."""
    return "\n\n".join(part for part in _parts(fleet) if part) + "\n"


def _parts(fleet: Fleet) -> Iterator[str]:
    yield f"# Upgrade to {plain(fleet.target)}: {counts(fleet)}"
    blockers = [one for one in fleet.shared if one.blocks]
    if blockers:
        yield "## What blocks several"
        yield grid(
            ("what", "clusters", "for example", "which"),
            (
                (f"{one.code} {one.title}".strip(), str(len(one.blocks)), one.example, names(one.blocks))
                for one in blockers
            ),
        )
    yield "## Waves"
    yield grid(
        ("wave", "clusters", "window for each"),
        ((str(one.number), names(one.members), window(one)) for one in fleet.waves),
    )
    later = left_out(fleet)
    if later:
        yield f"In no wave yet: {plain(names(later))}."
    yield "## Clusters"
    yield grid(("cluster", "verdict", "first reason", "nodes, domUs", "plan"), map(_row, fleet.members))
    drift = [(one.name, said) for one in fleet.members for said in (*map(copies, one.copies), since(one.since)) if said]
    if drift:
        yield "## Drift"
        yield grid(("cluster", "what differs"), drift)


def _row(member: Member) -> tuple[str, ...]:
    first = member.obstacles[0] if member.obstacles else None
    reason = f"{first.code} {first.text}".strip() if first else member.trouble
    size = "" if member.state is State.NONE else f"{member.nodes}, {member.domus}"
    return member.name, verdict(member), reason, size, plan(member)
