"""The first screen of a plan: whether to go, under which conditions, how long, until when, and what can go wrong.

Every figure is read from the runbook's own fields, so that it cannot differ from the pages below it.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from cibtools.report.runbook.outage import Outage
from cibtools.report.runbook.schedule import Schedule
from cibtools.report.shared.printable import counted
from cibtools.runbook.plan.enums import Light, Readiness, RiskLevel, Severity, Way
from cibtools.runbook.plan.runbook import Phase, Runbook, done
from cibtools.runbook.plan.step import Step, as_words


class Condition(Struct, frozen=True):
    """Something that must hold, or stands in the way."""

    text: str
    link: str = ""
    """The element of the page where it is decided."""
    code: str = ""


class Figure(Struct, frozen=True):
    """One number of the first screen."""

    name: str
    value: str
    note: str = ""


class Danger(Struct, frozen=True):
    """A risk of the plan."""

    level: RiskLevel
    text: str
    steps: tuple[str, ...]
    back: bool
    """False if a step of it cannot be taken back."""


class Screen(Struct, frozen=True):
    """The first screen."""

    state: str
    """`good`, `look` or `stop`: the colour; the sign and the word say the same."""
    word: str
    """`✖ NO-GO`."""
    sentence: str
    conditions: tuple[Condition, ...]
    figures: tuple[Figure, ...]
    dangers: tuple[Danger, ...]
    """The worst first."""


WORDS = {"good": "✔ GO", "look": "△ GO WITH CONDITIONS", "stop": "✖ NO-GO"}
"""The three verdicts."""


def screen(runbook: Runbook, times: Schedule, away: tuple[Outage, ...]) -> Screen:
    """Work out the first screen."""
    conditions = tuple(_conditions(runbook))
    state = _state(runbook)
    figures = tuple(_figures(runbook, times, away))
    words = sentence(state, runbook, len(conditions))
    return Screen(state, WORDS[state], words, conditions, figures, dangers(runbook))


def _state(runbook: Runbook) -> str:
    match runbook.verdict:
        case Readiness.READY:
            return "good"
        case Readiness.WARNINGS:
            return "look"
        case Readiness.BLOCKED | Readiness.REFUSED:
            return "stop"


def sentence(state: str, runbook: Runbook, conditions: int) -> str:
    """Say what the verdict asks of the reader."""
    looks = sum(one.live for gate in runbook.gates for one in gate.criteria)
    seen = f" {counted(looks, 'point')} only the cluster can show: the gates ask for each." if looks else ""
    if runbook.verdict is Readiness.REFUSED:
        return "This procedure is refused; there are no steps."
    if state == "stop":
        return f"Do not begin: {counted(conditions, 'condition is', 'conditions are')} not met.{seen}"
    if state == "look":
        return f"Sign only when {'this holds' if conditions == 1 else 'these hold'}.{seen}"
    return f"Nothing in the files speaks against it.{seen}"


def _conditions(runbook: Runbook) -> Iterator[Condition]:
    refused = runbook.verdict is Readiness.REFUSED
    gates = {gate.id for gate in runbook.gates}
    for reason in runbook.reasons:
        if reason.severity is Severity.REFUSAL and (refused or not reason.method):
            yield Condition(reason.text, reason.code if reason.code in gates else "", reason.code)
    if runbook.verdict in (Readiness.REFUSED, Readiness.BLOCKED):
        return
    for gate in runbook.gates:
        for one in gate.criteria:
            if one.state is Light.AMBER and not one.live:
                yield Condition(f"{one.text}: {one.reason}" if one.reason else one.text, gate.id, one.check or gate.id)
    for reason in runbook.reasons:
        if reason.severity is Severity.WARNING:
            yield Condition(reason.text, "warnings", reason.code)


def _figures(runbook: Runbook, times: Schedule, away: tuple[Outage, ...]) -> Iterator[Figure]:
    if not runbook.phases:
        return
    yield _outage(runbook, away)
    if runbook.slot:
        end = times.clock(runbook.slot.seconds)
        longest = max((one.seconds for one in runbook.sessions), default=0)
        spare = runbook.slot.seconds - longest
        note = f"{as_words(spare)} to spare" if spare >= 0 else f"{as_words(-spare)} too short"
        yield Figure("Window", f"{runbook.slot.start} – {end}", f"{as_words(runbook.slot.seconds)} an evening; {note}")
    else:
        yield Figure("Window", "not given", "give it with --window START/DURATION")
    yield _total(runbook)
    yield _no_return(runbook, times)
    yield _turn_back(runbook)
    limit = sum(phase.duration.limit for phase in done(runbook.phases))
    yield Figure("At most", as_words(limit), "if every step takes its limit; waits come on top")


def _outage(runbook: Runbook, away: tuple[Outage, ...]) -> Figure:
    """The longest outage; "none" only where no step speaks of one."""
    if away:
        domus = len({name for one in away for name in one.domus})
        return Figure("Longest outage of a domU", as_words(away[0].seconds), f"{counted(domus, 'domU')} in all")
    told = any(word in step.risk.text for phase in runbook.phases for step in phase.steps for word in _DOWN)
    if told:
        return Figure("Longest outage of a domU", "△ see the risks", "a step speaks of an outage and names no time")
    return Figure("Longest outage of a domU", "none", "no step is predicted to stop a domU")


_DOWN = ("outage", " down")


def _total(runbook: Runbook) -> Figure:
    work, waits = runbook.window.nominal, sum(phase.waits + phase.soak.min for phase in done(runbook.phases))
    evenings = counted(len(runbook.sessions), "evening") if runbook.sessions else "no evening"
    return Figure(
        "All work with waits",
        as_words(work + waits),
        f"{evenings}; {as_words(work)} of work, {as_words(waits)} of waits",
    )


def _no_return(runbook: Runbook, times: Schedule) -> Figure:
    phase = next((found for found in runbook.phases if found.point_of_no_return), None)
    if phase is None:
        final = [step.id for one in runbook.phases for step in one.steps if step.rollback.way is Way.IMPOSSIBLE]
        more = f" and {len(final) - 1} more" if len(final) > 1 else ""
        note = (
            f"but {final[0]}{more} cannot be taken back"
            if final
            else "every step that changes something has a way back"
        )
        return Figure("Point of no return", "none", note)
    when = times.phases.get(phase.id)
    clock = f"{times.clock(when.begin)}, " if when else ""
    evening = f" ({runbook.sessions[when.evening].title})" if when and len(runbook.sessions) > 1 else ""
    return Figure("Point of no return", f"{clock}{phase.id}", f"{phase.title}{evening}")


def _turn_back(runbook: Runbook) -> Figure:
    phase = last_way_back(runbook)
    if phase is None:
        return Figure("Latest turn-back", "none", "no phase has a way back")
    span = as_words(phase.rollback_seconds)
    value = phase.turn_back_by or f"window end − {span}"
    last = next((found.id for found in runbook.phases if found.point_of_no_return), "")
    while_open = f", while {last} has not begun" if last else ""
    return Figure("Latest turn-back", value, f"from {phase.id} to {phase.rollback_to}{while_open}; takes {span}")


def last_way_back(runbook: Runbook) -> Phase | None:
    """The phase whose way back takes longest among those before the point of no return; None if none has one."""
    before = []
    for phase in runbook.phases:
        if phase.point_of_no_return:
            break
        before.append(phase)
    ways = [phase for phase in before if phase.rollback_to and phase.rollback_seconds]
    return max(ways, key=lambda phase: phase.rollback_seconds, default=None)


_RANK = {RiskLevel.NONE: 0, RiskLevel.LOW: 1, RiskLevel.MEDIUM: 2, RiskLevel.HIGH: 3}


def dangers(runbook: Runbook) -> tuple[Danger, ...]:
    """The risks of the plan, the worst first; what the steps of a phase say in the same words is one."""
    found: dict[tuple[str, str], list[Step]] = {}
    for phase in runbook.phases:
        for step in phase.steps:
            if _RANK[step.risk.level] >= _RANK[RiskLevel.MEDIUM]:
                # A series says the same of one node or domU after the other.
                text = step.risk.text or step.title
                found.setdefault((phase.id, text.rpartition("; ")[2]), []).append(step)
    every = [_danger(steps) for steps in found.values()]
    return tuple(sorted(every, key=lambda one: (-_RANK[one.level], one.back)))


def _danger(steps: list[Step]) -> Danger:
    worst = max(steps, key=lambda step: _RANK[step.risk.level])
    return Danger(
        worst.risk.level,
        worst.risk.text or worst.title,
        tuple(step.id for step in steps),
        all(step.rollback.way is not Way.IMPOSSIBLE for step in steps),
    )
