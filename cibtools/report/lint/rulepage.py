"""A rule's page: the same sections for every rule, from its file alone, for a terminal, Markdown and SARIF."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cibtools.backup.cib.dialect import Dialect
from cibtools.backup.record.secret import mask_text
from cibtools.lint.record.rule import INPUTS, Example, Fix, Rule
from cibtools.report.lint.summary import SEVERITY_STYLE
from cibtools.report.shared.printable import visible, wrap
from cibtools.report.shared.style import Piece, Style, paint, plain

_FIELD = re.compile(r"\{@?([^{}]+)\}")
_SHOWN = 3
"""So many bad and so many good examples are on a page; the file has all."""
_PERSONAS = {
    "regular": "on by default",
    "pedantic": "a matter of style, off by default",
    "migration": "about an upgrade to come, off by default",
}


@dataclass(frozen=True, slots=True)
class Prose:
    """Text to be filled into lines; an empty line ends a paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of a list."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Lines of a file, to be shown as they are."""

    caption: str
    text: str
    language: str


Block = Prose | Listing | Code
Section = tuple[str, tuple[Block, ...]]


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
    for number, (title, blocks) in enumerate(sections(rule)):
        pieces += [plain("\n" if heading or number else ""), (Style.STRONG, f"{title}\n")]
        for index, block in enumerate(blocks):
            pieces += [plain("\n" if index else ""), *_block(block, width)]
    return paint(pieces, color=color)


def _heading(rule: Rule) -> Iterator[Piece]:
    yield SEVERITY_STYLE[rule.severity], rule.severity.value
    yield Style.STRONG, f"[{rule.code}] {rule.name}\n"
    yield plain(f"{_sentence(rule.summary)}\n")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _block(block: Block, width: int) -> Iterator[Piece]:
    match block:
        case Prose(text):
            for index, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
                yield plain("\n" if index else "")
                for line in wrap(visible(paragraph), width - 2):
                    yield plain(f"  {line}\n")
        case Listing(items):
            for item in items:
                first, *others = wrap(visible(item), width - 4)
                yield plain(f"  - {first}\n" + "".join(f"    {line}\n" for line in others))
        case Code(caption, text, _):
            if caption:
                yield Style.DIM, f"  # {visible(caption)}\n"
            for line in text.splitlines():
                yield Style.PATH, f"    {visible(line.expandtabs(4))}".rstrip() + "\n"


# --- Markdown ----------------------------------------------------------------------------------------------------


def markdown_page(rule: Rule) -> str:
    """The page as Markdown."""
    parts = [f"# {rule.code} {rule.name}", _sentence(rule.summary)]
    for title, blocks in sections(rule):
        parts.append(f"## {title}")
        parts += [_markdown_block(block) for block in blocks]
    return "\n\n".join(parts) + "\n"


def _markdown_block(block: Block) -> str:
    match block:
        case Prose(text):
            return text.strip()
        case Listing(items):
            return "\n".join(f"- {item}" for item in items)
        case Code(caption, text, language):
            fence = f"```{language}\n{text}\n```"
            return f"{caption}:\n\n{fence}" if caption else fence
