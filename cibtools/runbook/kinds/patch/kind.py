"""The kind `patch`: patches of the same release, node by node."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.compose.kind import Kind, Option, Request
from cibtools.runbook.compose.outline import PATCHING, Outline, Procedure, around, outline
from cibtools.runbook.estimate.order import Canary, canary
from cibtools.runbook.kinds.patch.rolling import patch_phases
from cibtools.runbook.plan.enums import Method
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.strategy.choose import choose
from cibtools.runbook.strategy.question import Choice

PATCH = Procedure(id="rolling-patch", title="Rolling patch", assumed=PATCHING)


def build(request: Request) -> Runbook:
    """Return the rolling patch of a cluster, or the reasons why it is refused."""
    plan = outline(request)
    return rolling(plan, choose(plan.question, Method.PATCH, (Method.PATCH, Method.REATTACH)))


def rolling(plan: Outline, choice: Choice) -> Runbook:
    """Return a rolling patch; one without phases if the choice refuses it."""
    draft = plan.draft()
    first = canary(plan.survey, plan.order)
    phases = patch_phases(draft, first, plan.change_id(PATCH)) if choice.method else ()
    return around(plan, draft, phases, replace(PATCH, summary=_summary(draft, first)), choice)


def _summary(draft: Draft, first: Canary | None) -> str:
    nodes = draft.nodes
    if len(nodes) < 2:
        return "A cluster of one node cannot be patched while it serves."
    tried = f" {first.domu} is the first domU to run on the new software." if first else ""
    return (
        f"The nodes are patched one after the other, {nodes[0]} first.{tried} {nodes[-1]} stays on the old software, "
        "in standby, until every domU has been restarted and observed on the new one."
    )


KIND = Kind(
    name="patch",
    title=PATCH.title,
    summary="Patch the nodes one after the other while the others serve.",
    build=build,
    options=frozenset({Option.FROM, Option.TO, Option.ACCEPT, Option.NODES}),
    asks_scheduler=True,
)
