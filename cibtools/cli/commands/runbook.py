"""`cibtools runbook`: a procedure for the operator, planned from a backup."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cibtools.cli.inputs.open import InputChoice, input_options, input_paths, read_inputs
from cibtools.cli.outputs.formats import RUNBOOK

if TYPE_CHECKING:
    from cibtools.cli.outputs.guard import Place
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.runbook.facts.parameters import Parameters, Wishes
    from cibtools.runbook.plan.runbook import Runbook

KINDS = ("patch", "upgrade", "convert", "backup", "restore", "acceptance", "add-domu")
PLAIN = {"backup": "BACKUP", "restore": "RESTORE", "acceptance": "ACCEPTANCE", "add-domu": "ADD_DOMU"}
"""Kinds without a strategy, as `RunbookKind` calls them."""
METHODS = ("auto", "patch", "hops", "reattach", "shutdown", "swing")


@click.command(
    epilog="Example: cibtools runbook patch fixtures/hasi",
    short_help="Plan a procedure: patch, upgrade, backup, …",
)
@click.argument("kind", type=click.Choice(KINDS))
@input_options
@RUNBOOK.option("the runbook")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the runbook there.")
@click.option("--from", "source", default="", metavar="VERSION", help="What runs now, such as heartbeat-2.1.4.")
@click.option("--to", "target", default="", metavar="VERSION", help="Where to go, such as pacemaker-1.0, sle-ha-11.")
@click.option("--method", type=click.Choice(METHODS), default="auto", show_default=True, help="Ask for one method.")
@click.option("--accept", multiple=True, metavar="CODE", help="Take a risk upon yourself that a reason names.")
@click.option("--nodes", default="", metavar="A,B,…", help="The order in which the nodes are worked on.")
@click.option("--domu-order", default="", metavar="FILE", help="DomUs, least important first; a comma list will do.")
@click.option("--node-ram", multiple=True, metavar="NODE=MiB", help="The memory of a whole machine.")
@click.option(
    "--placement", type=click.Path(path_type=Path), metavar="FILE", help='Where the domUs run: lines of "domU node".'
)
@click.option(
    "--simulate/--no-simulate", default=True, help="Let Pacemaker's own scheduler confirm the plan, if it is installed."
)
@click.option("--window", default="", metavar="START/DURATION", help="The time there is, such as 21:00/5h.")
@click.option("--change-id", "change", default="", metavar="ID", help="The id of the change, made up if not given.")
@click.option("--date", default="", metavar="DATE", help="The date to print; none if not given.")
def runbook(
    choice: InputChoice,
    kind: str,
    format_name: str,
    output: Path | None,
    source: str,
    target: str,
    method: str,
    accept: tuple[str, ...],
    nodes: str,
    domu_order: str,
    node_ram: tuple[str, ...],
    placement: Path | None,
    simulate: bool,
    window: str,
    change: str,
    date: str,
) -> None:
    """Plan a procedure that an operator can follow at night.

    The exit status is 1 if the method asked for is refused, no method is safe, or a gate is red from the files alone;
    the reasons are in the runbook and on standard error.
    """
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cli.planning.wishes import wishes

    lists = [Path(text) for text in (nodes, domu_order) if text] + ([placement] if placement else [])
    place = Guard(input_paths(choice), lists).file("--output", output) if output else None
    asked = wishes(
        versions=(source, target),
        method=method,
        accept=accept,
        nodes=nodes,
        domu_order=domu_order,
        node_ram=node_ram,
        placement=placement,
        window_text=window,
        change=change,
        date=date,
    )
    sys.exit(_run(choice, kind, asked, simulate, format_name, place))


def _run(choice: InputChoice, kind: str, asked: Wishes, simulate: bool, format_name: str, place: Place | None) -> int:
    from cibtools.cli.errors import report_error
    from cibtools.cli.inputs.config import find_configuration
    from cibtools.runbook.plan.enums import Readiness

    read = read_inputs(choice)
    for error in read.errors:
        report_error(error)
    if len(read.clusters) != 1:
        names = ", ".join(cluster.backup.root for cluster in read.clusters)
        raise click.UsageError(
            f"{names} are several clusters; plan one at a time" if names else "no cluster to plan for"
        )
    parameters = find_configuration(choice.inputs[0] if choice.inputs else ".").runbook()
    found = plan(read.clusters[0], kind, asked, parameters, simulate=simulate)
    _deliver(found, format_name, place)
    no_go = found.verdict in (Readiness.REFUSED, Readiness.BLOCKED)
    if no_go:
        _explain(found)
    return 2 if read.errors else 1 if no_go else 0


def plan(cluster: Cluster, kind: str, asked: Wishes, parameters: Parameters, *, simulate: bool) -> Runbook:
    """The runbook of one kind, with what the linter and the scheduler have to say."""
    from cibtools.cli.planning.conversion import conversion
    from cibtools.cli.planning.remarks import find_expert, lint_remarks
    from cibtools.runbook.compose import patch_runbook, upgrade_runbook
    from cibtools.runbook.compose_convert import convert_runbook
    from cibtools.runbook.compose_plain import plain_runbook
    from cibtools.runbook.plan.enums import RunbookKind

    remarks = lint_remarks(cluster)
    if kind in PLAIN:
        return plain_runbook(RunbookKind[PLAIN[kind]], cluster, asked, parameters, remarks)
    expert = find_expert(cluster) if simulate else None
    if kind == "patch":
        return patch_runbook(cluster, asked, parameters, remarks, expert)
    made = conversion(cluster) if kind == "convert" or asked.to_version.startswith("sle-ha-11") else None
    if kind == "convert":
        return convert_runbook(cluster, asked, parameters, remarks, expert, made)
    return upgrade_runbook(cluster, asked, parameters, remarks, expert, made)


def _deliver(found: Runbook, format_name: str, place: Place | None) -> None:
    text = RUNBOOK.renderer(format_name)(found)
    if place is None:
        sys.stdout.write(text)
        return
    from cibtools.cli.outputs.write import NewFile, write_all

    write_all([NewFile(place, text.encode("utf-8", "backslashreplace"))])


def _explain(found: Runbook) -> None:
    """Say on standard error why the work may not begin."""
    from cibtools.runbook.plan.enums import Severity

    click.echo(f"{found.title}: {found.verdict.value}", err=True)
    for reason in found.reasons:
        if reason.severity is Severity.REFUSAL:
            method = f" against {reason.method}" if reason.method else ""
            click.echo(f"  {reason.code}{method}: {reason.text}", err=True)
    for hint in found.hints:
        click.echo(f"  possible: {hint}", err=True)
