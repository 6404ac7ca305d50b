"""Options of resources in the draft: their names in both languages, and where they stand.

Source: complex.c of the 0.6 policy engine, which reads exactly the eighteen names of the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from cibtools.backup.dialect import Dialect
from cibtools.cluster.option_table import meta_options
from cibtools.migrate.draft import LOOSE, RESOURCE_TAGS, Draft

OPTIONS = meta_options(Dialect.HB2)
"""The options that 2.1 reads, by their names with dashes."""
NEW_NAMES = {option.name: name for name, option in OPTIONS.items()}
"""Each of these names as 2.1 writes it, and as Pacemaker does."""
DASHED = frozenset(name for name in OPTIONS if "-" in name)
"""Names that say nothing to 2.1, but something to Pacemaker."""
LATER = frozenset(meta_options(Dialect.P10)) - frozenset(OPTIONS)
"""Options that came with Pacemaker 1.0."""
_KEPT = frozenset({"id", "class", "provider", "type", "description"})
_HOLDERS = frozenset({*RESOURCE_TAGS, LOOSE})


def option_sets(draft: Draft) -> Iterator[etree._Element]:
    """The meta_attributes of resources, not those of their operations."""
    for nvset in draft.iter("meta_attributes"):
        parent = nvset.getparent()
        if parent is not None and parent.tag in _HOLDERS:
            yield nvset


def option_pairs(draft: Draft, *names: str) -> Iterator[etree._Element]:
    """The nvpairs of these names in the meta_attributes of resources."""
    for nvset in option_sets(draft):
        for pair in [*nvset.iterchildren("nvpair")]:
            if pair.get("name") in names:
                yield pair


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


def foreign_attributes(resource: etree._Element) -> list[str]:
    """The names of the attributes that a resource of Pacemaker cannot have."""
    names = resource.keys()
    return [] if _KEPT.issuperset(names) else [str(name) for name in names if name not in _KEPT]


def named(element: etree._Element) -> str:
    """An object as a sentence names it."""
    return f"{element.tag} '{element.get('id', '')}'"
