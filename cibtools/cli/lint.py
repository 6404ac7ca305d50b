"""`cibtools lint`: read backups, run the rules, print the findings."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cibtools.cli.inputs import InputChoice, input_options, read_inputs

if TYPE_CHECKING:
    from cibtools.lint.run import LintRun
    from cibtools.report.text import TextOptions

FORMATS = ("text", "concise", "json", "sarif", "github", "junit")


@click.command(epilog="Example: cibtools lint fixtures/hasi-broken --select CIB4,XEN --format concise")
@input_options
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option(
    "--output", "outputs", multiple=True, metavar="FORMAT=FILE", help="Write another format to a file as well."
)
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
@click.option("--no-cache", is_flag=True, help="Read all rule files anew.")
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour in text output.",
)
def lint(
    inputs: tuple[str, ...],
    dialect: str,
    each: bool,
    kinds: tuple[str, ...],
    merge_fragments: bool,
    stdin_filename: str,
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
    from cibtools.cli.catalogue import load_catalogue
    from cibtools.cli.errors import report_error
    from cibtools.cli.select import select_rules
    from cibtools.lint.engine import Engine
    from cibtools.lint.finding import Severity
    from cibtools.report.text import TextOptions

    started = time.perf_counter()
    targets = [_target(text) for text in outputs]
    rules = select_rules(load_catalogue(rule_directories, cache=not no_cache), select, ignore)
    engine = Engine(rules)
    choice = InputChoice(inputs, dialect, each, kinds, merge_fragments, stdin_filename, whole_backups)
    read = read_inputs(choice)
    run = engine.run(read.clusters)
    terminal = sys.stdout.isatty()
    options = TextOptions(
        color=_wants_color(color),
        width=_width(terminal),
        statistics=statistics,
        show_skipped=show_skipped,
        show_suppressed=show_suppressed,
        seconds=time.perf_counter() - started if terminal else None,
    )
    for name, path in targets:
        _write(path, render(run, name, TextOptions()))
    sys.stdout.write(render(run, format_name, options))
    sys.stdout.flush()
    for error in read.errors:
        report_error(error)
    limit = Severity(fail_on).rank
    found = any(finding.severity.rank >= limit for finding in run.findings)
    sys.exit(2 if read.errors else 1 if found else 0)


def render(run: LintRun, format_name: str, options: TextOptions) -> str:
    """The findings in one of the formats."""
    match format_name:
        case "text":
            from cibtools.report.text import render as text

            return text(run, options)
        case "concise":
            from cibtools.report.concise import render as concise

            return concise(run)
        case "json":
            from cibtools.report.json_report import render as json_report

            return json_report(run)
        case "sarif":
            from cibtools.report.sarif import render as sarif

            return sarif(run)
        case "github":
            from cibtools.report.github import render as github

            return github(run)
        case _:
            from cibtools.report.junit import render as junit

            return junit(run)


def _target(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not path or name not in FORMATS:
        raise click.UsageError(f'--output "{text}" is not FORMAT=FILE; formats are {", ".join(FORMATS)}')
    return name, Path(path)


def _write(path: Path, text: str) -> None:
    from cibtools.cli.files import write_atomically

    write_atomically(path, text.encode("utf-8", "replace"))


def _wants_color(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width(terminal: bool) -> int:
    """Columns for source frames; a pipe gets a fixed width, so that its bytes depend on nothing."""
    return os.get_terminal_size().columns if terminal else 120
