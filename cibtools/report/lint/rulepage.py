"""A rule's page: the same sections for every rule, from its file alone, for a terminal, Markdown and SARIF."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.secret import mask_text
from cibtools.lint.record.rule import INPUTS, Example, Fix, Rule
from cibtools.report.lint.summary import SEVERITY_STYLE
from cibtools.report.shared.sections import (
    Block,
    Code,
    Listing,
    Prose,
    Section,
    markdown_parts,
    section_pieces,
    sentence,
)
from cibtools.report.shared.style import Piece, Style, paint, plain

_FIELD = re.compile(r"\{@?([^{}]+)\}")
_SHOWN = 3
"""So many bad and so many good examples are on a page; the file has all."""
_PERSONAS = {
    "regular": "on by default",
    "pedantic": "a matter of style, off by default",
    "migration": "about an upgrade to come, off by default",
}


def sections(rule: Rule) -> tuple[Section, ...]:
    """What a page says, in its order; sections that the rule file says nothing about are left out."""
    found: list[Section] = [
        ("What it does", (Prose(rule.what or rule.summary),)),
        ("Why it is bad", (Prose(rule.rationale),)),
        ("Bad", tuple(_examples(rule, rule.bad))),
        ("Good", tuple(_examples(rule, rule.good))),
        ("What to do", tuple(Prose(_readable(text)) for text in _remedies(rule))),
        ("Variants", (Listing(tuple(_variants(rule))),)),
        ("Applies to", (Listing(tuple(_scope(rule))),)),
        ("References", (Listing(rule.sources),)),
    ]
    nothing = (Listing(()), Prose(""))
    return tuple((title, blocks) for title, blocks in found if any(block not in nothing for block in blocks))


def dialect_names(dialects: Sequence[Dialect]) -> str:
    """The dialects of a rule in words."""
    if set(dialects) == set(Dialect):
        return "all dialects"
    if set(dialects) == {Dialect.P10, Dialect.P11}:
        return "Pacemaker"
    return ", ".join(dialect.title for dialect in dialects)


def _examples(rule: Rule, examples: Sequence[Example]) -> Iterator[Block]:
    """The first example of each variant before further ones of the same."""
    seen = [example.variant for example in examples]
    order = sorted(range(len(examples)), key=lambda index: seen[:index].count(seen[index]))
    for index in sorted(order[:_SHOWN]):
        example = examples[index]
        alone = tuple(example.files) == ("cib.xml",)
        for path, text in example.files.items():
            parts = ("" if alone else path, example.note, f"variant {example.variant}" if example.variant else "")
            yield Code(
                " – ".join(filter(None, parts)), mask_text(text.strip("\n")), "xml" if path.endswith(".xml") else "text"
            )
    if len(examples) > _SHOWN:
        yield Prose(f"{len(examples) - _SHOWN} more in `{posixpath.basename(rule.path)}`.")


def _remedies(rule: Rule) -> tuple[str, ...]:
    texts = (rule.remedy, *(variant.remedy for variant in rule.variants.values() if variant.remedy != rule.help))
    return tuple(dict.fromkeys(text for text in texts if text and not _FIELD.fullmatch(text)))


def _variants(rule: Rule) -> Iterator[str]:
    for name, variant in rule.variants.items():
        if name:
            level = f" ({variant.severity.value})" if variant.severity not in (None, rule.severity) else ""
            yield f"`{name}`{level}: {_readable(variant.message)}"


def _scope(rule: Rule) -> Iterator[str]:
    yield f"dialects: {dialect_names(rule.dialects)}"
    if rule.requires:
        yield f"needs: {', '.join(INPUTS[name] for name in rule.requires)}"
    yield f"severity: {rule.severity.value}, confidence: {rule.confidence}"
    if rule.fix:
        yield f"fix ({rule.fix.safety}): {', '.join(_steps(rule.fix))}"
    if rule.supersedes:
        yield f"reported instead of: {', '.join(rule.supersedes)}, where both see one mistake"
    yield f"persona: {rule.persona} ({_PERSONAS[rule.persona]})"


def _steps(fix: Fix) -> Iterator[str]:
    yield from (f'set {name}="{value}"' for name, value in fix.set.items())
    yield from (f"remove {name}" for name in fix.remove)


def _readable(template: str) -> str:
    """A message without a finding: fields appear by their names."""
    return " ".join(_FIELD.sub(r"‹\1›", template).split())


# --- terminal ----------------------------------------------------------------------------------------------------


def text_page(rule: Rule, *, width: int = 100, color: bool = False, heading: bool = True) -> str:
    """The page as text."""
    pieces = list(_heading(rule)) if heading else []
    for number, section in enumerate(sections(rule)):
        pieces += [plain("\n" if heading or number else ""), *section_pieces(section, width)]
    return paint(pieces, color=color)


def _heading(rule: Rule) -> Iterator[Piece]:
    yield SEVERITY_STYLE[rule.severity], rule.severity.value
    yield Style.STRONG, f"[{rule.code}] {rule.name}\n"
    yield plain(f"{sentence(rule.summary)}\n")


# --- Markdown ----------------------------------------------------------------------------------------------------


def markdown_page(rule: Rule) -> str:
    """The page as Markdown."""
    parts = [f"# {rule.code} {rule.name}", sentence(rule.summary)]
    for section in sections(rule):
        parts += markdown_parts(section)
    return "\n\n".join(parts) + "\n"
