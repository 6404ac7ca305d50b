"""The kind `convert`: from heartbeat on SLES 10 to SLE HA 11."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.errors import ConfigError
from cibtools.runbook.compose.kind import Kind, Option, Request
from cibtools.runbook.compose.outline import Outline, Procedure, around, outline
from cibtools.runbook.estimate.order import canary
from cibtools.runbook.kinds.convert.phases import convert_phases
from cibtools.runbook.plan.enums import Method
from cibtools.runbook.plan.runbook import Runbook
from cibtools.runbook.strategy.choose import choose
from cibtools.runbook.strategy.question import Choice

CONVERT = Procedure(
    id="convert-sles11",
    title="Conversion to SLE HA 11",
    summary="The operating system, the cluster stack and the storage layer change together: the domUs are stopped, "
    "every node is installed anew, EVMS containers become volume groups, OCFS2 learns its new stack, and the domUs "
    "start on the converted configuration. The outage is the whole of P1 to P6.",
    assumed=("install_host", "start_domu", "stop_domu", "wave", "soak_evms", "soak_canary"),
)
SWING = replace(
    CONVERT,
    summary="One half of the nodes is installed anew while the other serves with the old cluster; then the old half "
    "is stopped, the storage is converted, and the new half takes over. At no time do both serve, and until the rest "
    "has joined there is no redundancy.",
)
METHODS = (Method.PATCH, Method.HOPS, Method.REATTACH, Method.SHUTDOWN)


def build(request: Request) -> Runbook:
    """Return the conversion of a heartbeat cluster to SLE HA 11, or the reasons why it is refused."""
    wishes = request.wishes
    if wishes.to_version and not wishes.to_version.startswith("sle-ha-11"):
        raise ConfigError(
            f'convert leads to SLE HA 11, not to "{wishes.to_version}"',
            hint=f"cibtools runbook upgrade --to {wishes.to_version}",
        )
    # That the CIB is in heartbeat's dialect is enough to know: no release of it can stay.
    source = wishes.from_version or ("" if request.cluster.dialect.is_pacemaker else "heartbeat-2.1")
    wished = replace(
        wishes,
        from_version=source,
        to_version=wishes.to_version or "sle-ha-11",
        method="shutdown" if wishes.method == "auto" else wishes.method,
    )
    plan = outline(replace(request, wishes=wished))
    return conversion(plan, choose(plan.question, Method(wished.method.upper()), METHODS))


def conversion(plan: Outline, choice: Choice) -> Runbook:
    """Return a conversion in one outage or by halves; one without phases if the choice refuses it."""
    draft, target = plan.draft(), plan.question.target
    swing = choice.method is Method.SWING
    procedure = SWING if swing else CONVERT
    if choice.method is None or target is None:
        return around(plan, draft, (), procedure, choice)
    first = canary(plan.survey, plan.order)
    made = plan.request.convert()
    phases = convert_phases(draft, target, plan.change_id(procedure), first, made, swing=swing)
    return around(plan, draft, phases, procedure, choice)


KIND = Kind(
    name="convert",
    title=CONVERT.title,
    summary="Install SLE HA 11 on every node and convert CIB, stack and storage, in one outage or by halves.",
    build=build,
    options=frozenset({Option.FROM, Option.TO, Option.METHOD, Option.ACCEPT, Option.NODES, Option.ANSWERS}),
    asks_scheduler=True,
)
