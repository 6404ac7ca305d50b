"""`cibtools rules`: list the rules of the linter, or test rule files."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cibtools.lint.examples import Verdict
    from cibtools.lint.record.rule import Rule

_WIDTH = 100


@click.group(invoke_without_command=True, epilog="Example: cibtools rules --format markdown")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="How to print the list.",
)
@click.option("--rules", "rule_directories", multiple=True, metavar="DIR", help="Add a directory of rule files.")
@click.pass_context
def rules(ctx: click.Context, format_name: str, rule_directories: tuple[str, ...]) -> None:
    """List the rules of the linter, or test rule files."""
    if ctx.invoked_subcommand:
        if format_name != "text" or rule_directories:
            raise click.UsageError(f"--format and --rules have no effect with {ctx.invoked_subcommand}")
        return
    from cibtools.cli.inputs.catalogue import load_catalogue
    from cibtools.cli.outputs.terminal import wants_color

    catalogue = load_catalogue(rule_directories)
    sys.stdout.write(_listed(catalogue, format_name, wants_color("auto")))


def _listed(catalogue: Sequence[Rule], format_name: str, color: bool) -> str:
    from cibtools.report.lint.rulelist import json_list, markdown_table, text_list

    if format_name == "text":
        return text_list(catalogue, color=color)
    return {"json": json_list, "markdown": markdown_table}[format_name](catalogue)


@rules.command(name="test", epilog="Example: cibtools rules test rules")
@click.argument("directories", nargs=-1, required=True, metavar="DIR...")
def test_rules(directories: tuple[str, ...]) -> None:
    """Run the examples inside the rule files of DIR.

    The exit status is 0 if every bad example gives its finding and no good one does, 1 if not, 2 if a rule file is
    broken.
    """
    from cibtools.cli.errors import report_error
    from cibtools.errors import RuleError
    from cibtools.lint.catalogue.files import rule_files

    broken = failed = passed = 0
    for path in rule_files(Path(directory) for directory in directories):
        try:
            verdicts = _verdicts(path)
        except RuleError as error:
            report_error(error)
            broken += 1
            continue
        failed += sum(bool(verdict.problem) for verdict in verdicts)
        passed += sum(not verdict.problem for verdict in verdicts)
        for verdict in verdicts:
            if verdict.problem:
                _tell(path, verdict)
    summary = [f"{passed} examples as expected"]
    summary += [f"{failed} not as expected"] if failed else []
    summary += [f"{broken} broken rule files" if broken != 1 else "1 broken rule file"] if broken else []
    click.echo(", ".join(summary))
    sys.exit(2 if broken else 1 if failed else 0)


def _verdicts(path: Path) -> list[Verdict]:
    """Judge the examples of one rule file; raise RuleError if it is broken."""
    from cibtools.lint.catalogue.load import build_catalogue, load_tables
    from cibtools.lint.examples import judge_all

    return [verdict for rule in build_catalogue(load_tables([path])) for verdict in judge_all(rule)]


def _tell(path: Path, verdict: Verdict) -> None:
    """Say which example came out otherwise, and show what came out instead."""
    from cibtools.cli.errors import talk
    from cibtools.report.lint.formats.text import SecretPlaces, finding_pieces
    from cibtools.report.shared.style import paint

    note = f" ({verdict.example.note})" if verdict.example.note else ""
    talk(f"{path}: {verdict.label}{note}: {verdict.problem}", err=False)
    for finding in verdict.run.findings:
        click.echo(paint(finding_pieces(finding, SecretPlaces(), _WIDTH), color=False))
    if not verdict.run.findings:
        for name, text in verdict.example.files.items():
            talk(f"  {name}:", err=False)
            for line in text.strip("\n").split("\n"):
                talk(f"    {line}", err=False)
