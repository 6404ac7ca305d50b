"""What every runbook has around its phases: a draft at the start; facts, verdict, evenings and inputs at the end."""

from __future__ import annotations

import hashlib

from msgspec import Struct
from msgspec.structs import astuple, replace

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.compose.kind import Request
from cibtools.runbook.compose.verdict import gate_reasons, readiness
from cibtools.runbook.console.shell import RESUME
from cibtools.runbook.estimate.confirm import Witness
from cibtools.runbook.estimate.feature import features
from cibtools.runbook.estimate.memory import node_memories
from cibtools.runbook.estimate.order import importance, node_order
from cibtools.runbook.estimate.placement import initial_state
from cibtools.runbook.estimate.recovery_time import outlook
from cibtools.runbook.estimate.window import sessions, window_check, with_check, with_turn_back
from cibtools.runbook.facts.survey import Survey, feature_set, inputs, survey, timers
from cibtools.runbook.facts.version import parse_target
from cibtools.runbook.plan.runbook import ClusterBrief, Phase, Runbook, Session, Slot
from cibtools.runbook.plan.statement import Fact, Facts, Importance, NodeLoad
from cibtools.runbook.preflight.gates import preflight
from cibtools.runbook.strategy.question import Choice, Question


class Procedure(Struct, frozen=True, kw_only=True):
    """A way in which a kind of runbook is carried out; most kinds have one."""

    id: str
    """What the JSON form calls it: `rolling-patch`."""
    title: str
    """How the title of its runbooks begins."""
    summary: str = ""
    """What it does, in one paragraph; empty if that depends on the cluster."""
    assumed: tuple[str, ...] = ()
    """The parameters that it relies on and no file states, named as in `Parameters`."""


MOVING = (
    "link", "stream", "dirty_percent", "migration_fix", "start_domu", "stop_domu", "overhead", "overhead_permille",
)  # fmt: skip
"""The parameters behind every prediction of live migrations and restarts."""
PATCHING = (*MOVING, "patch_host", "reboot", "patch_domu", "needs_reboot", "needs_stack_stop")
"""The parameters behind every exchange of software."""


class Outline(Struct, frozen=True):
    """A runbook about to be written: what is known and asked, before there is a phase."""

    request: Request
    survey: Survey
    question: Question
    order: tuple[Importance, ...]
    """DomUs, least important first."""

    def change_id(self, procedure: Procedure) -> str:
        """Return the id that was given, else one derived from inputs and options."""
        return self.survey.wishes.change_id or derived_id(self.survey, procedure.id)

    def draft(self) -> Draft:
        """Return an empty draft."""
        survey, request = self.survey, self.request
        witness = Witness(survey, request.expert) if request.expert else None
        checks = preflight(survey, request.remarks)
        names = tuple(place.domu for place in self.order)
        return Draft(
            survey, self.question.features, checks, request.remarks or (), names, node_order(survey),
            initial_state(survey), witness=witness,
        )  # fmt: skip


def outline(request: Request) -> Outline:
    """Survey the cluster, and read what the wishes ask for; raise PlanError for what cannot be planned."""
    seen = survey(request.cluster, request.wishes, request.parameters)
    wishes = request.wishes
    source = parse_target(wishes.from_version, "--from") if wishes.from_version else None
    target = parse_target(wishes.to_version, "--to") if wishes.to_version else None
    return Outline(request, seen, Question(seen, features(seen), source, target), importance(seen))


def around(
    plan: Outline, draft: Draft, phases: tuple[Phase, ...], procedure: Procedure, choice: Choice | None = None
) -> Runbook:
    """Return the runbook of these phases; `choice` is None where there is no method to choose."""
    seen = plan.survey
    evenings = _resumed(sessions(phases), phases)
    gates = with_check(draft.gates, window_check(phases, evenings, seen.wishes)) if phases else ()
    reasons = (*(choice.reasons if choice else ()), *gate_reasons(gates))
    return Runbook(
        procedure.id,
        f"{procedure.title} of cluster {', '.join(seen.names)}",
        procedure.summary,
        plan.change_id(procedure),
        seen.wishes.date,
        readiness(choice, gates, phases, reasons),
        ClusterBrief(seen.names, len(seen.guests), seen.cluster.dialect.option),
        reasons,
        _facts(plan, draft),
        tuple(seen.parameters.assumption(name) for name in procedure.assumed),
        gates,
        with_turn_back(phases, evenings, seen.wishes),
        inputs(seen.cluster),
        evenings,
        choice.offers if choice else (),
        Slot(seen.wishes.window_start, seen.wishes.window) if seen.wishes.window else None,
    )


def _resumed(evenings: tuple[Session, ...], phases: tuple[Phase, ...]) -> tuple[Session, ...]:
    """Tell every evening but the first how to come back to the working directory, where the plan makes one."""
    commands = [command.text for phase in phases for step in phase.steps for command in step.commands]
    made = any(RESUME in text for text in commands)
    return (*evenings[:1], *(replace(one, resume=RESUME if made else "") for one in evenings[1:]))


def derived_id(seen: Survey, procedure: str) -> str:
    """Return the change id where none is given: twelve digits made of procedure, inputs and options."""
    files = sorted(file.sha256 for file in inputs(seen.cluster))
    wishes = replace(seen.wishes, date="")
    parameters = tuple(sorted(map(str, astuple(replace(seen.parameters, given=frozenset())))))
    text = "\0".join((procedure, *files, repr(astuple(wishes)), repr(parameters), *sorted(seen.parameters.given)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _facts(plan: Outline, draft: Draft) -> Facts:
    seen, start = plan.survey, initial_state(plan.survey)
    placement = tuple(NodeLoad(name, start.domus(seen, name)) for name in seen.names) if seen.placed else ()
    asked = draft.witness.fact() if draft.witness and draft.witness.calls else None
    return Facts(_stated(seen), node_memories(seen), plan.order, placement, asked)


def _stated(seen: Survey) -> tuple[Fact, ...]:
    hint = feature_set(seen.cluster)
    facts = [
        Fact("CRM feature set", hint, note="a hint at the release, no proof" if hint else "no whole CIB in the backup"),
        Fact("designated controller", seen.dc, note="when the CIB was written"),
        Fact("cluster-delay", str(seen.cluster_delay), "s"),
        Fact("default-action-timeout", str(seen.default_timeout), "s"),
        *timers(seen.cluster),
        *outlook(seen),
    ]
    for host in seen.hosts:
        facts += [host.total, host.dom0]
    return tuple(facts)
