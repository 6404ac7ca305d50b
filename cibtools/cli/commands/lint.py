"""`cibtools lint`: find faults in cluster configurations."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from cibtools.cli.inputs.choice import InputChoice, gathered, input_options
from cibtools.cli.inputs.target import target_option
from cibtools.cli.linting.choice import LintChoice
from cibtools.cli.outputs.formats import LINT
from cibtools.cli.outputs.terminal import color_option

SEVERITIES = ("error", "warning", "info")
PERSONAS = ("regular", "pedantic", "migration")


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
    type=click.Choice((*SEVERITIES, "never")),
    default=None,
    help="The lowest severity that makes the exit status 1; never: none does.  [default: warning]",
)
@click.option("--rules", "rule_directories", multiple=True, metavar="DIR", help="Add a directory of rule files.")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Read this configuration file.")
@click.option("--isolated", is_flag=True, help="Read no configuration file.")
@click.option("--statistics", is_flag=True, help="End with the number of findings per rule.")
@click.option("--show-skipped", is_flag=True, help="List the rules that lack an input.")
@click.option("--show-suppressed", is_flag=True, help="List the findings that comments silence.")
@click.option("--whole-backups", is_flag=True, help="Lint the whole backup that each named file belongs to.")
@click.option("--no-cache", is_flag=True, help="Work everything out anew.")
@click.option("--baseline", type=click.Path(path_type=Path), metavar="FILE", help="Leave out what this file accepts.")
@click.option("--update-baseline", is_flag=True, help="Accept everything that is found now; writes the baseline.")
@click.option("--fix", is_flag=True, help="Correct the files: what changes nothing that the cluster does.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what changes what the cluster does.")
@click.option("--fix-only", is_flag=True, help="Like --fix, but do not report what is left.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and write nothing.")
@color_option
@gathered(LintChoice)
def lint(choice: InputChoice, what: LintChoice) -> None:
    """Find mistakes in the backup of a cluster.

    INPUT is a CIB or a part of one, a backup directory, a compressed file, or - for standard input; the current
    directory by default. The exit status is 0 if nothing at or above --fail-on is found, 1 if something is, 2 if an
    input cannot be read.

    The nearest cibtools.toml above the first input may set select, ignore, fail-on and baseline. --select replaces both
    lists of the file, --ignore adds to them.
    """
    started = time.perf_counter()
    _refuse_idle(what)
    from cibtools.cli.linting.answer import answer

    found = answer(choice, what, [_target(text) for text in what.outputs])
    sys.stdout.write(found.printed)
    sys.stdout.flush()
    for line in found.errors:
        click.echo(line, err=True)
    if sys.stderr.isatty():
        click.echo(f"({time.perf_counter() - started:.2f} s)", err=True)
    sys.exit(found.status)


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
    if what.unsafe_fixes and not (what.fix or what.fix_only or what.diff):
        raise click.UsageError("--unsafe-fixes has an effect with --fix, --fix-only or --diff only")
    if what.diff and (what.fix or what.fix_only):
        raise click.UsageError("--diff writes nothing, so it goes without --fix and --fix-only")
    if what.update_baseline and (what.fix or what.fix_only or what.diff):
        raise click.UsageError("--update-baseline goes without --fix, --fix-only and --diff: fix first")
    if what.config and what.isolated:
        raise click.UsageError("--config and --isolated exclude each other")


def _target(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not path or name not in LINT.names:
        raise click.UsageError(f'--output "{text}" is not FORMAT=FILE; formats are {", ".join(LINT.names)}')
    return name, Path(path)
