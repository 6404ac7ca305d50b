"""`cibtools runbook`: plan a procedure: patch, upgrade, convert, backup and others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from cibtools.cli.inputs.choice import InputChoice, input_options
from cibtools.cli.inputs.open import input_paths, read_inputs
from cibtools.cli.outputs.formats import RUNBOOK
from cibtools.cli.planning.options import Given, wish_options
from cibtools.runbook.compose.kind import Kind, Option
from cibtools.runbook.kinds.registry import all_kinds, kind_names, load_kind

if TYPE_CHECKING:
    from cibtools.cli.outputs.guard import Place
    from cibtools.cluster.model.cluster import Cluster
    from cibtools.runbook.compose.kind import Request
    from cibtools.runbook.facts.parameters import Parameters, Wishes
    from cibtools.runbook.plan.runbook import Runbook


class KindCommand(click.Command):
    """The command, with a help that says what each kind is for; kinds are imported for the help only."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the kinds, then the options."""
        with formatter.section("Kinds"):
            formatter.write_dl([(kind.name, kind.summary) for kind in all_kinds()])
        super().format_options(ctx, formatter)


@click.command(
    cls=KindCommand,
    epilog="Example: cibtools runbook patch fixtures/hasi",
)
@click.argument("kind", type=click.Choice(kind_names()))
@input_options
@RUNBOOK.option("the runbook")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the runbook there.")
@wish_options
@click.option(
    "--simulate/--no-simulate", default=True, help="Let Pacemaker's own scheduler confirm the plan, if it is installed."
)
@click.option("--rehearse", is_flag=True, help="Run every command on a model of the cluster, and tell the surprises.")
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="The answers file of migrate.")
@click.pass_context
def runbook(
    context: click.Context,
    choice: InputChoice,
    kind: str,
    given: Given,
    format_name: str,
    output: Path | None,
    simulate: bool,
    rehearse: bool,
    answers: Path | None,
) -> None:
    """Plan a procedure that an operator can follow at night.

    The exit status is 1 if the method asked for is refused, no method is safe, or a gate is red from the files alone;
    the reasons are in the runbook and on standard error. So it is if a rehearsal does not go as the runbook says.
    """
    from cibtools.cli.inputs.config import configuration_files
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cli.planning.wishes import wishes

    settings = configuration_files(choice.inputs[0] if choice.inputs else ".")
    files = [*given.files(), *settings, *([answers] if answers else [])]
    place = Guard(input_paths(choice), files).file("--output", output) if output else None
    asked = wishes(given)
    refuse_options(context, load_kind(kind))
    plan = load_kind(kind)
    sys.exit(_run(choice, plan, asked, format_name, place, simulate=simulate, rehearse=rehearse, answers=answers))


def refuse_options(context: click.Context, kind: Kind) -> None:
    """Raise ConfigError if an option was given that this kind does not take: it would do nothing."""
    from cibtools.errors import ConfigError

    given = {
        name
        for parameter in context.command.params
        if parameter.name and context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE
        for name in parameter.opts
    }
    for option in Option:
        if option.value in given and option not in kind.options:
            takers = ", ".join(found.name for found in all_kinds() if option in found.options)
            raise ConfigError(f"{kind.name} takes no {option.value}", hint=f"kinds that take it: {takers}")


def _run(
    choice: InputChoice,
    kind: Kind,
    asked: Wishes,
    format_name: str,
    place: Place | None,
    *,
    simulate: bool,
    rehearse: bool,
    answers: Path | None,
) -> int:
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
    request = _request(read.clusters[0], kind, asked, parameters, simulate=simulate, answers=answers)
    plan = kind.build(request)
    _deliver(plan, format_name, place)
    no_go = plan.verdict in (Readiness.REFUSED, Readiness.BLOCKED)
    if no_go:
        _explain(plan)
    surprised = rehearse and bool(plan.phases) and _rehearse(kind, plan, request, answers)
    return 2 if read.errors else 1 if no_go or surprised else 0


def _rehearse(kind: Kind, plan: Runbook, request: Request, answers: Path | None) -> bool:
    """Carry the plan out on a model and tell what came of it; return True if it did not go as the plan says."""
    from cibtools.cli.errors import talk
    from cibtools.cli.rehearsal.outcome import rehearsed
    from cibtools.cli.rehearsal.record import summary

    record = rehearsed(kind, plan, request, answers)
    for line in summary(record):
        talk(line)
    return bool(record.surprises)


def _request(
    cluster: Cluster, kind: Kind, asked: Wishes, parameters: Parameters, *, simulate: bool, answers: Path | None
) -> Request:
    """Put together what the kind plans from: what linter, scheduler and migration say comes from their rooms."""
    from cibtools.cli.planning.conversion import conversion
    from cibtools.cli.planning.remarks import find_expert, lint_remarks
    from cibtools.runbook.compose.kind import Request

    return Request(
        cluster=cluster,
        wishes=asked,
        parameters=parameters,
        remarks=lint_remarks(cluster),
        expert=find_expert(cluster) if simulate and kind.asks_scheduler else None,
        convert=lambda: conversion(cluster, answers),
    )


def _deliver(plan: Runbook, format_name: str, place: Place | None) -> None:
    text = RUNBOOK.renderer(format_name)(plan)
    if place is None:
        sys.stdout.write(text)
        return
    from cibtools.cli.outputs.write import NewFile, write_all

    write_all([NewFile(place, text.encode("utf-8", "backslashreplace"))])


def _explain(plan: Runbook) -> None:
    """Say on standard error why the work may not begin."""
    from cibtools.cli.errors import talk
    from cibtools.runbook.plan.enums import Severity

    talk(f"{plan.title}: {plan.verdict.value}")
    for reason in plan.reasons:
        if reason.severity is Severity.REFUSAL:
            method = f" against {reason.method}" if reason.method else ""
            talk(f"  {reason.code}{method}: {reason.text}")
    for hint in plan.hints:
        talk(f"  possible: {hint}")
