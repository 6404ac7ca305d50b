"""When each step begins, counted from the begin of its evening and, where a window is given, as a time of day."""

from __future__ import annotations

from msgspec import Struct

from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.plan.step import as_words


class Span(Struct, frozen=True):
    """From when to when, as planned, in seconds since the evening began."""

    evening: int
    """0 for the first."""
    begin: int
    end: int
    """Of the work; the wait after it is not part of it."""


class Schedule(Struct, frozen=True):
    """The plan's times; phases that belong to no evening have none."""

    start: str
    """`20:00`; empty if no window was given."""
    steps: dict[str, Span]
    phases: dict[str, Span]
    evenings: tuple[str, ...]
    """The titles of the evenings."""

    def between(self, evening: int, begin: int, end: int) -> str:
        """From when to when, with the evening if there are several."""
        title = f"{self.evenings[evening]}, " if len(self.evenings) > 1 else ""
        return f"{title}{self.clock(begin)} – {self.clock(end)}"

    def clock(self, seconds: int) -> str:
        """A time of day, or how long after the begin of the evening; rounded down to minutes."""
        if not self.start:
            return f"+{as_words(seconds - seconds % 60)}" if seconds >= 60 else "at the begin"
        hours, minutes = map(int, self.start.split(":"))
        total = hours * 3600 + minutes * 60 + seconds
        return f"{total // 3600 % 24:02d}:{total % 3600 // 60:02d}"


def schedule(runbook: Runbook) -> Schedule:
    """Lay the steps of every evening one after the other; alternatives begin together, and the longest counts."""
    steps: dict[str, Span] = {}
    phases: dict[str, Span] = {}
    by_id = {phase.id: phase for phase in runbook.phases}
    for evening, session in enumerate(runbook.sessions):
        now = 0
        begun: dict[str, int] = {}
        inside = [by_id[name] for name in session.phases if name in by_id]
        for phase in inside:
            begin = begun.setdefault(phase.instead_of or phase.id, now)
            end = _lay(phase, evening, begin, steps)
            phases[phase.id] = Span(evening, begin, end)
            now = max(now, end + (phase.soak.min if phase is not inside[-1] else 0))
    titles = tuple(one.title for one in runbook.sessions)
    return Schedule(runbook.slot.start if runbook.slot else "", steps, phases, titles)


def _lay(phase: Phase, evening: int, begin: int, steps: dict[str, Span]) -> int:
    """Lay the steps of one phase; return when the last wait of its steps is over."""
    now = begin
    for step in phase.steps:
        steps[step.id] = Span(evening, now, now + step.duration.nominal)
        now += step.duration.nominal + step.soak.min
    return now
