"""`cibtools lint`: find faults in cluster configurations."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import astuple, replace

from cibtools.cli.inputs.choice import InputChoice, gathered, input_options
from cibtools.cli.inputs.open import Collected, collect, input_paths, read_inputs
from cibtools.cli.inputs.target import release_named, target_option
from cibtools.cli.outputs.formats import LINT
from cibtools.cli.outputs.terminal import color_option, terminal_width, wants_color

if TYPE_CHECKING:
    from cibtools.cli.inputs.config import Configuration
    from cibtools.cli.outputs.guard import Place
    from cibtools.errors import CibtoolsError
    from cibtools.lint.record.outcome import LintRun

SEVERITIES = ("error", "warning", "info")
PERSONAS = ("regular", "pedantic", "migration")


class LintChoice(Struct, frozen=True):
    """What the options of lint say, those about its inputs apart."""

    format_name: str
    outputs: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    persona: str
    target: str | None
    fail_on: str | None
    rule_directories: tuple[str, ...]
    config: Path | None
    isolated: bool
    statistics: bool
    show_skipped: bool
    show_suppressed: bool
    no_cache: bool
    color: str


class Answer(Struct, frozen=True):
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
    "--persona",
    type=click.Choice(PERSONAS),
    default="regular",
    show_default=True,
    help="Run the rules for this reader.",
)
@target_option
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default=None,
    help="The lowest severity that makes the exit status 1.  [default: warning]",
)
@click.option("--rules", "rule_directories", multiple=True, metavar="DIR", help="Add a directory of rule files.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Read this configuration file.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option("--statistics", is_flag=True, help="End with the number of findings per rule.")
@click.option("--show-skipped", is_flag=True, help="List the rules that lack an input.")
@click.option("--show-suppressed", is_flag=True, help="List the findings that comments silence.")
@click.option("--whole-backups", is_flag=True, help="Lint the whole backup that each named file belongs to.")
@click.option("--no-cache", is_flag=True, help="Work everything out anew.")
@color_option
@gathered(LintChoice)
def lint(choice: InputChoice, what: LintChoice) -> None:
    """Find mistakes in the backup of a cluster.

    INPUT is a CIB or a part of one, a backup directory, a compressed file, or - for standard input; the current
    directory by default. The exit status is 0 if nothing at or above --fail-on is found, 1 if something is, 2 if an
    input cannot be read.

    The nearest cibtools.toml above the first input may set select, ignore and fail-on. --select replaces both lists of
    the file, --ignore adds to them.
    """
    started = time.perf_counter()
    _refuse_idle(what)
    answer = _answer(choice, what)
    sys.stdout.write(answer.printed)
    sys.stdout.flush()
    for line in answer.errors:
        click.echo(line, err=True)
    if sys.stderr.isatty():
        click.echo(f"({time.perf_counter() - started:.2f} s)", err=True)
    sys.exit(answer.status)


def _refuse_idle(what: LintChoice) -> None:
    """Raise a usage error for options that would do nothing beside others."""
    lists = {
        "--statistics": what.statistics,
        "--show-skipped": what.show_skipped,
        "--show-suppressed": what.show_suppressed,
        "--color always": what.color == "always",
    }
    for name, given in lists.items():
        if given and what.format_name != "text":
            raise click.UsageError(f"{name} has an effect with --format text only")
    if what.select and what.persona != "regular":
        raise click.UsageError("--select and --persona exclude each other: each of them says which rules run")
    if what.config and what.isolated:
        raise click.UsageError("--config and --isolated exclude each other")


def _answer(choice: InputChoice, what: LintChoice) -> Answer:
    """Lint, or recall what the same question gave before."""
    from cibtools.cli.inputs.config import configuration_files
    from cibtools.cli.outputs.guard import Guard
    from cibtools.errors import CibtoolsError

    named = [_target(text) for text in what.outputs]
    targets: list[tuple[str, Place]] = []
    if named:
        settings = [what.config] if what.config else configuration_files(_first(choice))
        guard = Guard(input_paths(choice), (*what.rule_directories, *settings))
        targets = [(name, guard.file("--output", path)) for name, path in named]
    try:
        configured = _configured(choice, what)
        collected = collect(choice)
        # Files that are asked for must be written, so such a run is worked out even if the answer is known.
        if not what.no_cache and not targets:
            return _remembered(choice, configured, collected)
        run = _lint(choice, configured, collected)
    except CibtoolsError as error:
        configured, run = what, _failed(error)
    return _delivered(run, configured, targets)


def _first(choice: InputChoice) -> str:
    """The input that a configuration is looked for above."""
    return choice.inputs[0] if choice.inputs else "."


def _configuration(choice: InputChoice, what: LintChoice) -> Configuration:
    """The configuration that holds for this call; an empty one if none shall."""
    from cibtools.cli.inputs.config import Configuration, find_configuration, read_configuration

    if what.isolated:
        return Configuration(None, {})
    return read_configuration(what.config) if what.config else find_configuration(_first(choice))


def _configured(choice: InputChoice, what: LintChoice) -> LintChoice:
    """The options with what the configuration file says where they say nothing."""
    settings = _configuration(choice, what).lint()
    lists = what.select or what.persona != "regular"
    return replace(
        what,
        select=what.select or (() if lists else settings.select),
        ignore=(*(() if what.select else settings.ignore), *what.ignore),
        fail_on=what.fail_on or settings.fail_on,
    )


def _remembered(choice: InputChoice, what: LintChoice, collected: Collected) -> Answer:
    """The answer from the cache if everything it depends on is the same to the byte, else worked out and kept."""
    from cibtools.cli.inputs.cache import digest, keep, program_stamp, recall, stamp
    from cibtools.cli.inputs.catalogue import all_rule_files

    rules = stamp(all_rule_files(what.rule_directories))
    options = [program_stamp(), rules, repr(astuple(choice)), repr(astuple(what)), repr(_shown(what))]
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
            answer = _delivered(_lint(choice, what, collected), what, [])
            keep(name, {"printed": answer.printed, "errors": answer.errors, "status": answer.status}, "lint")
            return answer


def _lint(choice: InputChoice, what: LintChoice, collected: Collected) -> LintRun:
    from cibtools.cli.inputs.catalogue import load_catalogue
    from cibtools.cli.inputs.select import UnknownSelectorError, select_rules
    from cibtools.lint.engine.run import Engine

    catalogue = load_catalogue(what.rule_directories, cache=not what.no_cache)
    try:
        rules = select_rules(catalogue, what.select, what.ignore, what.persona)
    except UnknownSelectorError as error:
        error.location = _configuration(choice, what).place_of_selector(error.selector)
        raise
    read = read_inputs(choice, collected)
    return replace(Engine(rules, target=release_named(what.target)).run(read.clusters), errors=read.errors)


def _failed(error: CibtoolsError) -> LintRun:
    """The run that did not come about: the report of status 2 is a report as well."""
    from cibtools.lint.record.outcome import LintRun

    return LintRun((), (), (), (), (), (error,))


def _delivered(run: LintRun, what: LintChoice, targets: list[tuple[str, Place]]) -> Answer:
    """Write what `--output` asks for; give back what is printed."""
    from cibtools.cli.errors import describe
    from cibtools.cli.outputs.write import NewFile, write_all
    from cibtools.lint.record.finding import Severity
    from cibtools.report.shared.options import TextOptions

    reports = [(place, LINT.renderer(name)(run, TextOptions())) for name, place in targets]
    write_all([NewFile(place, text.encode("utf-8", "replace")) for place, text in reports])
    color, width = _shown(what)
    options = TextOptions(color, width, what.statistics, what.show_skipped, what.show_suppressed, show_errors=False)
    limit = Severity(what.fail_on or "warning").rank
    found = any(finding.severity.rank >= limit for finding in run.findings)
    errors = tuple(describe(error) for error in run.errors)
    status = 2 if run.errors else 1 if found else 0
    return Answer(LINT.renderer(what.format_name)(run, options), errors, status)


def _shown(what: LintChoice) -> tuple[bool, int]:
    """Whether to paint, and how wide the terminal is."""
    return wants_color(what.color), terminal_width()


def _target(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not path or name not in LINT.names:
        raise click.UsageError(f'--output "{text}" is not FORMAT=FILE; formats are {", ".join(LINT.names)}')
    return name, Path(path)
