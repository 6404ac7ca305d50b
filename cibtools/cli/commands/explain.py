"""`cibtools explain`: show the page of a rule, a migration step, a gate or a reason."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cibtools.lint.record.rule import Rule
    from cibtools.number import Number


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
    """Show what a rule or a number (M014, P-10, S-RAM) means, and why."""
    from cibtools.cli.inputs.catalogue import load_catalogue

    pages: dict[str, Rule | Number] = {}
    for rule in load_catalogue(rule_directories):
        pages |= {rule.code.lower(): rule, rule.name.lower(): rule}
    if wanted.strip().lower() not in pages:
        # Numbers bring the whole migration along, for which a rule need not wait.
        pages |= {number.code.lower(): number for number in numbers()}
    sys.stdout.write(_page(find_page(pages, wanted), format_name))


def numbers() -> tuple[Number, ...]:
    """Return all numbers that are not those of rules."""
    from cibtools.migrate.numbers import migration_numbers
    from cibtools.runbook.numbers import runbook_numbers

    return (*migration_numbers(), *runbook_numbers())


def find_page(pages: Mapping[str, Rule | Number], wanted: str) -> Rule | Number:
    """Return what that word names; raise ConfigError that suggests the near one."""
    from cibtools.cluster.vocabulary.spelling import nearest
    from cibtools.errors import ConfigError

    word = wanted.strip().lower()
    if word in pages:
        return pages[word]
    near = nearest(word, pages)
    suggestion = f"did you mean {_called(pages[near])}?" if near else "`cibtools rules` lists the rules"
    raise ConfigError(f'there is no rule or number "{wanted}"', hint=suggestion)


def _called(page: Rule | Number) -> str:
    from cibtools.number import Number

    return page.code if isinstance(page, Number) else f"{page.code} {page.name}"


def _page(page: Rule | Number, format_name: str) -> str:
    from cibtools.cli.outputs.terminal import terminal_width, wants_color
    from cibtools.number import Number
    from cibtools.report.lint.rulepage import markdown_page, text_page
    from cibtools.report.shared.numberpage import markdown_number, text_number

    if format_name == "markdown":
        return markdown_number(page) if isinstance(page, Number) else markdown_page(page)
    width, color = min(terminal_width(), 100), wants_color("auto")
    if isinstance(page, Number):
        return text_number(page, width=width, color=color)
    return text_page(page, width=width, color=color)
