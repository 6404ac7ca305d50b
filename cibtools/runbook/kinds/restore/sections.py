"""Putting sections back into a cluster that runs: options, resources, constraints, in an order that the CIB accepts."""

from __future__ import annotations

from msgspec.structs import replace

from cibtools.runbook.blocks.hold import hold
from cibtools.runbook.blocks.phase import new_phase
from cibtools.runbook.blocks.whole_cluster import Exchange
from cibtools.runbook.console.console import Console
from cibtools.runbook.console.shell import RESUME, cut_xml
from cibtools.runbook.kinds.restore.whole_cib import let_go
from cibtools.runbook.plan.enums import CommandKind, RiskLevel, Way
from cibtools.runbook.plan.runbook import Phase
from cibtools.runbook.plan.step import Check, Command, Duration, Risk, Rollback, Step

_PLAIN = "cibadmin -R -o resources -x resources.xml\ncibadmin -R -o constraints -x constraints.xml"
_EMPTIED = f"printf '<constraints/>\\n' > none.xml; cibadmin -R -o constraints -x none.xml\n{_PLAIN}"
"""1.0 refuses to remove a resource that a constraint names, and a constraint that names no resource."""


def sections(exchange: Exchange) -> Phase:
    """Put sections back, once the result has been looked at."""
    return new_phase(
        exchange.draft, "P3", "Put sections back", "simulated first, in an order that leaves no dangling name",
        [_try_result(exchange), _put_sections(exchange), let_go(exchange)], rollback_to="P0", rollback_seconds=180,
    )  # fmt: skip


def held(exchange: Exchange, console: Console) -> Command:
    """Take the cluster's hands off, in one command."""
    before = hold(exchange, console)
    return replace(before[0], text="\n".join(command.text for command in before))


def sections_of_now(names: str) -> str:
    """Put these sections back from the CIB that was saved before the restore."""
    take = cut_xml("/cib/configuration/$s", "cib.full.now.xml")
    return f'{RESUME}\nfor s in {names}; do\n  {take} > "$s.now.xml"\n  cibadmin -R -o "$s" -x "$s.now.xml"\ndone'


def _try_result(exchange: Exchange) -> Step:
    tools = exchange.draft.tools
    return Step(
        title="Look at the result before it is in force", where="admin host", tools=tools,
        commands=(
            Console(tools, "admin host").shell(
                "mkdir -p try && cp crm_config.xml resources.xml constraints.xml try/\n"
                f"{cut_xml('/cib/configuration/nodes', 'cib.full.now.xml')} > try/nodes.xml\n"
                "cibtools join try -o cib.try.xml && cibtools lint cib.try.xml\n"
                "cibtools diff cib.full.now.xml cib.try.xml"),
        ),
        expect="what the cluster will do differently is known and wanted",
        verify=(Check(text="every difference is wanted; a restart of a domU is a difference"),),
        duration=Duration(nominal=600, limit=1800, hard=1800, basis="reading"),
    )  # fmt: skip


def _put_sections(exchange: Exchange) -> Step:
    tools, console = exchange.draft.tools, exchange.draft.console()
    names = "crm_config constraints resources" if not console.old else "crm_config resources constraints"
    holding = held(exchange, console)
    options = f"cibadmin -R -o crm_config -x crm_config.xml && {holding.text.splitlines()[0]}"
    back = sections_of_now("crm_config resources constraints")
    return Step(
        title=f"Put the sections back: {names.replace(' ', ', ')}", where=console.run_on, tools=tools,
        commands=(
            holding,
            Command(run_on=console.run_on, kind=CommandKind.CHANGE, text=options, tools=tools),
            Command(run_on=console.run_on, kind=CommandKind.CHANGE, text=_PLAIN if console.old else _EMPTIED,
                    tools=tools),
            console.verify_live(),
        ),
        expect="the sections are those of the backup; nodes and status are those of the cluster",
        verify=(
            Check(text="nothing is printed", command="crm_verify -L -V"),
            Check(text="nodes and status were not restored: the ids of nodes belong to their installations"),
        ),
        duration=Duration(nominal=300, limit=900, hard=900, basis="typing"),
        rollback=Rollback(way=Way.POSSIBLE, text="the same with the sections of now",
                          commands=(console.shell(back, CommandKind.CHANGE),),
                          proof="cibtools diff finds nothing", seconds=180),
        risk=Risk(level=RiskLevel.HIGH, text="every resource whose definition differs restarts when the hold ends"),
    )  # fmt: skip
