"""The moves of which every step is made: each changes the draft and gives back the note that says so.

Where a step needs something else, it changes the draft itself and writes its own note.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from cibtools.cluster.model.place import Place
from cibtools.migrate.draft.draft import Draft
from cibtools.migrate.record.change import ChangeKind, Note

_SPECIAL = re.compile(r"[&<>\"\n\r\t]")


def shown(name: str, value: str) -> str:
    """An attribute as XML."""
    if not _SPECIAL.search(value):
        return f'{name}="{value}"'
    # Half a web client comes along with this import, and hardly any value needs it.
    from xml.sax.saxutils import quoteattr

    return f"{name}={quoteattr(value)}"


def shown_all(attributes: Mapping[str, str]) -> str:
    """Attributes as XML."""
    return " ".join(shown(name, value) for name, value in attributes.items())


def start_tag(element: etree._Element) -> str:
    """An element's start tag as XML, closed at once if nothing is in it."""
    words = " ".join([element.tag, *(shown(str(name), str(value)) for name, value in element.attrib.items())])
    return f"<{words}>" if len(element) else f"<{words}/>"


def whole_text(element: etree._Element) -> str:
    """An element with all that is in it, as XML on one line; what else Unicode calls a line's end stays in values."""
    text = etree.tostring(element, encoding="unicode", with_tail=False)
    return " ".join(line.strip() for line in text.split("\n") if line.strip())


def rewrite(step: str, element: etree._Element, name: str, value: str, reason: str) -> Note:
    """Give an attribute another value."""
    before = element.get(name, "")
    element.set(name, value)
    return Note(step, ChangeKind.REWRITTEN, element, name, shown(name, before), shown(name, value), reason)


def rename(step: str, element: etree._Element, old: str, new: str, reason: str, value: str | None = None) -> Note:
    """Give an attribute another name, and another value if one is given; arranged later."""
    before = str(element.attrib.pop(old))
    after = before if value is None else value
    element.set(new, after)
    return Note(step, ChangeKind.RENAMED, element, old, shown(old, before), shown(new, after), reason)


def add_attribute(step: str, element: etree._Element, name: str, value: str, reason: str) -> Note:
    """Write an attribute that was not there."""
    element.set(name, value)
    return Note(step, ChangeKind.ADDED, element, "", "", shown(name, value), reason)


def drop_attribute(step: str, element: etree._Element, name: str, reason: str) -> Note:
    """Take an attribute away."""
    value = str(element.attrib.pop(name))
    return Note(step, ChangeKind.DROPPED, element, name, shown(name, value), "", reason)


def retag(step: str, element: etree._Element, tag: str, reason: str) -> Note:
    """Give an element another name."""
    before = start_tag(element)
    element.tag = tag
    return Note(step, ChangeKind.RENAMED, element, "", before, start_tag(element), reason)


def drop(step: str, element: etree._Element, reason: str) -> Note:
    """Take an element out; the whole text goes into the note, and comments in it stay where it was."""
    note = Note(step, ChangeKind.DROPPED, element, "", whole_text(element), "", reason)
    parent = element.getparent()
    if parent is not None and "<!--" in note.before:
        for comment in [*element.iter(etree.Comment)]:
            comment.tail = None
            parent.insert(parent.index(element), comment)
    detach(element)
    return note


def detach(element: etree._Element) -> None:
    """Take an element out of its parent, without a word."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def add(
    step: str,
    draft: Draft,
    parent: etree._Element,
    made: etree._Element,
    reason: str,
    *,
    cause: etree._Element | None,
    index: int | None = None,
) -> Note:
    """Put a ready-made element, with all that is in it, below parent: at the end, or at an index."""
    parent.insert(len(parent) if index is None else index, made)
    for found in made.iter("*"):
        draft.note_made(found, cause)
    return Note(step, ChangeKind.ADDED, made, "", "", whole_text(made), reason)


def move(step: str, element: etree._Element, parent: etree._Element, reason: str, index: int | None = None) -> Note:
    """Put an element below another parent: at the end, or at an index."""
    before = f"{_path(element.getparent())}: {start_tag(element)}"
    parent.insert(len(parent) if index is None else index, element)
    return Note(step, ChangeKind.REWRITTEN, element, "", before, f"{_path(parent)}: {start_tag(element)}", reason)


def _path(element: etree._Element | None) -> str:
    return "" if element is None else f"{element.tag}[{element.get('id', '')}]"


def dissolve(element: etree._Element) -> None:
    """Put what is in an element, comments too, in its place; no word of it."""
    parent = element.getparent()
    assert parent is not None
    index = parent.index(element)
    parent[index : index + 1] = list(element)


def decide(
    step: str,
    element: etree._Element | None,
    question: str,
    alternatives: tuple[str, ...] = (),
    *,
    attribute: str = "",
    before: str = "",
    after: str = "",
    answer: str = "",
    inhibits: bool = False,
    spot: Place | None = None,
) -> Note:
    """Ask the operator; what was done meanwhile is a note of its own."""
    return Note(
        step, ChangeKind.DECIDE, element, attribute, before, after, question, inhibits, alternatives, answer, spot
    )
