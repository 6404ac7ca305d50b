"""The time line of each evening as rectangles: work, waits, limits, gates, outages, and the line of the turn-back.

Lengths are units of the picture; the page draws them, and a table beside it says the same in words.
"""

from __future__ import annotations

from msgspec import Struct

from cibtools.report.runbook.outage import Outage
from cibtools.report.runbook.schedule import Schedule
from cibtools.runbook.plan.enums import StopKind
from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.plan.step import as_words

LEFT, WIDTH, ROW = 190, 760, 24
"""Where bars begin, how far they may reach, and the height of a row."""
_HOUR = 3600


class Bar(Struct, frozen=True):
    """One rectangle."""

    kind: str
    """`work`, `pause`, `out` or `limit`."""
    x: int
    width: int


class Row(Struct, frozen=True):
    """One line of the picture."""

    label: str
    words: str
    """From when to when, and how long."""
    y: int
    bars: tuple[Bar, ...]
    gates: tuple[tuple[int, str], ...] = ()
    """Where a decision stands, and its name."""


class Evening(Struct, frozen=True):
    """The picture of one evening."""

    title: str
    length: str
    rows: tuple[Row, ...]
    height: int
    ticks: tuple[tuple[int, str], ...]
    """The axis: where, and which time."""
    turn: tuple[int, str] | None
    """The latest time to turn back."""
    end: tuple[int, str] | None
    """The end of the window."""


def evenings(runbook: Runbook, times: Schedule, away: tuple[Outage, ...]) -> tuple[Evening, ...]:
    """Draw every evening."""
    return tuple(_evening(runbook, times, away, number) for number in range(len(runbook.sessions)))


def _evening(runbook: Runbook, times: Schedule, away: tuple[Outage, ...], number: int) -> Evening:
    session = runbook.sessions[number]
    inside = [phase for phase in runbook.phases if phase.id in session.phases and phase.id in times.phases]
    window = runbook.slot.seconds if runbook.slot else 0
    longest = max(window, session.seconds, *(times.phases[phase.id].end for phase in inside), 1)
    scale = _Scale(longest)
    rows = [_row(phase, times, scale) for phase in inside]
    rows += [_away(one, times, scale) for one in away if one.evening == number]
    rows = [Row(row.label, row.words, 34 + ROW * place, row.bars, row.gates) for place, row in enumerate(rows)]
    return Evening(
        session.title,
        as_words(session.seconds),
        tuple(rows),
        44 + ROW * len(rows),
        tuple((scale.at(second), times.clock(second)) for second in range(0, longest + 1, scale.step)),
        _turn(inside, runbook, scale),
        (scale.at(window), times.clock(window)) if window else None,
    )


class _Scale:
    """Seconds as places in the picture."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        hours = longest / _HOUR
        self.step = next((step for step in (900, 1800, _HOUR, 2 * _HOUR, 4 * _HOUR) if longest / step <= 12), 0)
        self.step = self.step or int(hours / 10 + 1) * _HOUR

    def at(self, second: int) -> int:
        """Where a second lies."""
        return LEFT + second * WIDTH // self.longest

    def bar(self, kind: str, begin: int, end: int) -> Bar:
        """A rectangle between two times, wide enough to be seen."""
        begin, end = min(begin, self.longest), min(end, self.longest)
        return Bar(kind, self.at(begin), max(2, self.at(end) - self.at(begin)))


def _row(phase: Phase, times: Schedule, scale: _Scale) -> Row:
    span = times.phases[phase.id]
    bars = [scale.bar("limit", span.begin, span.begin + phase.duration.limit)]
    gates = [(scale.at(span.begin), name) for name in phase.entry_gates]
    for step in phase.steps:
        when = times.steps[step.id]
        if when.end > when.begin:
            bars.append(scale.bar("work", when.begin, when.end))
        if step.soak.min:
            bars.append(scale.bar("pause", when.end, when.end + step.soak.min))
        if step.decision.kind is not StopKind.NONE:
            gates.append((scale.at(when.begin), step.decision.gate or step.id))
    words = f"{times.clock(span.begin)} – {times.clock(span.end)}, {as_words(span.end - span.begin)}"
    return Row(f"{phase.id} {phase.title}", words, 0, tuple(bars), tuple(dict.fromkeys(gates)))


def _away(one: Outage, times: Schedule, scale: _Scale) -> Row:
    label = ", ".join(one.domus) if len(one.domus) <= 3 else f"{len(one.domus)} domUs down"
    words = f"{times.clock(one.begin)} – {times.clock(one.end)}, {as_words(one.seconds)} down"
    return Row(label, words, 0, (scale.bar("out", one.begin, one.end),))


def _turn(inside: list[Phase], runbook: Runbook, scale: _Scale) -> tuple[int, str] | None:
    """The earliest of the latest times to turn back before the evening's point of no return."""
    if not runbook.slot:
        return None
    found = []
    for phase in inside:
        if phase.point_of_no_return:
            break
        if phase.turn_back_by and phase.rollback_seconds:
            found.append((_seconds(phase.turn_back_by) - _seconds(runbook.slot.start)) % (24 * _HOUR))
    if not found:
        return None
    second = min(found)
    return (scale.at(second), f"turn back by {_clock(second, runbook.slot.start)}") if second <= scale.longest else None


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")[:2]
    return int(hours) * _HOUR + int(minutes[:2]) * 60


def _clock(second: int, start: str) -> str:
    total = _seconds(start) + second
    return f"{total // _HOUR % 24:02d}:{total % _HOUR // 60:02d}"
