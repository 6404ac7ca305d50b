"""A runbook as JSON, for programs; `schemas/runbook.schema.json` describes it.

Every key is always there, null stands for what is not known, and keys are sorted, so that the same inputs give the same
bytes.
"""

from __future__ import annotations

from collections.abc import Iterable

from cibtools.report.shared.json import Json, JsonValue, to_text
from cibtools.runbook.plan.enums import StopKind, Way
from cibtools.runbook.plan.runbook import Gate, Phase, Runbook
from cibtools.runbook.plan.statement import Facts, NodeLoad
from cibtools.runbook.plan.step import (
    Caution,
    Check,
    Command,
    Decision,
    Duration,
    Move,
    Prediction,
    Rollback,
    Soak,
    Step,
)

SUFFIX = ".json"

SCHEMA = "cibtools-runbook-1"
"""Name and version of the form; it changes when a field changes its meaning or goes away."""


def render(runbook: Runbook) -> str:
    """The whole runbook as one JSON object."""
    return to_text(runbook_object(runbook), sort_keys=True)


def runbook_object(runbook: Runbook) -> Json:
    """The runbook as the schema has it."""
    cluster = runbook.cluster
    return {
        "schema": SCHEMA,
        "kind": runbook.kind,
        "title": runbook.title,
        "summary": runbook.summary,
        "verdict": runbook.verdict.value,
        "change_id": runbook.change_id,
        "date": runbook.date or None,
        "cluster": {"nodes": list(cluster.nodes), "domus": cluster.domus, "dialect": cluster.dialect},
        "reasons": [
            {
                "code": one.code, "severity": one.severity.value, "text": one.text, "method": one.method or None,
                "hard": one.hard, "accepted": one.accepted,
            }
            for one in runbook.reasons
        ],
        "assumptions": [
            {"name": one.name, "value": one.value, "unit": one.unit or None, "origin": one.origin.value}
            for one in runbook.assumptions
        ],
        "inputs": [{"path": one.path, "kind": one.kind, "sha256": one.sha256} for one in runbook.inputs],
        "facts": _facts(runbook.facts),
        "gates": [_gate(gate) for gate in runbook.gates],
        "phases": [_phase(phase) for phase in runbook.phases],
        "sessions": [
            {
                "title": one.title, "phases": list(one.phases), "seconds": one.seconds, "resume": one.resume or None,
            }
            for one in runbook.sessions
        ],
        "slot": {"start": runbook.slot.start, "seconds": runbook.slot.seconds} if runbook.slot else None,
        "window": _duration(runbook.window),
        "soak": _soak(runbook.soak),
        "hints": list(runbook.hints),
    }  # fmt: skip


def _facts(facts: Facts) -> Json:
    simulator = facts.simulator
    return {
        "stated": [
            {
                "name": one.name, "value": one.value, "known": one.known, "unit": one.unit or None,
                "file": one.file or None, "line": one.line, "note": one.note or None,
            }
            for one in facts.stated
        ],
        "ram": [
            {
                "node": one.node, "usable": one.usable, "used": one.used, "needed_elsewhere": one.needed_elsewhere,
                "room_elsewhere": one.room_elsewhere,
            }
            for one in facts.ram
        ],
        "importance": [
            {"domu": one.domu, "decided_by": one.decided_by, "detail": one.detail} for one in facts.importance
        ],
        "placement": _loads(facts.placement),
        "simulator": {
            "version": simulator.version, "calls": simulator.calls, "agrees": simulator.agrees,
            "message": simulator.message or None,
        } if simulator else None,
    }  # fmt: skip


def _loads(loads: Iterable[NodeLoad]) -> Json:
    return {load.node: list(load.domus) for load in loads}


def _gate(gate: Gate) -> Json:
    return {
        "id": gate.id,
        "title": gate.title,
        "state": gate.state.value,
        "criteria": [
            {
                "check": one.check or None, "state": one.state.value, "text": one.text, "reason": one.reason or None,
                "live": one.live,
            }
            for one in gate.criteria
        ],
    }  # fmt: skip


def _phase(phase: Phase) -> Json:
    return {
        "id": phase.id,
        "title": phase.title,
        "purpose": phase.purpose,
        "dialect": phase.tools.value,
        "entry_gates": list(phase.entry_gates),
        "exit_gates": list(phase.exit_gates),
        "point_of_no_return": phase.point_of_no_return,
        "rollback_to": phase.rollback_to or None,
        "rollback_seconds": phase.rollback_seconds,
        "turn_back_by": phase.turn_back_by or None,
        "duration": _duration(phase.duration),
        "soak": _soak(phase.soak),
        "state_after": _loads(phase.state_after),
        "abort_if": list(phase.abort_if),
        "tables": [
            {"title": one.title or None, "columns": list(one.columns), "rows": [list(row) for row in one.rows]}
            for one in phase.tables
        ],
        "steps": [_step(step) for step in phase.steps],
    }


def _step(step: Step) -> Json:
    return {
        "id": step.id,
        "title": step.title,
        "where": step.where,
        "who": step.who.value,
        "dialect": step.tools.value,
        "commands": _commands(step.commands),
        "expect": step.expect,
        "verify": [_check(check) for check in step.verify],
        "duration": _duration(step.duration),
        "gate": _decision(step.decision),
        "rollback": _rollback(step.rollback),
        "risk": {"level": step.risk.level.value, "text": step.risk.text},
        "warnings": [_caution(caution) for caution in step.warnings],
        "predicted": _prediction(step.predicted) if step.predicted else None,
        "soak": _soak(step.soak),
        "stops": list(step.stops),
        "starts": list(step.starts),
        "down": step.down,
    }


def _commands(commands: Iterable[Command]) -> list[JsonValue]:
    return [
        {
            "run_on": one.run_on, "kind": one.kind.value, "text": one.text,
            "dialect": one.tools.value if one.tools else None,
        }
        for one in commands
    ]  # fmt: skip


def _check(check: Check) -> Json:
    return {
        "text": check.text,
        "command": check.command or None,
        "run_on": check.run_on or None,
        "look_for": list(check.look_for),
        "must_not_show": list(check.must_not_show),
        "retry_every": check.retry_every,
        "give_up_after": check.give_up_after,
    }


def _duration(found: Duration) -> Json:
    return {"nominal": found.nominal, "limit": found.limit, "hard": found.hard, "basis": found.basis or None}


def _soak(found: Soak) -> Json:
    return {"min": found.min, "recommended": found.recommended}


def _decision(found: Decision) -> Json:
    asked = found.kind is not StopKind.NONE
    return {
        "type": found.kind.value, "id": (found.gate or None) if asked else None, "questions": list(found.questions),
    }  # fmt: skip


def _rollback(found: Rollback) -> Json:
    return {
        "way": found.way.value,
        "possible": found.way is Way.POSSIBLE,
        "text": found.text,
        "commands": _commands(found.commands),
        "proof": found.proof or None,
        "seconds": found.seconds,
    }


def _caution(found: Caution) -> Json:
    return {"rule": found.rule, "text": found.text, "file": found.file or None, "line": found.line}


def _prediction(found: Prediction) -> Json:
    return {
        "source": found.source.value,
        "moves": [_move(move) for move in found.moves],
        "differs": [_move(move) for move in found.differs],
        "untouched": list(found.untouched),
    }


def _move(move: Move) -> Json:
    return {
        "rsc": move.rsc, "from": move.from_node, "to": move.to_node, "how": move.how.value,
        "reason": move.reason or None,
    }  # fmt: skip
