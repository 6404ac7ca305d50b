"""Arrange a runbook for reading: every gate once, commands in blocks by place, warnings with their steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from cibtools.report.runbook import words
from cibtools.report.runbook.blocks import blocks
from cibtools.report.runbook.facts import appendix
from cibtools.report.runbook.nodes import nodes_of
from cibtools.report.runbook.outage import outages
from cibtools.report.runbook.schedule import Schedule, schedule
from cibtools.report.runbook.screen import screen
from cibtools.report.runbook.summary import reasons, summed_warnings, verdict
from cibtools.report.runbook.view import (
    BackView,
    CheckView,
    GateView,
    PhaseView,
    RunbookView,
    StepView,
    Tick,
)  # fmt: skip
from cibtools.report.shared.printable import counted
from cibtools.runbook.plan.enums import Oracle, StopKind, Way, Who
from cibtools.runbook.plan.runbook import Gate, Phase, Runbook
from cibtools.runbook.plan.step import Check, Rollback, Step, as_words


class _Gates(Struct):
    """Hands out every gate once, where it is decided."""

    by_id: dict[str, Gate]
    decided: frozenset[str]
    shown: set[str] = field(default_factory=set)

    def at_step(self, step: Step) -> GateView | None:
        decision = step.decision
        if decision.kind is StopKind.NONE:
            return None
        gate = self.by_id.get(decision.gate)
        known = {criterion.text for criterion in gate.criteria} if gate else set[str]()
        asked = tuple(Tick(text) for text in decision.questions if text not in known)
        if decision.gate:
            self.shown.add(decision.gate)
        title = "Go or no-go" if decision.kind is StopKind.GO else "Stop here until decided"
        found = _ticks(gate) if gate else ()
        return GateView(decision.gate, gate.title if gate else title, (*found, *asked))

    def around(self, names: Iterable[str]) -> Iterator[GateView]:
        for name in names:
            gate = self.by_id.get(name)
            if gate and name not in self.decided and name not in self.shown:
                self.shown.add(name)
                yield GateView(gate.id, gate.title, _ticks(gate))


def view(runbook: Runbook) -> RunbookView:
    """Arrange a runbook."""
    steps = [step for phase in runbook.phases for step in phase.steps]
    decided = frozenset(step.decision.gate for step in steps if step.decision.gate)
    gates = _Gates({gate.id: gate for gate in runbook.gates}, decided)
    times = schedule(runbook)
    away = outages(runbook, times)
    phases = tuple(_timed(_phase(phase, gates), phase, runbook, times) for phase in runbook.phases)
    warnings = tuple(summed_warnings(runbook, steps))
    return RunbookView(
        runbook,
        verdict(runbook, len(warnings)),
        _line(runbook),
        *reasons(runbook),
        warnings,
        phases,
        _together(runbook),
        appendix(runbook),
        screen(runbook, times, away),
        times,
        away,
    )


def _timed(found: PhaseView, phase: Phase, runbook: Runbook, times: Schedule) -> PhaseView:
    """The phase with its times, the evening that it begins, and the nodes of its steps."""
    names = runbook.cluster.nodes
    evening = next((one for one in runbook.sessions if one.phases[:1] == (phase.id,)), None)
    span = times.phases.get(phase.id)
    steps = tuple(
        replace(
            shown,
            where=step.where,
            when=times.clock(times.steps[step.id].begin) if step.id in times.steps else "",
            nodes=nodes_of(step, names),
        )
        for shown, step in zip(found.steps, phase.steps, strict=True)
    )
    return replace(
        found,
        steps=steps,
        when=times.clock(span.begin) if span else "",
        evening=evening.title if evening and len(runbook.sessions) > 1 else "",
        resume=evening.resume if evening else "",
    )


def _line(runbook: Runbook) -> str:
    cluster = runbook.cluster
    parts = [
        f"Change {runbook.change_id}",
        *([runbook.date] if runbook.date else []),
        words.DIALECTS.get(cluster.dialect, cluster.dialect),
        counted(len(cluster.nodes), "node"),
        counted(cluster.domus, "domU"),
    ]
    return " · ".join(parts)


def _together(runbook: Runbook) -> str:
    evenings = "; ".join(
        f"{session.title}: {', '.join(session.phases)}, {as_words(session.seconds)}" for session in runbook.sessions
    )
    cut = f" Proposed cut: {evenings}." if len(runbook.sessions) > 1 else ""
    return f"Together {as_words(runbook.window.nominal)}, without the waits.{cut}"


_NO_RETURN = " (no way back after this)"


def _phase(phase: Phase, gates: _Gates) -> PhaseView:
    entry = tuple(gates.around(phase.entry_gates))
    steps = tuple(_step(step, gates) for step in phase.steps)
    loads = "; ".join(f"{load.node}: {', '.join(load.domus) or 'no domU'}" for load in phase.state_after)
    way_back = ""
    if phase.rollback_to:
        way_back = f"Way back: to {phase.rollback_to}"
        if phase.rollback_seconds:
            span = as_words(phase.rollback_seconds)
            by = phase.turn_back_by or f"end of the window minus {span}"
            way_back += f", {span}. Latest time to turn back: {by}"
        way_back += "."
    return PhaseView(
        phase.id,
        phase.title,
        phase.title + (_NO_RETURN if phase.point_of_no_return and _NO_RETURN not in phase.title else ""),
        phase.purpose,
        entry,
        steps,
        tuple(gates.around(phase.exit_gates)),
        phase.point_of_no_return,
        way_back,
        f"Stop and turn back if: {'; '.join(phase.abort_if)}." if phase.abort_if else "",
        f"Afterwards {loads}." if loads else "",
        words.soak(phase.soak) or _each(phase),
        phase.tables,
        as_words(phase.duration.nominal) if phase.duration.nominal else "–",
        as_words(phase.duration.limit) if phase.duration.limit else "–",
    )


def _each(phase: Phase) -> str:
    """The wait after every step of a series."""
    found = dict.fromkeys(words.soak(step.soak) for step in phase.steps if step.soak.min)
    return f"{', '.join(found)} each" if found else ""


def _step(step: Step, gates: _Gates) -> StepView:
    facts = [("Where", step.where), ("Tools", step.tools.title)]
    if step.duration.nominal:
        facts.append(("Time", words.time(step.duration)))
    risk = step.risk.level.value + (f" – {step.risk.text}" if step.risk.text else "")
    facts.append(("Risk", risk))
    if step.who is not Who.OPERATOR:
        facts.append(("Who", step.who.value))
    waits = any(command.waits for command in step.commands)
    found: tuple[str, ...] = ()
    source = ""
    if step.predicted:
        found = words.moves(step.predicted.moves)
        source = "the scheduler" if step.predicted.source is Oracle.SCHEDULER else "scores and constraints"
        differing = tuple(f"The scheduler says instead: {line}" for line in words.moves(step.predicted.differs))
        left = words.untouched(step.predicted.untouched)
        found = (*found, *differing, *((left,) if left else ()))
    return StepView(
        step.id,
        step.title,
        tuple(facts),
        blocks(step.commands, step.where),
        step.expect,
        found,
        source,
        tuple(_check(check, step.where, waits=waits) for check in step.verify),
        gates.at_step(step),
        _back(step.rollback, step.where),
        step.warnings,
        words.soak(step.soak),
        step.duration.basis if step.duration.nominal else "",
    )


def _check(check: Check, where: str, *, waits: bool) -> CheckView:
    """A check; what a command of the step waits for already is not waited for again."""
    patience = ""
    if check.retry_every and not waits:
        patience = f"ask again every {check.retry_every} s, give up after {as_words(check.give_up_after)}"
    place = check.run_on if check.run_on != where else ""
    return CheckView(check.text, check.command, place, check.look_for, check.must_not_show, patience)


def _back(rollback: Rollback, where: str) -> BackView | None:
    if rollback.way is Way.NOT_NEEDED:
        return None
    span = as_words(rollback.seconds) if rollback.seconds else ""
    return BackView(rollback.text, blocks(rollback.commands, where), rollback.proof, span, rollback.way is Way.POSSIBLE)


def _ticks(gate: Gate) -> tuple[Tick, ...]:
    return tuple(
        Tick(
            f"{criterion.check} {criterion.text}".strip(),
            "" if criterion.live and criterion.reason == _TO_SEE else criterion.reason,
            None if criterion.live else criterion.state,
        )
        for criterion in gate.criteria
    )


_TO_SEE = "to be seen on the cluster"
