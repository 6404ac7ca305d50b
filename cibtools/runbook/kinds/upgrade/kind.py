"""The kind `upgrade`: to a later release, by the method that is safe."""

from __future__ import annotations

from cibtools.errors import ConfigError
from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.compose.kind import Kind, Option, Request
from cibtools.runbook.compose.outline import PATCHING, Outline, Procedure, around, outline
from cibtools.runbook.kinds.convert.kind import METHODS, conversion
from cibtools.runbook.kinds.patch.kind import rolling
from cibtools.runbook.kinds.upgrade.reattach import reattach_phases
from cibtools.runbook.kinds.upgrade.rolling import hop_phases
from cibtools.runbook.kinds.upgrade.shutdown import shutdown_phases
from cibtools.runbook.plan.enums import Method
from cibtools.runbook.plan.runbook import Phase, Runbook
from cibtools.runbook.strategy.choose import choose
from cibtools.runbook.strategy.question import Choice, Question

HOPS = Procedure(
    id="upgrade-hops",
    title="Rolling upgrade",
    summary="Each step takes one node after the other to the next release, while the others serve. The domUs move and "
    "are not restarted. Between two steps all nodes run the same release.",
    assumed=PATCHING,
)
REATTACH = Procedure(
    id="upgrade-reattach",
    title="Upgrade by detaching and reattaching",
    summary="The cluster lets go of its resources, is stopped, exchanged, started and takes them back. The domUs run "
    "on; nothing is recovered meanwhile.",
    assumed=PATCHING,
)
SHUTDOWN = Procedure(
    id="upgrade-shutdown",
    title="Upgrade by shutdown",
    summary="The domUs are stopped in order, then the cluster on all nodes. The software is exchanged, the "
    "configuration put in place, and everything started again. The outage is the whole of P1 to P4.",
    assumed=PATCHING,
)


def build(request: Request) -> Runbook:
    """Return the upgrade of a cluster by the method that is safe, or the reasons why none or the one asked for is."""
    if not request.wishes.to_version:
        raise ConfigError(
            "upgrade needs --to, the release to upgrade to",
            hint="for example --to pacemaker-1.0; for patches of the release that runs: cibtools runbook patch",
        )
    plan = outline(request)
    wanted = None if request.wishes.method == "auto" else Method(request.wishes.method.upper())
    choice = choose(plan.question, wanted, METHODS)
    method = choice.method or wanted
    if method is Method.PATCH:
        return rolling(plan, choice)
    if method not in (Method.HOPS, Method.REATTACH) and plan.question.os_change:
        return conversion(plan, choice)
    return _upgrade(plan, choice, _procedure(method))


def _procedure(method: Method | None) -> Procedure:
    """Return the procedure of a method, whether or not it is refused; without a method the one that is left."""
    return {Method.HOPS: HOPS, Method.REATTACH: REATTACH}.get(method, SHUTDOWN) if method else SHUTDOWN


def _upgrade(plan: Outline, choice: Choice, procedure: Procedure) -> Runbook:
    draft = plan.draft()
    phases = _phases(draft, plan.question, choice, plan.change_id(procedure))
    return around(plan, draft, phases, procedure, choice)


def _phases(draft: Draft, question: Question, choice: Choice, change_id: str) -> tuple[Phase, ...]:
    if choice.method is None or question.target is None:
        return ()
    if choice.method is Method.HOPS:
        return hop_phases(draft, choice.path, change_id)
    write = reattach_phases if choice.method is Method.REATTACH else shutdown_phases
    return write(draft, question.target, change_id)


KIND = Kind(
    name="upgrade",
    title="Upgrade",
    summary="Upgrade to a later release, by the method that is safe: rolling, by detaching, or by shutdown.",
    build=build,
    options=frozenset({Option.FROM, Option.TO, Option.METHOD, Option.ACCEPT, Option.NODES, Option.ANSWERS}),
    asks_scheduler=True,
)
