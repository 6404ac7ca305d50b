"""The catalogue as a list: for a terminal, as the table of the README, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cibtools.lint.record.rule import Rule
from cibtools.report.lint.rulepage import dialect_names
from cibtools.report.lint.summary import SEVERITY_STYLE
from cibtools.report.shared.json import Json, to_text
from cibtools.report.shared.printable import visible
from cibtools.report.shared.style import Piece, Style, paint, plain

VERSION = 1
"""Of the JSON form."""


def text_list(rules: Sequence[Rule], *, color: bool = False) -> str:
    """One line for each rule: code, severity, name and what is wrong."""
    return paint(_lines(rules), color=color)


def _lines(rules: Sequence[Rule]) -> Iterator[Piece]:
    codes = max((len(rule.code) for rule in rules), default=0)
    names = max((len(rule.name) for rule in rules), default=0)
    for rule in rules:
        yield Style.STRONG, f"{rule.code:<{codes}}"
        yield plain("  ")
        yield SEVERITY_STYLE[rule.severity], f"{rule.severity.value:<7}"
        yield plain(f"  {rule.name:<{names}}  {visible(rule.summary)}\n")


def markdown_table(rules: Sequence[Rule]) -> str:
    """A row for each rule."""
    rows = ["| Code | Name | Severity | Dialects | Summary |", "|---|---|---|---|---|"]
    for rule in rules:
        cells = (rule.code, rule.name, rule.severity.value, dialect_names(rule.dialects), rule.summary)
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def json_list(rules: Sequence[Rule]) -> str:
    """Everything a rule file says, but for its tests."""
    return to_text({"version": VERSION, "rules": [_rule(rule) for rule in rules]})


def _rule(rule: Rule) -> Json:
    return {
        "code": rule.code,
        "name": rule.name,
        "summary": rule.summary,
        "severity": rule.severity.value,
        "confidence": rule.confidence,
        "persona": rule.persona,
        "supersedes": list(rule.supersedes),
        "dialects": [dialect.value for dialect in rule.dialects],
        "requires": list(rule.requires),
        "variants": [
            {"name": name, "severity": (variant.severity or rule.severity).value, "message": variant.message}
            for name, variant in rule.variants.items()
        ],
        "what": rule.what,
        "rationale": rule.rationale,
        "remedy": rule.remedy,
        "sources": list(rule.sources),
    }
