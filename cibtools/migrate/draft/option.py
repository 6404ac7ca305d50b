"""Options of resources in the draft: their names in both languages, and where they stand.

Source: complex.c of the 0.6 policy engine, which reads exactly the eighteen names of the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.cib.dialect import Dialect
from cibtools.cluster.vocabulary.option_table import meta_options
from cibtools.migrate.draft.draft import LOOSE, RESOURCE_TAGS, Draft

OPTIONS = meta_options(Dialect.HB2)
"""The options that 2.1 reads, by their names with dashes."""
NEW_NAMES = {option.name: name for name, option in OPTIONS.items()}
"""Each of these names as 2.1 writes it, and as Pacemaker does."""
DASHED = tuple(name for name in OPTIONS if "-" in name)
"""Names that say nothing to 2.1, but something to Pacemaker."""
LATER = tuple(name for name in meta_options(Dialect.P10) if name not in OPTIONS)
"""Options that came with Pacemaker 1.0."""
_KEPT = frozenset({"id", "class", "provider", "type", "description"})
RESOURCES = frozenset(RESOURCE_TAGS)
_HOLDERS = RESOURCES | {LOOSE}
ONCE = ("start", "stop", "promote", "demote")
"""Actions that never recur."""


def pairs_in(draft: Draft, name: str, tag: str, holders: frozenset[str]) -> list[etree._Element]:
    """The nvpairs of a name that stand in sets of one kind below such objects, and are still in the draft."""
    return [
        pair
        for pair in draft.pairs.get(name, ())
        if (nvset := pair.getparent()) is not None
        and nvset.tag == tag
        and (holder := nvset.getparent()) is not None
        and holder.tag in holders
        and holder.getparent() is not None
    ]


def option_pairs(draft: Draft, name: str) -> list[etree._Element]:
    """The nvpairs of a name in the meta_attributes of resources, not of their operations."""
    return pairs_in(draft, name, "meta_attributes", _HOLDERS)


def owner(pair: etree._Element) -> etree._Element:
    """The resource whose option an nvpair is."""
    nvset = pair.getparent()
    assert nvset is not None
    resource = nvset.getparent()
    assert resource is not None
    return resource


def is_set_besides(pair: etree._Element) -> bool:
    """True if another pair, in the same resource or a container around it, sets the same option."""
    resource, name = owner(pair), pair.get("name")
    return any(
        other is not pair and other.get("name") == name
        for holder in (resource, *containers(resource))
        for nvset in holder.iterchildren("meta_attributes")
        for other in nvset.iterchildren("nvpair")
    )


def containers(resource: etree._Element) -> Iterator[etree._Element]:
    """The containers around a resource, the nearest first."""
    return (above for above in resource.iterancestors(*RESOURCE_TAGS))


def foreign_attributes(draft: Draft) -> Iterator[tuple[etree._Element, list[str]]]:
    """The resources with attributes that those of Pacemaker cannot have, and the names of these."""
    for resource in draft.resources():
        names = resource.keys()
        if not _KEPT.issuperset(names):
            yield resource, [str(name) for name in names if name not in _KEPT]


def primitives_where(condition: str) -> etree.XPath:
    """The path to the primitives with a property; it looks into no sets and operations, which are most of a CIB."""
    return etree.XPath(f"resources/primitive[{condition}] | resources/*[not(self::primitive)]//primitive[{condition}]")


def accepting(draft: Draft, step: str, element: etree._Element) -> str:
    """The line of an answers file that takes what a step did; what is new goes by what it was made for."""
    original = draft.origin(element)
    return f'accept = ["{step}:{"" if original is None else original.get("id", "")}"]'


def named(element: etree._Element) -> str:
    """An object as a sentence names it."""
    return f"{element.tag} '{element.get('id', '')}'"


def named_operation(op: etree._Element) -> str:
    """An operation as a message names it."""
    owner = next(op.iterancestors("primitive"), None)
    words = " ".join(word for word in (op.get("name", ""), op.get("interval", "")) if word and word != "0")
    return f"{words} of '{owner.get('id', '')}'" if owner is not None else f"{words} ('{op.get('id', '')}')"
