"""Two clusters compared by meaning: ids are keys, and the order of siblings counts only where the engine reads it.

Both sides become dicts keyed by what the pairing found to be the same thing; deepdiff compares those, and each of its
findings is told in Pacemaker's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lxml import etree
from msgspec import Struct

from cibtools.backup.cib.section import SECTION_TAGS
from cibtools.cluster.compare.difference import Comparison
from cibtools.cluster.compare.ids import id_differences
from cibtools.cluster.compare.ledger import Ledger, container_of
from cibtools.cluster.compare.meaning import content, meaning_inside
from cibtools.cluster.compare.pairing import Pair, pair_objects
from cibtools.cluster.compare.telling import difference
from cibtools.cluster.model.build import RESOURCE_TAGS
from cibtools.cluster.model.cluster import Cluster
from cibtools.cluster.model.place import Place


class Side(Struct, frozen=True):
    """One of the two clusters."""

    sections: Mapping[str, tuple[etree._Element, ...]]
    """The objects in each section that the input holds."""
    complete: frozenset[str]
    """Sections of which is known that what is not there does not exist."""
    root: etree._Element | None
    """The `cib` element, if the input holds one."""
    place: Callable[[etree._Element, str], Place | None]
    """Where an element, or one of its attributes, stands in the input."""
    is_pacemaker: bool = True
    """True if it is in Pacemaker's dialect, be it by translation."""


def side_of(cluster: Cluster) -> Side:
    """A cluster as it was read."""
    assembly = cluster.assembly
    known = SECTION_TAGS if assembly.root is not None else tuple(assembly.headers)
    complete = frozenset(name for name in known if name not in assembly.headers or cluster.has_all(name))
    return Side(assembly.sections, complete, assembly.root, cluster.place, cluster.dialect.is_pacemaker)


def compare(old: Side, new: Side) -> Comparison:
    """Tell every difference but those that a running cluster makes by itself."""
    from deepdiff import DeepDiff

    present = {*old.sections, *new.sections}
    names = [name for name in (*SECTION_TAGS, *sorted(present - {*SECTION_TAGS})) if name in present - {"status"}]
    compared = [name for name in names if _known(old, name) and _known(new, name)]
    ledger = Ledger()
    if old.root is not None and new.root is not None:
        ledger.enter("cib", (old.root, new.root), root=True)
    for name in compared:
        for pair in pair_objects([*_objects(old, name)], [*_objects(new, name)]):
            if not _beyond(name, pair, old, new) and not _equal(pair):
                told = len(ledger.facts)
                ledger.enter(name, pair)
                if not ledger.says_something(told) and not _same_inside(pair):
                    ledger.enter_rest(name, pair)
        ledger.enter_section(name, [*old.sections.get(name, ())], [*new.sections.get(name, ())])
    tree = DeepDiff(
        ledger.old, ledger.new, view="tree", threshold_to_diff_deeper=0, ignore_private_variables=False
    )  # fmt: skip
    keys = sorted(tuple(map(str, level.path(output_format="list"))) for levels in tree.values() for level in levels)
    found = tuple(difference(ledger.facts[key], old.place, new.place) for key in keys)
    if old.is_pacemaker and new.is_pacemaker:
        found += tuple(id_differences(compared, old.sections, new.sections, (old.place, new.place)))
    return Comparison(found, tuple(compared), tuple(_gaps(names, old, new)))


def _known(side: Side, name: str) -> bool:
    return name in side.sections or name in side.complete


def _beyond(name: str, pair: Pair, old: Side, new: Side) -> bool:
    """True for an object that one side lacks because it holds a part of the section only."""
    lacking, having = (old, new) if pair[0] is None else (new, old)
    return None in pair and name not in lacking.complete and name in having.complete


def _equal(pair: Pair) -> bool:
    """True if both sides say the same, which most of a large CIB does."""
    old, new = pair
    if old is None or new is None or (old.get("id"), container_of(old)) != (new.get("id"), container_of(new)):
        return False
    return content(old) == content(new)


def _same_inside(pair: Pair) -> bool:
    """True if both sides say the same but for the resources in them, which are objects of their own."""
    old, new = pair
    return old is None or new is None or meaning_inside(old) == meaning_inside(new)


def _gaps(names: list[str], old: Side, new: Side) -> Iterator[str]:
    for name in names:
        for title, side, other in (("OLD", old, new), ("NEW", new, old)):
            if not _known(side, name):
                yield f"{name} not compared: {title} does not hold this section"
            elif name not in side.complete and name in other.complete:
                yield f"{name} compared in part: {title} holds only some of its objects"


def _objects(side: Side, name: str) -> Iterator[etree._Element]:
    """The objects of a section; resources also from within groups and clones, so that a move is told as a move."""
    for top in side.sections.get(name, ()):
        if top.tag not in RESOURCE_TAGS:
            yield top
        if name == "resources":
            yield from top.iter(*RESOURCE_TAGS)
