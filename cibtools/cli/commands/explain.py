"""`cibtools explain`: print a rule's page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cibtools.lint.record.rule import Rule


@click.command(epilog="Example: cibtools explain CIB601")
@click.argument("wanted", metavar="CODE|NAME")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "markdown"]),
    default="text",
    show_default=True,
    help="How to print the page.",
)
@click.option("--rules", "rule_directories", multiple=True, metavar="DIR", help="Add a directory of rule files.")
def explain(wanted: str, format_name: str, rule_directories: tuple[str, ...]) -> None:
    """Show what a rule looks for, and why."""
    from cibtools.cli.inputs.catalogue import load_catalogue
    from cibtools.cli.outputs.terminal import terminal_width, wants_color
    from cibtools.report.lint.rulepage import markdown_page, text_page

    rule = find_rule(load_catalogue(rule_directories), wanted)
    if format_name == "markdown":
        sys.stdout.write(markdown_page(rule))
    else:
        sys.stdout.write(text_page(rule, width=min(terminal_width(), 100), color=wants_color("auto")))


def find_rule(catalogue: Sequence[Rule], wanted: str) -> Rule:
    """The rule with that code or name in any case; raise ConfigError that suggests the near one."""
    from cibtools.cluster.vocabulary.spelling import nearest
    from cibtools.errors import ConfigError

    words = {word.lower(): rule for rule in catalogue for word in (rule.code, rule.name)}
    word = wanted.strip().lower()
    if word in words:
        return words[word]
    near = nearest(word, words)
    suggestion = f"did you mean {words[near].code} {words[near].name}?" if near else "`cibtools rules` lists them"
    raise ConfigError(f'there is no rule "{wanted}"', hint=suggestion)
