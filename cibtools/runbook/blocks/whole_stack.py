"""Stop and start the cluster stack on all nodes."""

from __future__ import annotations

from cibtools.runbook.blocks.nothing_runs import nothing_runs, same_as_before
from cibtools.runbook.blocks.whole_cluster import Exchange
from cibtools.runbook.console.console import Console
from cibtools.runbook.facts import topic
from cibtools.runbook.facts.survey import seconds, timers
from cibtools.runbook.plan.enums import RiskLevel, Way, Who
from cibtools.runbook.plan.step import Check, Duration, Risk, Rollback, Step

_PROCESSES = "ps -C heartbeat,ccm,cib,crmd,lrmd,pengine,tengine -o pid=,args="


def stop_everywhere(exchange: Exchange, *, domus_stay: bool) -> Step:
    """Stop the stack on every node, the DC last."""
    draft = exchange.draft
    openais = draft.survey.openais
    lines = tuple(Console(draft.tools, node).stack("stop", openais=openais) for node in exchange.dc_last)
    back = tuple(Console(draft.tools, node).stack("start", openais=openais) for node in reversed(exchange.dc_last))
    after = (same_as_before(draft.survey),) if domus_stay else nothing_runs(draft.survey, "each node")
    mounted = (
        ()
        if domus_stay or not draft.features.ocfs2
        else (Check(text="no mount", command="mount -t ocfs2", run_on="each node"),)
    )
    what = "a domU that vanishes here has to be explained first" if domus_stay else "the service is down already"
    return Step(
        title="Stop the cluster stack on every node, the DC last",
        where=exchange.everywhere,
        tools=draft.tools,
        commands=lines,
        expect="no process of the cluster runs on any node, and nobody was fenced",
        verify=(Check(text="no process is printed", command=_PROCESSES, run_on="each node"), *after, *mounted),
        duration=Duration(nominal=10 * len(lines), limit=60 * len(lines), hard=60 * len(lines),
                          basis=f"{len(lines)} nodes, one after the other"),
        rollback=Rollback(way=Way.POSSIBLE, text="the old stack starts again with the old CIB", commands=back,
                          proof="crm_mon -1 -n -r as before", seconds=120),
        risk=Risk(level=RiskLevel.MEDIUM, text=what),
    )  # fmt: skip


def start_everywhere(exchange: Exchange, *, held: bool = True) -> Step:
    """Start the stack on all nodes within initdead of each other: who is missing then gets fenced."""
    draft = exchange.draft
    nodes = tuple(reversed(exchange.dc_last))
    openais = draft.survey.openais
    known = timers(draft.survey.cluster)
    initdead = seconds(known, "initdead", 60)
    keepalive = seconds(known, "keepalive", 1)
    hard = max(300, 2 * initdead + 60)
    lines = [Console(exchange.new_tools, node).stack("start", openais=openais) for node in nodes]
    here = exchange.first
    ask = f"crm_mon -1 -n | grep -c ': online' | grep -qx {len(nodes)}"
    wait = here.wait(ask, hard, "crm_mon -1 -n")
    back = tuple(Console(exchange.new_tools, node).stack("stop", openais=openais) for node in nodes)
    return Step(
        title=f"Start the stack on all nodes, within {initdead}s of each other",
        where=f"all nodes in order {', '.join(nodes)}",
        tools=exchange.new_tools,
        # What is not held starts now, and may never end.
        commands=(*lines, wait, *(() if held else (here.wait_idle(hard),)), here.verify_live(), here.status_by_node()),
        expect="all nodes are online, there is a DC, and "
        f"{'nothing is touched' if held else 'every domU stays stopped'} yet",
        verify=_all_there(exchange, nodes, held=held),
        duration=Duration(nominal=initdead + 10 + keepalive, limit=hard, hard=hard,
                          basis=f"initdead {initdead}s, then the election of a DC"),
        rollback=Rollback(way=Way.POSSIBLE, text="stop the stack on all nodes; then old packages, old CIB",
                          commands=back, proof=_PROCESSES, seconds=120),
        risk=Risk(level=RiskLevel.HIGH,
                  text="a node that is not seen by then is fenced as soon as something is managed"),
        who=Who.SECOND,
        warnings=(*draft.cautions(*topic.WEAK_FENCING), *draft.cautions(*topic.ORDERS)),
    )  # fmt: skip


def _all_there(exchange: Exchange, nodes: tuple[str, ...], *, held: bool) -> tuple[Check, ...]:
    """Return how to see that every node has come, and that nothing has been touched yet."""
    here = exchange.first.run_on
    untouched = (
        (Check(text="every resource is unmanaged", command="crm_mon -1 -r", run_on=here, look_for=("unmanaged",)),)
        if held
        else nothing_runs(exchange.draft.survey, "each node")
    )
    shown = tuple(map(exchange.first.node_line, nodes))
    return (
        Check(text="every node is online", command="crm_mon -1 -n", run_on=here, look_for=shown),
        Check(text="prints nothing", command="crm_verify -L -V", run_on=here),
        *untouched,
    )
