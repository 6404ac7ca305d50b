"""Options and parameters of one object in the new syntax: finding the value in force, and setting one.

When the steps that use this run, M007 has put the sets of each parent in order, the strongest first, and no name occurs
twice without a condition.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.migrate.draft import Draft


def unconditional(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """The sets of one kind that hold without a rule."""
    return (found for found in parent.iterchildren(tag) if next(found.iterchildren("rule"), None) is None)


def find_pair(parent: etree._Element, tag: str, name: str) -> etree._Element | None:
    """The nvpair in force of a name in the sets of one kind."""
    pairs = (pair for nvset in unconditional(parent, tag) for pair in nvset.iterchildren("nvpair"))
    return next((pair for pair in pairs if pair.get("name") == name), None)


def find_value(parent: etree._Element, tag: str, name: str) -> str:
    """The value in force of a name, or nothing."""
    pair = find_pair(parent, tag, name)
    return "" if pair is None else pair.get("value", "")


def make_pair(draft: Draft, identity: str, name: str, value: str) -> etree._Element:
    """A new nvpair that stands nowhere yet."""
    return etree.Element("nvpair", {"id": draft.book(identity, "nvpair"), "name": name, "value": value})
