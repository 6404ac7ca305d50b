"""Start what lies below the domUs on the new stack."""

from __future__ import annotations

from cibtools.runbook.blocks.draft import Draft
from cibtools.runbook.console.console import Console
from cibtools.runbook.facts.guest import Guest
from cibtools.runbook.kinds.convert.hb2openais_gaps import notified
from cibtools.runbook.kinds.convert.storage import NEW
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.enums import RiskLevel, Way
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Step


def running_guests(draft: Draft) -> tuple[Guest, ...]:
    """The domUs that are to run, least important first."""
    guests = (draft.survey.guest(name) for name in draft.importance)
    return tuple(guest for guest in guests if not guest.stopped)


def converted_pools(draft: Draft, made: Conversion) -> tuple[str, ...]:
    """The clones of the OCFS2 volumes, as the converted CIB calls them."""
    cluster = draft.survey.cluster
    found = (cluster.resource(one.resource) for one in draft.features.ocfs2)
    return tuple(dict.fromkeys(made.name(cluster.top(one).id) for one in found if one))


def hold_above(draft: Draft, made: Conversion, node: str, pools: tuple[str, ...]) -> Step:
    """Keep pools and domUs stopped, and see what the cluster would do, before it may do anything."""
    here = Console(NEW, node)
    names = (*pools, *(made.name(guest.id) for guest in running_guests(draft)))
    noisy = tuple(made.name(name) for name in notified(draft))
    return Step(
        title="Keep domUs and pools stopped, and look", where=node, tools=NEW,
        commands=(
            *(here.stop(name) for name in names),
            *(here.delete_meta(name, "notify") for name in noisy),
            here.simulate_live(),
        ),
        expect="nothing is started yet; once it is, what lies below the domUs starts, and nothing else",
        verify=(
            Check(text="every resource unmanaged", command="crm_mon -1 -r -f", run_on=node, look_for=("unmanaged",)),
            Check(text="ptest names no domU and no pool"),
        ),
        duration=Duration(nominal=60, limit=300, hard=300, basis="a look"),
        rollback=Rollback(way=Way.POSSIBLE, text="as the CIB was put in place",
                          commands=tuple(here.start(name) for name in names), proof="crm_verify -L -V", seconds=60),
        risk=Risk(level=RiskLevel.LOW, text="the cluster touches nothing"),
    )  # fmt: skip


def start_below(made: Conversion, node: str) -> Step:
    """Start lock manager, clvmd and volume groups on the first node."""
    here = Console(NEW, node)
    base = ", ".join(made.created) or "lock manager, clvmd, volume groups"
    return Step(
        title="Start what lies below the domUs, and nothing else", where=node, tools=NEW,
        commands=(here.delete_option("maintenance-mode"), here.wait_idle(300), here.status()),
        expect=f"{base} run on {node}; domUs and OCFS2 are stopped",
        verify=(
            Check(text=f"{base} are started on {node}", command="crm_mon -1 -r -f", look_for=("Started",),
                  must_not_show=("Failed actions",)),
            Check(text="only Domain-0", command="xm list", run_on=node, look_for=("Domain-0",)),
            Check(text="every volume is active", command="lvs", run_on=node),
        ),
        duration=Duration(nominal=60, limit=300, hard=300, basis="a handful of starts"),
        rollback=Rollback(way=Way.POSSIBLE, text="set all resources to unmanaged again",
                          commands=(here.set_option("maintenance-mode", "true"),),
                 proof="crm_mon -1 -r shows unmanaged", seconds=60),
        risk=Risk(level=RiskLevel.MEDIUM, text="no domU is touched"),
    )  # fmt: skip
