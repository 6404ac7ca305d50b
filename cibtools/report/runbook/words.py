"""Numbers and enumerations of a runbook in the words that Markdown and HTML share."""

from __future__ import annotations

from cibtools.report.shared.printable import counted
from cibtools.runbook.plan.enums import How, Readiness
from cibtools.runbook.plan.step import Duration, Move, Soak, as_words

VERDICTS = {
    Readiness.READY: "ready",
    Readiness.WARNINGS: "ready with warnings",
    Readiness.BLOCKED: "blocked",
    Readiness.REFUSED: "refused",
}
"""The verdicts as people say them."""
DIALECTS = {"heartbeat-2.1": "heartbeat 2.1 (CIB 0.6)", "pacemaker-1.0": "Pacemaker 1.0"}
"""The cluster's generation for the line below the title."""
_HOW = {
    How.LIVE: "live-migrate",
    How.RESTART_THERE: "stop and start",
    How.STOP: "stop",
    How.START: "start",
    How.STAY: "stay",
    How.FENCE: "get fenced",
    How.UNKNOWN: "do something that the files do not settle",
}


def soak(found: Soak) -> str:
    """How long to watch; empty if not at all."""
    if found.recommended > found.min:
        return f"{as_words(found.min)}, better {as_words(found.recommended)}"
    return as_words(found.min) if found.min else ""


def time(duration: Duration) -> str:
    """A step's three times in one phrase: `3 min (limit 4 min, give up 9 min)`."""
    more = []
    if duration.limit > duration.nominal:
        more.append(f"limit {as_words(duration.limit)}")
    if duration.hard > duration.limit:
        more.append(f"give up {as_words(duration.hard)}")
    return as_words(duration.nominal) + (f" ({', '.join(more)})" if more else "")


def quantity(value: str | None, unit: str) -> str:
    """A value with its unit; times as times."""
    if value is None:
        return "not known"
    return as_words(int(value)) if unit == "s" and value.isdecimal() else f"{value} {unit}".strip()


def place(run_on: str) -> str:
    """Where the commands of a block are given."""
    return run_on[:1].upper() + run_on[1:] if run_on.startswith("inside ") else f"On {run_on}"


def moves(found: tuple[Move, ...]) -> tuple[str, ...]:
    """Predicted moves, those that are alike in one line: `nfs, dns1 live-migrate host1 → host2`."""
    alike: dict[tuple[How, str | None, str | None], list[str]] = {}
    for move in found:
        if move.how is not How.STAY:
            alike.setdefault((move.how, move.from_node, move.to_node), []).append(move.rsc)
    return tuple(f"{', '.join(names)} {_HOW[how]}{_way(how, old, new)}" for (how, old, new), names in alike.items())


def _way(how: How, old: str | None, new: str | None) -> str:
    if how in (How.LIVE, How.RESTART_THERE):
        return f" {old or 'from wherever it runs'} → {new or 'elsewhere'}"
    place = new if how is How.START else old
    return f" on {place}" if place else ""


def untouched(names: tuple[str, ...]) -> str:
    """The domUs that a step leaves alone; empty if there is none."""
    if not names:
        return ""
    who = ", ".join(names) if len(names) <= 8 else counted(len(names), "domU")
    return f"Not touched: {who}."
