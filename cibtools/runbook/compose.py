"""A runbook from a cluster and wishes: the strategy, the phases, and everything around them that all kinds share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, replace

from cibtools.cluster.model.cluster import Cluster
from cibtools.errors import ConfigError
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.estimate.confirm import Expert, Witness
from cibtools.runbook.estimate.feature import Features, features
from cibtools.runbook.estimate.memory import node_memories
from cibtools.runbook.estimate.order import Canary, canary, importance, node_order
from cibtools.runbook.estimate.placement import initial_state
from cibtools.runbook.estimate.recovery_time import outlook
from cibtools.runbook.estimate.window import sessions, window_check, with_check, with_turn_back
from cibtools.runbook.facts.parameters import Parameters, Wishes
from cibtools.runbook.facts.survey import Survey, feature_set, inputs, survey, timers
from cibtools.runbook.facts.version import parse_target
from cibtools.runbook.kinds.convert.phases import convert_phases
from cibtools.runbook.kinds.patch.rolling import patch_phases
from cibtools.runbook.kinds.upgrade.reattach import reattach_phases
from cibtools.runbook.kinds.upgrade.rolling import hop_phases
from cibtools.runbook.kinds.upgrade.shutdown import shutdown_phases
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import Light, Readiness, RunbookKind, Severity
from cibtools.runbook.plan.remark import Remark
from cibtools.runbook.plan.runbook import ClusterBrief, Gate, Phase, Runbook
from cibtools.runbook.plan.statement import Fact, Facts, Importance, NodeLoad, Reason
from cibtools.runbook.preflight.gates import preflight
from cibtools.runbook.strategy.choose import Choice, Method, Question, choose

_USED = (
    "link", "stream", "dirty_percent", "migration_fix", "start_domu", "stop_domu", "overhead", "overhead_permille",
    "patch_host", "reboot", "patch_domu", "needs_reboot", "needs_stack_stop",
)  # fmt: skip


def patch_runbook(
    cluster: Cluster,
    wishes: Wishes,
    parameters: Parameters,
    remarks: tuple[Remark, ...] | None = None,
    expert: Expert | None = None,
) -> Runbook:
    """The rolling patch of a cluster, or the reasons why it is refused."""
    if wishes.method not in ("auto", "patch"):
        raise ConfigError(
            f"a patch is rolling; --method {wishes.method} is for upgrades", hint="cibtools runbook upgrade"
        )
    found = survey(cluster, wishes, parameters)
    question = ask(found)
    choice = choose(question, Method.PATCH, (Method.PATCH, Method.REATTACH))
    return finish(found, question.features, choice, RunbookKind.PATCH, remarks, expert)


def upgrade_runbook(
    cluster: Cluster,
    wishes: Wishes,
    parameters: Parameters,
    remarks: tuple[Remark, ...] | None = None,
    expert: Expert | None = None,
    made: Conversion | None = None,
) -> Runbook:
    """The upgrade of a cluster by the method that is safe, or the reasons why none or the one asked for is.

    `made` is what the migration to SLE HA 11 gave, for the case that this is where the way leads.
    """
    found = survey(cluster, wishes, parameters)
    question = ask(found)
    wanted = None if wishes.method == "auto" else Method(wishes.method.upper())
    choice = choose(question, wanted, (Method.PATCH, Method.HOPS, Method.REATTACH, Method.SHUTDOWN))
    kind = _kind(question, choice, wanted)
    if kind is RunbookKind.PATCH:
        return finish(found, question.features, choice, kind, remarks, expert)
    order = importance(found)
    change_id = found.wishes.change_id or derived_id(found, kind)
    draft = begin(found, question.features, order, remarks, expert)
    phases: tuple[Phase, ...] = ()
    if choice.method is Method.HOPS:
        phases = hop_phases(draft, choice.path, change_id)
    elif choice.method and question.target and kind is RunbookKind.REATTACH:
        phases = reattach_phases(draft, question.target, change_id)
    elif choice.method and question.target and kind is RunbookKind.SHUTDOWN:
        phases = shutdown_phases(draft, question.target, change_id)
    elif choice.method and question.target and kind is RunbookKind.CONVERT:
        first = canary(found, order)
        phases = convert_phases(
            draft, question.target, change_id, first, made or Conversion(), swing=choice.method is Method.SWING
        )
    told = _SWING if choice.method is Method.SWING else _SUMMARIES[kind]
    return around(draft, choice, kind, phases, order, change_id, told)


def _kind(question: Question, choice: Choice, wanted: Method | None) -> RunbookKind:
    """The kind of procedure that a method is, whether or not it is refused."""
    match choice.method or wanted:
        case Method.PATCH:
            return RunbookKind.PATCH
        case Method.HOPS:
            return RunbookKind.HOPS
        case Method.REATTACH:
            return RunbookKind.REATTACH
        case _:
            return RunbookKind.CONVERT if question.os_change else RunbookKind.SHUTDOWN


_SUMMARIES = {
    RunbookKind.HOPS: "Each step takes one node after the other to the next release, while the others serve. The "
    "domUs move and are not restarted. Between two steps all nodes run the same release.",
    RunbookKind.REATTACH: "The cluster lets go of its resources, is stopped, exchanged, started and takes them "
    "back. The domUs run on; nothing is recovered meanwhile.",
    RunbookKind.SHUTDOWN: "The domUs are stopped in order, then the cluster on all nodes. The software is exchanged, "
    "the configuration put in place, and everything started again. The outage is the whole of P1 to P4.",
    RunbookKind.CONVERT: "The operating system, the cluster stack and the storage layer change together: the domUs "
    "are stopped, every node is installed anew, EVMS containers become volume groups, OCFS2 learns its new stack, and "
    "the domUs start on the converted configuration. The outage is the whole of P1 to P6.",
}


_SWING = (
    "One half of the nodes is installed anew while the other serves with the old cluster; then the old half is "
    "stopped, the storage is converted, and the new half takes over. At no time do both serve, and until the rest has "
    "joined there is no redundancy."
)


def ask(found: Survey) -> Question:
    """The question that the wishes put."""
    wishes = found.wishes
    source = parse_target(wishes.from_version, "--from") if wishes.from_version else None
    target = parse_target(wishes.to_version, "--to") if wishes.to_version else None
    return Question(found, features(found), source, target)


def finish(
    found: Survey,
    feature: Features,
    choice: Choice,
    kind: RunbookKind,
    remarks: tuple[Remark, ...] | None,
    expert: Expert | None = None,
) -> Runbook:
    """Write the phases of a rolling patch and what belongs around them; none if the strategy is refused."""
    order = importance(found)
    change_id = found.wishes.change_id or derived_id(found, kind)
    draft = begin(found, feature, order, remarks, expert)
    first = canary(found, order)
    phases = patch_phases(draft, first, change_id) if choice.method else ()
    return around(draft, choice, kind, phases, order, change_id, summary(draft, first))


def begin(
    found: Survey,
    feature: Features,
    order: tuple[Importance, ...],
    remarks: tuple[Remark, ...] | None,
    expert: Expert | None = None,
) -> Draft:
    """The start of any plan."""
    names = tuple(place.domu for place in order)
    state = initial_state(found)
    witness = Witness(found, expert) if expert else None
    checks = preflight(found, remarks)
    return Draft(found, feature, checks, remarks or (), names, node_order(found), state, witness=witness)


def summary(draft: Draft, first: Canary | None) -> str:
    """What a rolling patch does, in one paragraph."""
    nodes = draft.nodes
    if len(nodes) < 2:
        return "A cluster of one node cannot be patched while it serves."
    tried = f" {first.domu} is the first domU to run on the new software." if first else ""
    return (
        f"The nodes are patched one after the other, {nodes[0]} first.{tried} {nodes[-1]} stays on the old software, "
        "in standby, until every domU has been restarted and observed on the new one."
    )


def around(
    draft: Draft,
    choice: Choice | None,
    kind: RunbookKind,
    phases: tuple[Phase, ...],
    order: tuple[Importance, ...],
    change_id: str,
    told: str,
    used: tuple[str, ...] | None = None,
) -> Runbook:
    """A runbook from its phases; `choice` is None where there is no strategy to choose."""
    found = draft.survey
    start = initial_state(found)
    evenings = sessions(phases)
    told_by = draft.witness.fact() if draft.witness and draft.witness.calls else None
    reasons = (*(choice.reasons if choice else ()), *_gate_reasons(draft.gates))
    placement = tuple(NodeLoad(name, start.domus(found, name)) for name in found.names) if found.placed else ()
    names = ", ".join(found.names)
    return Runbook(
        kind,
        f"{_TITLES[kind]} of cluster {names}",
        told,
        change_id,
        found.wishes.date,
        verdict(choice, draft.gates, phases, reasons),
        ClusterBrief(found.names, len(found.guests), found.cluster.dialect.option),
        reasons,
        Facts(_stated(found), node_memories(found), order, placement, told_by),
        tuple(found.parameters.assumption(name) for name in (_USED_BY.get(kind, _USED) if used is None else used)),
        with_check(draft.gates, window_check(phases, evenings, found.wishes)) if phases else (),
        with_turn_back(phases, evenings, found.wishes),
        inputs(found.cluster),
        evenings,
        choice.offers if choice else (),
    )


_USED_BY = {RunbookKind.CONVERT: ("install_host", "start_domu", "stop_domu", "wave", "soak_evms", "soak_canary")}
_TITLES = {
    RunbookKind.PATCH: "Rolling patch",
    RunbookKind.SHUTDOWN: "Upgrade by shutdown",
    RunbookKind.REATTACH: "Upgrade by detaching and reattaching",
    RunbookKind.HOPS: "Rolling upgrade",
    RunbookKind.CONVERT: "Conversion to SLE HA 11",
    RunbookKind.BACKUP: "Configuration backup",
    RunbookKind.RESTORE: "Configuration restore",
    RunbookKind.ACCEPTANCE: "Acceptance test",
    RunbookKind.ADD_DOMU: "New domU",
}


def _gate_reasons(gates: Iterable[Gate]) -> tuple[Reason, ...]:
    """Why the plan is blocked: every red condition of a gate."""
    found = [
        Reason(gate.id, Severity.REFUSAL, f"{criterion.check + ' ' if criterion.check else ''}{criterion.text}: "
               f"{criterion.reason}")
        for gate in gates
        for criterion in gate.criteria
        if criterion.state is Light.RED
    ]  # fmt: skip
    return tuple(dict.fromkeys(found))


def verdict(
    choice: Choice | None, gates: Iterable[Gate], phases: tuple[Phase, ...], reasons: tuple[Reason, ...]
) -> Readiness:
    """Whether the work may begin."""
    if choice is not None and choice.method is None:
        return Readiness.REFUSED
    criteria = [criterion for gate in gates for criterion in gate.criteria]
    if any(criterion.state is Light.RED for criterion in criteria):
        return Readiness.BLOCKED
    doubtful = any(criterion.state is Light.AMBER and not criterion.live for criterion in criteria)
    method = choice.method.value if choice and choice.method else ""
    warned = any(found.severity is not Severity.INFO and found.method == method for found in reasons)
    cautioned = any(step.warnings for phase in phases for step in phase.steps)
    return Readiness.WARNINGS if doubtful or warned or cautioned else Readiness.READY


def derived_id(found: Survey, kind: RunbookKind) -> str:
    """The change id where none is given: twelve digits made of kind, inputs and options."""
    files = sorted(file.sha256 for file in inputs(found.cluster))
    wishes = replace(found.wishes, date="")
    parameters = tuple(sorted(map(str, astuple(replace(found.parameters, given=frozenset())))))
    text = "\0".join((kind.value, *files, repr(astuple(wishes)), repr(parameters), *sorted(found.parameters.given)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _stated(found: Survey) -> tuple[Fact, ...]:
    hint = feature_set(found.cluster)
    facts = [
        Fact("CRM feature set", hint, note="a hint at the release, no proof" if hint else "no whole CIB in the backup"),
        Fact("designated controller", found.dc, note="when the CIB was written"),
        Fact("cluster-delay", str(found.cluster_delay), "s"),
        Fact("default-action-timeout", str(found.default_timeout), "s"),
        *timers(found.cluster),
        *outlook(found),
    ]
    for host in found.hosts:
        facts += [host.total, host.dom0]
    return tuple(facts)
