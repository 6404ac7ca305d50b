"""Pages of titled sections, for a terminal and as Markdown: rules and numbers are explained in the same form."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from cibtools.report.shared.printable import visible, wrap
from cibtools.report.shared.style import Piece, Style, plain


class Prose(Struct, frozen=True):
    """Text to be filled into lines; an empty line ends a paragraph."""

    text: str


class Listing(Struct, frozen=True):
    """Items of a list."""

    items: tuple[str, ...]


class Code(Struct, frozen=True):
    """Lines of a file, to be shown as they are."""

    caption: str
    text: str
    language: str


Block = Prose | Listing | Code
Section = tuple[str, tuple[Block, ...]]


def sentence(text: str) -> str:
    """End a text with a full stop, unless it ends itself."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def section_pieces(section: Section, width: int) -> Iterator[Piece]:
    """Draw a section for a terminal, `width` columns wide."""
    title, blocks = section
    yield Style.STRONG, f"{title}\n"
    for index, block in enumerate(blocks):
        yield plain("\n" if index else "")
        yield from _block(block, width)


def markdown_parts(section: Section) -> Iterator[str]:
    """Draw a section as Markdown, in parts that an empty line separates."""
    title, blocks = section
    yield f"## {title}"
    yield from map(_markdown_block, blocks)


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


def _markdown_block(block: Block) -> str:
    match block:
        case Prose(text):
            return text.strip()
        case Listing(items):
            return "\n".join(f"- {item}" for item in items)
        case Code(caption, text, language):
            fence = f"```{language}\n{text}\n```"
            return f"{caption}:\n\n{fence}" if caption else fence
