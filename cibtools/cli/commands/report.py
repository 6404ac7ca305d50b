"""`cibtools report`: tell whether and how to upgrade, in one page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cibtools.cli.inputs.choice import InputChoice, gathered, input_options
from cibtools.cli.inputs.open import input_paths, read_inputs
from cibtools.cli.outputs.formats import BRIEFING, FLEET
from cibtools.cli.planning.options import Given, wish_options
from cibtools.cli.reporting.options import FleetChoice, check, fleet_options

if TYPE_CHECKING:
    from cibtools.briefing.record import Briefing
    from cibtools.cli.outputs.guard import Guard, Place
    from cibtools.cli.reporting.briefing import Asked


@click.command(epilog="Example: cibtools report fixtures/hasi --to sle-ha-11 --format md")
@input_options
@BRIEFING.option("the report")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report there.")
@wish_options
@click.option(
    "--simulate/--no-simulate", default=True, help="Let Pacemaker's own scheduler confirm the plan, if it is installed."
)
@click.option("--verify", is_flag=True, help="Compare the decisions of the real scheduler before and after migration.")
@click.option("--rehearse", is_flag=True, help="Run every command on a model of the cluster, and tell the surprises.")
@click.option("--answers", type=click.Path(path_type=Path), metavar="FILE", help="The answers that the page saved.")
@fleet_options
@gathered(FleetChoice)
def report(
    choice: InputChoice,
    many: FleetChoice,
    given: Given,
    format_name: str,
    output: Path | None,
    simulate: bool,
    verify: bool,
    rehearse: bool,
    answers: Path | None,
) -> None:
    """Tell in one page whether to upgrade, what stands in the way, who decides what, and how it is done.

    The report runs lint, migrate, runbook upgrade and, if asked, verify and a rehearsal. Its page asks every open
    question, and saves the answers as a file for --answers. With --fleet it is one overview of many clusters. The exit
    status is 1 if the report says NO-GO.
    """
    from cibtools.cli.inputs.config import configuration_files
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cli.planning.wishes import wishes
    from cibtools.cli.reporting.briefing import Asked

    if not given.target:
        raise click.UsageError("report needs --to, the release to upgrade to, such as --to sle-ha-11")
    check(many, choice.inputs, answers)
    settings = configuration_files(choice.inputs[0] if choice.inputs else ".")
    files = [*given.files(), *settings, *([answers] if answers else [])]
    guard = Guard([str(many.fleet)] if many.fleet else input_paths(choice), files)
    place = guard.file("--output", output) if output else None
    if many.fleet:
        asked = Asked(wishes(given), None, simulate=False, verify=verify, rehearse=rehearse)
        sys.exit(_survey(many, asked, choice.max_size, format_name, guard, place))
    sys.exit(_run(choice, given, format_name, place, answers, simulate=simulate, verify=verify, rehearse=rehearse))


def _survey(
    many: FleetChoice, asked: Asked, max_size: int, format_name: str, guard: Guard, place: Place | None
) -> int:  # fmt: skip
    """Report on a fleet; return 2 if a cluster could not be judged, 1 if one is NO-GO."""
    from cibtools.cli.errors import talk
    from cibtools.cli.reporting.fleet import fleet_of, verdicts
    from cibtools.fleet.record import State

    fleet = fleet_of(many, asked, max_size, guard, place.path if place else None)
    _write(FLEET.renderer(format_name)(fleet), place)
    for line in verdicts(fleet):
        talk(line)
    troubled = any(member.trouble for member in fleet.members)
    return 2 if troubled else 1 if fleet.count(State.STOP) else 0


def _run(
    choice: InputChoice,
    given: Given,
    format_name: str,
    place: Place | None,
    answers: Path | None,
    *,
    simulate: bool,
    verify: bool,
    rehearse: bool,
) -> int:
    from cibtools.cli.errors import report_error
    from cibtools.cli.planning.wishes import wishes
    from cibtools.cli.reporting.briefing import Asked, briefing

    asked = Asked(wishes(given), answers, simulate=simulate, verify=verify, rehearse=rehearse)
    read = read_inputs(choice)
    for error in read.errors:
        report_error(error)
    if len(read.clusters) != 1:
        names = ", ".join(cluster.backup.root for cluster in read.clusters)
        raise click.UsageError(f"{names} are several clusters; name one" if names else "no cluster to report on")
    found = briefing(read.clusters[0], asked, choice.inputs[0] if choice.inputs else ".")
    _write(BRIEFING.renderer(format_name)(found), place)
    return 2 if read.errors else 1 if _tell(found) else 0


def _write(text: str, place: Place | None) -> None:
    """Write a report to its file, or to standard output."""
    if place is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    from cibtools.cli.outputs.write import NewFile, write_all

    write_all([NewFile(place, text.encode("utf-8", "backslashreplace"))])


def _tell(found: Briefing) -> bool:
    """Say the verdict and its reasons on standard error; return True if it is NO-GO."""
    from cibtools.cli.errors import talk
    from cibtools.report.briefing.arrange import view

    shown = view(found)
    talk(f"{shown.title}: {shown.screen.word[2:]}")
    for one in shown.screen.conditions[:_TOLD]:
        talk(f"  {one.code}: {one.text}" if one.code else f"  {one.text}")
    if len(shown.screen.conditions) > _TOLD:
        talk(f"  and {len(shown.screen.conditions) - _TOLD} more")
    return shown.screen.state == "stop"


_TOLD = 6
"""So many conditions are said on standard error; the report has all of them."""
