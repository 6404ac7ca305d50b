"""`cibtools lint`: read backups, run the rules, print the findings."""

from __future__ import annotations

import sys
import time
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cibtools.cli.inputs.open import Collected, InputChoice, collect, input_options, input_paths, read_inputs
from cibtools.cli.outputs.formats import LINT
from cibtools.cli.outputs.terminal import color_option, terminal_width, wants_color

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True)
class LintChoice:
    """What the options of lint say, those about its inputs apart."""

    format_name: str
    outputs: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: str
    rule_directories: tuple[str, ...]
    statistics: bool
    show_skipped: bool
    show_suppressed: bool
    color: bool
    width: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run prints and how it ends."""

    printed: str
    errors: tuple[str, ...]
    status: int


@click.command(epilog="Example: cibtools lint fixtures/hasi-broken --select CIB4,XEN")
@input_options
@LINT.option("the findings")
@click.option("--output", "outputs", multiple=True, metavar="FORMAT=FILE", help="Write another format to a file too.")
@click.option("--select", multiple=True, metavar="CODES", help="Run only these rules: codes, prefixes, names, ALL.")
@click.option("--ignore", multiple=True, metavar="CODES", help="Leave these rules out.")
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info"]),
    default="warning",
    show_default=True,
    help="The least severity that makes the exit status 1.",
)
@click.option("--rules", "rule_directories", multiple=True, metavar="DIR", help="Add a directory of rule files.")
@click.option("--statistics", is_flag=True, help="End with the number of findings per rule.")
@click.option("--show-skipped", is_flag=True, help="List the rules that lack an input.")
@click.option("--show-suppressed", is_flag=True, help="List the findings that comments silence.")
@click.option("--whole-backups", is_flag=True, help="Lint the whole backup that each named file belongs to.")
@click.option("--no-cache", is_flag=True, help="Work everything out anew.")
@color_option
def lint(
    choice: InputChoice,
    format_name: str,
    outputs: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    rule_directories: tuple[str, ...],
    statistics: bool,
    show_skipped: bool,
    show_suppressed: bool,
    whole_backups: bool,
    no_cache: bool,
    color: str,
) -> None:
    """Find mistakes in the backup of a cluster.

    INPUT is a CIB or a part of one, a backup directory, a compressed file, or - for standard input; the current
    directory by default. The exit status is 0 if nothing at or above --fail-on is found, 1 if something is, 2 if an
    input cannot be read.
    """
    started = time.perf_counter()
    where = replace(choice, whole_backups=whole_backups)
    what = LintChoice(
        format_name,
        outputs,
        select,
        ignore,
        fail_on,
        rule_directories,
        statistics,
        show_skipped,
        show_suppressed,
        wants_color(color),
        terminal_width(),
    )
    collected = collect(where)
    # Files that are asked for must be written, so such a run is worked out even if the answer is known.
    if no_cache or outputs:
        answer = _work_out(where, what, collected, cache=not no_cache)
    else:
        answer = _remembered(where, what, collected)
    sys.stdout.write(answer.printed)
    sys.stdout.flush()
    for line in answer.errors:
        click.echo(line, err=True)
    if sys.stderr.isatty():
        click.echo(f"({time.perf_counter() - started:.2f} s)", err=True)
    sys.exit(answer.status)


def _remembered(where: InputChoice, what: LintChoice, collected: Collected) -> Answer:
    """The answer from the cache if everything it depends on is the same to the byte, else worked out and kept."""
    from cibtools.cli.inputs.cache import digest, keep, program_stamp, recall, stamp
    from cibtools.cli.inputs.catalogue import all_rule_files

    options = [program_stamp(), stamp(all_rule_files(what.rule_directories)), repr(astuple(where)), repr(astuple(what))]
    files = [
        part
        for raw in collected.raws
        for part in (raw.source.path, raw.base, raw.name, repr(raw.failure), raw.source.data)
    ]
    name = f"lint-{digest([*options, *(str(error) for error in collected.errors), *files])}"
    match recall(name):
        case {"printed": str(printed), "errors": list(errors), "status": int(status)}:
            return Answer(printed, tuple(str(line) for line in errors), status)
        case _:
            answer = _work_out(where, what, collected)
            keep(name, {"printed": answer.printed, "errors": answer.errors, "status": answer.status}, "lint")
            return answer


def _work_out(where: InputChoice, what: LintChoice, collected: Collected, *, cache: bool = True) -> Answer:
    """Lint; write what `--output` asks for."""
    from cibtools.cli.errors import describe
    from cibtools.cli.inputs.catalogue import load_catalogue
    from cibtools.cli.inputs.select import select_rules
    from cibtools.cli.outputs.guard import Guard
    from cibtools.cli.outputs.write import NewFile, write_all
    from cibtools.lint.engine.run import Engine
    from cibtools.lint.record.finding import Severity
    from cibtools.report.shared.options import TextOptions

    guard = Guard(input_paths(where), what.rule_directories)
    targets = [(name, guard.file("--output", path)) for name, path in map(_target, what.outputs)]
    catalogue = load_catalogue(what.rule_directories, cache=cache)
    engine = Engine(select_rules(catalogue, what.select, what.ignore), catalogue)
    read = read_inputs(where, collected)
    run = engine.run(read.clusters)
    reports = [(place, LINT.renderer(name)(run, TextOptions())) for name, place in targets]
    write_all([NewFile(place, text.encode("utf-8", "replace")) for place, text in reports])
    options = TextOptions(what.color, what.width, what.statistics, what.show_skipped, what.show_suppressed)
    limit = Severity(what.fail_on).rank
    found = any(finding.severity.rank >= limit for finding in run.findings)
    errors = tuple(describe(error) for error in read.errors)
    return Answer(LINT.renderer(what.format_name)(run, options), errors, 2 if errors else 1 if found else 0)


def _target(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not path or name not in LINT.names:
        raise click.UsageError(f'--output "{text}" is not FORMAT=FILE; formats are {", ".join(LINT.names)}')
    return name, Path(path)
