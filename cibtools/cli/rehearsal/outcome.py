"""The rehearsal of a plan, for every command that has it: what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.runbook.kinds.registry import load_kind

if TYPE_CHECKING:
    from pathlib import Path

    from cibtools.cli.rehearsal.record import Record
    from cibtools.runbook.compose.kind import Kind, Request
    from cibtools.runbook.plan.runbook import Runbook


def rehearsed(kind: Kind, plan: Runbook, request: Request, answers: Path | None = None) -> Record:
    """Carry a plan out on a model; raise ConfigError without Pacemaker's scheduler, which plans what the model does.

    The answers are those of migrate; without a file, the one in the backup, for a kind that takes answers.
    """
    from cibtools.cli.planning.conversion import answers_beside
    from cibtools.cli.planning.simulator import find_simulator
    from cibtools.cli.rehearsal.rehearse import rehearse
    from cibtools.errors import ConfigError
    from cibtools.runbook.compose.kind import Option
    from cibtools.runbook.facts.survey import survey

    simulator = find_simulator()
    if simulator is None:
        raise ConfigError("a rehearsal needs crm_simulate", hint="install Pacemaker's command line tools")
    before = load_kind(kind.rehearsed_after).build(request) if kind.rehearsed_after else None
    path = answers or answers_beside(request.cluster)
    given = (path.read_bytes() if path else b"") if Option.ANSWERS in kind.options else None
    found = survey(request.cluster, request.wishes, request.parameters)
    return rehearse(plan, found, simulator, before, answers=given)
