"""The time there is: whether each evening fits into it, and until when one can still turn back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from cibtools.runbook.facts.parameters import HOUR, Wishes
from cibtools.runbook.plan.enums import Light, worst
from cibtools.runbook.plan.runbook import Criterion, Gate, Phase, Session, done
from cibtools.runbook.plan.step import as_words

_CUT = 8 * HOUR
"""A wait this long ends an evening."""


def sessions(phases: tuple[Phase, ...]) -> tuple[Session, ...]:
    """Cut the phases into evenings: wherever there is a long wait."""
    found: list[Session] = []
    current: list[Phase] = []
    for phase in phases:
        current.append(phase)
        if phase.soak.recommended >= _CUT or phase is phases[-1]:
            seconds = sum(one.duration.nominal for one in done(current)) + _waits(current)
            if seconds:
                found.append(Session(f"evening {len(found) + 1}", tuple(one.id for one in current), seconds))
                current = []
    return tuple(found)


def _waits(phases: Sequence[Phase]) -> int:
    """Seconds of waiting inside an evening: after steps, and between its phases."""
    return sum(one.waits for one in done(phases)) + sum(one.soak.min for one in phases[:-1])


def window_check(phases: tuple[Phase, ...], evenings: Iterable[Session], wishes: Wishes) -> Criterion:
    """P-23: every evening fits into the window with its waits; doubtful if it does not at the limits of its steps."""
    text = "the window is long enough"
    if wishes.window is None:
        longest = max((one.seconds for one in evenings), default=0)
        return Criterion("P-23", Light.AMBER, text, f"not given (--window); {as_words(longest)} are expected", True)
    words, light = [], Light.GREEN
    for one in evenings:
        inside = [phase for phase in phases if phase.id in one.phases]
        limit = sum(phase.duration.limit for phase in done(inside)) + _waits(inside)
        fits = Light.RED if one.seconds > wishes.window else Light.AMBER if limit > wishes.window else Light.GREEN
        light = worst((light, fits))
        words.append(f"{one.title} takes {as_words(one.seconds)} with its waits, {as_words(limit)} at most")
    return Criterion("P-23", light, text, f"{'; '.join(words)}; there are {as_words(wishes.window)}")


def with_check(gates: Iterable[Gate], check: Criterion) -> tuple[Gate, ...]:
    """The gates with the check of the window at the start."""
    return tuple(
        replace(gate, criteria=tuple(sorted((*gate.criteria, check), key=_number))) if gate.id == "G-START" else gate
        for gate in gates
    )


def _number(criterion: Criterion) -> tuple[bool, str]:
    """Checks by their numbers, questions after them."""
    return not criterion.check, criterion.check


def with_turn_back(phases: tuple[Phase, ...], evenings: Iterable[Session], wishes: Wishes) -> tuple[Phase, ...]:
    """The phases with the latest time to turn back, where a window was given and there is a way back."""
    if wishes.window is None or not wishes.window_start:
        return phases
    hours, minutes = wishes.window_start.split(":")
    begin = int(hours) * 3600 + int(minutes) * 60
    inside = {identity for one in evenings for identity in one.phases}
    return tuple(
        replace(phase, turn_back_by=_clock(begin + max(0, wishes.window - phase.rollback_seconds)))
        if phase.id in inside and phase.rollback_to and not phase.point_of_no_return
        else phase
        for phase in phases
    )


def _clock(seconds: int) -> str:
    """The time of day, to the minute, rounded down."""
    return f"{seconds // 3600 % 24:02d}:{seconds % 3600 // 60:02d}"
