"""The conversion of a SLES 10 cluster to SLE HA 11: another system, stack and storage layer in one outage."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks.controlled_stop import stop_phase
from cibtools.runbook.blocks.draft import Draft, look
from cibtools.runbook.blocks.whole_cluster import Exchange
from cibtools.runbook.estimate.order import Canary
from cibtools.runbook.facts.storage_map import volumes
from cibtools.runbook.facts.version import Target
from cibtools.runbook.kinds.convert.after import accept
from cibtools.runbook.kinds.convert.before import NEW_CIB, preparation
from cibtools.runbook.kinds.convert.by_halves import swing_phases
from cibtools.runbook.kinds.convert.configuration import files
from cibtools.runbook.kinds.convert.hb2openais_gaps import Gap, gaps
from cibtools.runbook.kinds.convert.installation import install
from cibtools.runbook.kinds.convert.new_stack import ocfs2
from cibtools.runbook.kinds.convert.start import start
from cibtools.runbook.kinds.convert.storage import storage
from cibtools.runbook.plan.conversion import Conversion
from cibtools.runbook.plan.runbook import Phase, Table
from cibtools.runbook.plan.step import Step

_CLOSED_BY: dict[int, tuple[str, ...]] = {
    1: ("Make compatibility volumes", "Draw the storage map", "Convert the configuration on paper"),
    2: ("Put the xm files with the new device names", "Convert the configuration on paper"),
    3: ("Convert the configuration on paper", "Start what lies below"),
    4: ("Convert the configuration on paper", "Start what lies below"),
    5: ("Convert the configuration on paper", "Start what lies below"),
    6: ("Convert the configuration on paper", "Try the vendor's converter"),
    7: ("Try the vendor's converter", "Convert the configuration on paper"),
    8: ("Convert the configuration on paper", "Start openais on the other nodes", "Is the cluster ready"),
    9: ("Convert the configuration on paper", "Start openais on the other nodes", "Is the cluster ready"),
    10: ("Put openais.conf in place",),
    11: ("Keep domUs and pools stopped",),
    12: ("Let LVM see", "Let LVM lock"),
    13: ("Put openais.conf in place", "Try the vendor's converter"),
    14: ("Put openais.conf in place",),
    15: ("Try the vendor's converter",),
}
"""For each gap, how the titles of the steps begin that close it."""


def convert_phases(
    draft: Draft, target: Target, change_id: str, canary: Canary | None, made: Conversion, *, swing: bool = False
) -> tuple[Phase, ...]:
    """All phases, of one outage or by halves; the table of gaps with the steps that close each stands in the first."""
    told = gaps(draft, volumes(draft.survey))
    plan = swing_phases if swing else _at_once
    phases = plan(draft, target, change_id, canary, made)
    first = phases[0]
    return (replace(first, tables=(_table(told, phases), *first.tables)), *phases[1:])


def _at_once(
    draft: Draft, target: Target, change_id: str, canary: Canary | None, made: Conversion
) -> tuple[Phase, ...]:
    found = volumes(draft.survey)
    exchange = Exchange(draft, target)
    return (
        preparation(draft, made, found, change_id),
        stop_phase(exchange, look("the old system of every node has an image; the vendor supports no way back: ____")),
        install(draft, change_id, draft.nodes),
        storage(draft, found),
        files(draft, made),
        ocfs2(draft, made, found),
        start(draft, made, canary),
        *accept(draft, NEW_CIB, change_id),
    )


def _table(told: tuple[Gap, ...], phases: tuple[Phase, ...]) -> Table:
    steps = [step for phase in phases for step in phase.steps]
    return Table(
        "What the vendor's converter leaves to you:",
        ("", "gap", "here", "remedy", "step"),
        tuple(
            (str(gap.number), gap.what, gap.here or "not here", gap.remedy, ", ".join(closing_steps(gap.number, steps)))
            for gap in told
        ),
    )


def closing_steps(number: int, steps: list[Step]) -> tuple[str, ...]:
    """The ids of the steps that close a gap, in the order of the plan."""
    return tuple(step.id for step in steps if step.title.startswith(_CLOSED_BY[number]))
