"""The rehearsal of a plan, for every command that has it: whether its kind can be rehearsed, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cibtools.runbook.kinds.registry import all_kinds, load_kind

if TYPE_CHECKING:
    from cibtools.cli.rehearsal.record import Record
    from cibtools.runbook.compose.kind import Kind, Request
    from cibtools.runbook.plan.runbook import Runbook


def refuse_rehearsal(kind: Kind) -> None:
    """Raise ConfigError for a kind that cannot be rehearsed: the model does not know all that it does."""
    from cibtools.errors import ConfigError

    if not kind.rehearsed:
        others = ", ".join(found.name for found in all_kinds() if found.rehearsed)
        raise ConfigError(f"{kind.name} cannot be rehearsed yet", hint=f"kinds that can: {others}")


def rehearsed(kind: Kind, plan: Runbook, request: Request) -> Record:
    """Carry a plan out on a model; raise ConfigError without Pacemaker's scheduler, which plans what the model does."""
    from cibtools.cli.planning.simulator import find_simulator
    from cibtools.cli.rehearsal.rehearse import rehearse
    from cibtools.errors import ConfigError
    from cibtools.runbook.facts.survey import survey

    simulator = find_simulator()
    if simulator is None:
        raise ConfigError("a rehearsal needs crm_simulate", hint="install Pacemaker's command line tools")
    before = load_kind(kind.rehearsed_after).build(request) if kind.rehearsed_after else None
    return rehearse(plan, survey(request.cluster, request.wishes, request.parameters), simulator, before)
