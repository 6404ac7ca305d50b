"""What a schema has against a CIB: one value per mistake, whichever layer of the schema found it."""

from __future__ import annotations

from lxml import etree
from msgspec import Struct


class Violation(Struct, frozen=True):
    """One way in which a CIB breaks the schema of its dialect."""

    kind: str
    """unknown-element, unknown-attribute, missing-element, missing-attribute, value, text, either-or, id, reference or
    foreign."""
    element: etree._Element
    attribute: str | None
    """The attribute at fault, if it is there."""
    message: str
    """One sentence, the object first."""
    expected: str = ""
    """What the schema would take, as a phrase."""
    hint: str = ""
    """What to do, as a sentence."""
    related: etree._Element | None = None
    """The other element that it takes: where an id stands first."""


def label(element: etree._Element) -> str:
    """An element for people: its tag and the id or name by which they know it."""
    name = element.get("id") or element.get("name") or ""
    return f"{element.tag} '{name}'" if name else f"<{element.tag}>"


def alternatives(words: tuple[str, ...] | list[str]) -> str:
    """Join words with commas, and the last with "or"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
